"""Plain tables of ``evaluatezones``: year by year, by sector, quantities used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..base.messages import message
from .evaluate_more import MORE_SINKS
from .tables import Column, PlainTable, frame_table

if TYPE_CHECKING:
    import pandas as pd

    from ..accounting.evaluate import Evaluation

YEARLY = (
    Column("year", "int"),
    Column("sector", "text", 24),
    Column("stage", "text", 16),
    Column("scope", "text", 4),
    Column("gas", "text", 8),
    Column("in_net", "int"),
    Column("tco2e", "real"),
    Column("gas_t", "real"),
)
SECTORS = (Column("sector", "text", 24), Column("net_tco2e", "real"), Column("low", "real"), Column("high", "real"))
QUANTITIES = (
    Column("zone_id", "text", 80),
    Column("side", "text", 16),
    Column("quantity", "text", 40),
    Column("value", "real"),
    Column("unit", "text", 24),
    Column("origin", "text", 16),
    Column("source", "text", 200),
)
# What the groups of zone fields are called in the table.
SECTOR_NAMES = {
    "land": "land", "bldg": "buildings", "tran": "transport", "wast": "waste", "sink": "sinks", "oth": "other",
}  # fmt: skip


def plain_tables(evaluation: Evaluation) -> dict[str, PlainTable]:
    """The tables by the names of their sinks."""
    frames = {
        "YEARLY": (YEARLY, evaluation.totals.yearly),
        "SECTORS_TABLE": (SECTORS, _sectors(evaluation)),
        "QUANTITIES_TABLE": (QUANTITIES, evaluation.quantities),
    }
    return {name: frame_table(MORE_SINKS[name], columns, frame) for name, (columns, frame) in frames.items()}


def title_of(sink: str, layer: str, lang: str) -> str:
    """Name of a table in the layer tree."""
    return message(f"TITLE_{sink}", layer=layer).text(lang)


def _sectors(evaluation: Evaluation) -> pd.DataFrame:
    """Effect by sector; of a run of the land alone that is its net."""
    import pandas as pd

    totals = evaluation.totals
    if len(totals.sectors):
        return totals.sectors.assign(sector=totals.sectors["field"].map(SECTOR_NAMES))
    nothing = float("nan")
    figures = (totals.net, totals.low, totals.high) if totals.has_net else (nothing, nothing, nothing)
    return pd.DataFrame([("land", *figures)], columns=["sector", "net_tco2e", "low", "high"])
