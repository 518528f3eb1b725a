"""Intervals of totals and what each factor contributes to them, from a finished run or from a table of ledger rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd

from ...accounting.activities import Activities
from ...accounting.columns import SectorColumn
from ...accounting.evaluate import Evaluation
from ...accounting.factor_book import FactorBook
from ...accounting.intervals import Intervals
from ...accounting.model import Groups, Model
from ...accounting.terms import Term
from ...accounting.variance import contributions
from ...base.errors import FactorError, InputError
from ...base.feedback import Feedback
from ...factors.records import Factor
from ...factors.store import open_set

TOTAL = ""  # the group of everything
INTERVAL_COLUMNS = ("group", "tco2e", "lo", "hi", "cv", "method", "covered")
FACTOR_COLUMNS = ("factor_id", "fset", "name_en", "name_zh", "value", "unit", "share", "first_order", "confidence")
NEEDED = ("factor_id", "fset", "tco2e")


@dataclass(frozen=True)
class Found:
    """``intervals`` has the columns :data:`INTERVAL_COLUMNS`, the total last; ``factors`` :data:`FACTOR_COLUMNS`."""

    intervals: pd.DataFrame
    factors: pd.DataFrame


def of_evaluation(evaluation: Evaluation, draws: int = 0, seed: int = 1, feedback: Optional[Feedback] = None) -> Found:
    """Intervals of the net by zone and of the whole plan, which counts each place once; ``draws`` 0 is Approach 1."""
    of_zones = Groups(evaluation.zone_of_row, len(evaluation.inputs))
    whole = Groups(np.where(evaluation.counted, 0, -1).astype(np.int64), 1)
    found = _intervals(evaluation.model, of_zones, whole, list(evaluation.inputs.ids), draws, seed, feedback)
    # A zone without a net has no interval either.
    nothing = evaluation.zones["cp_net_t"].isna().to_numpy()
    gone = [*nothing.tolist(), not evaluation.totals.has_net]
    found.intervals.loc[gone, ["tco2e", "lo", "hi", "cv", "covered"]] = np.nan
    return found


def of_ledger(
    ledger: pd.DataFrame, group: str = "", draws: int = 0, seed: int = 1, feedback: Optional[Feedback] = None
) -> Found:
    """Intervals of the sums of ``tco2e`` by the column ``group``, rows with the same factor moving together.

    Each row is taken as proportional to its one factor, as :func:`~.apply.apply_factors` makes them. Raises
    :class:`InputError` for a missing column or a row of several factors (a finished run tells those apart), and
    :class:`FactorError` for a factor that its set does not hold.
    """
    for name in (*NEEDED, *([group] if group else [])):
        if name not in ledger.columns:
            raise InputError("BLOCK_NO_COLUMN", column=name, columns=", ".join(map(str, ledger.columns)))
    rows = ledger[ledger["tco2e"].notna()]
    labels = [TOTAL] * len(rows) if not group else ["" if v is None or v != v else str(v) for v in rows[group].tolist()]
    names = list(dict.fromkeys(labels))
    model = _model_of(rows)
    number = np.array([names.index(label) for label in labels], dtype=np.int64)
    of_groups, whole = Groups(number, len(names)), Groups(np.zeros(len(rows), dtype=np.int64), 1)
    return _intervals(model, of_groups if group else None, whole, names, draws, seed, feedback)


def _intervals(
    model: Model,
    of_groups: Optional[Groups],
    whole: Groups,
    names: Sequence[str],
    draws: int,
    seed: int,
    feedback: Optional[Feedback],
) -> Found:
    maker = Intervals(model, draws, seed)
    tables = []
    if of_groups is not None:
        tables.append(_table(names, model, of_groups, maker.of(of_groups, feedback=feedback)))
    of_whole = maker.of(whole, keep=True, feedback=feedback)
    tables.append(_table([TOTAL], model, whole, of_whole))
    shares = contributions(model, whole, simulation=of_whole.simulation)
    return Found(pd.concat(tables, ignore_index=True), _factors(model, shares.linear, shares.first_order))


def _table(names: Sequence[str], model: Model, groups: Groups, found: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": list(names),
            "tco2e": model.total(model.net, groups),
            "lo": found.low,
            "hi": found.high,
            "cv": found.cv,
            "method": found.method,
            "covered": found.spread.covered,
        }
    )


def _factors(model: Model, linear: Any, first_order: Any) -> pd.DataFrame:
    """Shares of the variance of the whole, largest first; factors that contribute nothing are left out."""
    book = model.book
    orders = [None] * len(book.factors) if first_order is None else first_order.tolist()
    rows = [
        (f.factor_id, fset, f.item_en, f.item_zh, f.value, f.unit, share, order, f.confidence)
        for f, fset, share, order in zip(book.factors, book.fset, linear.tolist(), orders)
        if share == share and (share != 0.0 or (order or 0.0) > 0.0)
    ]
    table = pd.DataFrame(rows, columns=list(FACTOR_COLUMNS))
    return table.sort_values(["share", "factor_id"], ascending=[False, True], ignore_index=True)


def _model_of(rows: pd.DataFrame) -> Model:
    """A model with one activity per row: as many units as make its tCO2e out of the factor's value."""
    book, columns, terms, quantity = FactorBook(), [], [], []
    known: dict[tuple[str, str], Factor] = {}
    for number, row in enumerate(rows[list(NEEDED)].itertuples(index=False)):
        factor = _factor(str(row[0]), str(row[1]), known)
        amount = book.amount(factor, str(row[1]))
        if amount is None or not factor.value:
            raise FactorError("BLOCK_NOT_ESTIMATED", row=number + 1, factor=factor.factor_id)
        columns.append(SectorColumn("block", factor.factor_id, "1", "plan", str(number)))
        terms.append(
            Term(number, "plan", "block", f"{factor.factor_id} {number}", "CO2e", 1, 1, amount, 1, str(row[1]), "")
        )
        quantity.append(float(row[2]) / factor.value)
    index = np.arange(len(columns), dtype=np.int64)
    matrix = Activities(index, index, np.array(quantity, dtype=np.float64), tuple(columns))
    return Model(matrix, terms, book, "stock")


def _factor(factor_id: str, fset: str, known: dict[tuple[str, str], Factor]) -> Factor:
    if ";" in factor_id:
        raise InputError("BLOCK_ROW_OF_SEVERAL", factors=factor_id)
    if (fset, factor_id) not in known:
        for factor in open_set(fset.partition("#")[0]).factors:
            known[fset, factor.factor_id] = factor
    if (fset, factor_id) not in known:
        raise FactorError("BLOCK_NO_FACTOR", row="—", item=factor_id, parameter="—", fset=fset)
    return known[fset, factor_id]
