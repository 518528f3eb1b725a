"""Plain tables as outputs of algorithms: a list of columns and rows to whatever the sink parameter says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qgis.core import QgsFields, QgsGeometry, QgsProcessingContext, QgsProcessingFeedback
from qgis.PyQt.QtCore import QCoreApplication

if TYPE_CHECKING:
    from ..bridge.tables import Row
    from .base import PlannerAlgorithm

translate = QCoreApplication.translate

PLAIN = "plain"  # no style of its own


@dataclass(frozen=True)
class Column:
    """A column; ``kind`` is ``text``, ``real`` or ``int``."""

    name: str
    kind: str
    width: int = 0


@dataclass(frozen=True)
class PlainTable:
    """Rows with their columns; ``name`` is the layer's name in a database."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]


def write_tables(
    alg: PlannerAlgorithm,
    tables: dict[str, PlainTable],
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
) -> dict[str, Any]:
    """Write tables to their sink parameters, all or none; None for a sink that was not asked for."""
    from ..bridge.feedback import ProcessingFeedback
    from ..bridge.loading import load_on_completion
    from ..bridge.publish import Output, publish
    from ..bridge.targets import resolve

    names = {parameter: table.name for parameter, table in tables.items()}
    targets = resolve([alg.parameterDefinition(name) for name in tables], names, parameters, context)
    outputs = [Output(target, plain_output(tables[name], alg, name)) for name, target in targets.items()]
    results: dict[str, Any] = dict.fromkeys(tables)
    results.update(publish(outputs, [], context, ProcessingFeedback(feedback)))
    load_on_completion(results, outputs, context, translate("CarbonPlanner", "Carbon Planner"), {})
    return results


def plain_output(plain: PlainTable, alg: PlannerAlgorithm, parameter: str) -> Any:
    """The table for a sink parameter, named as the parameter is."""
    return layer_table(plain, alg.parameterDefinition(parameter).description())


def layer_table(plain: PlainTable, title: str) -> Any:
    """The table as an output of the bridge."""
    from ..bridge.schema import make_field
    from ..bridge.tables import Table

    fields = QgsFields()
    for column in plain.columns:
        fields.append(make_field(column.name, column.kind, column.width))

    def rows() -> Iterator[Row]:
        for values in plain.rows:
            yield QgsGeometry(), list(values)

    return Table(plain.name, PLAIN, fields, rows, len(plain.rows), title=title)


def frame_table(name: str, columns: Sequence[Column], frame: Any) -> PlainTable:
    """A pandas frame as table, by the names of the columns; null for NaN and for what the frame lacks."""
    from ..bridge.tables import column_values

    values = [
        column_values(frame[column.name], column.kind) if column.name in frame else [None] * len(frame)
        for column in columns
    ]
    widened = [_wide_enough(column, of_column) for column, of_column in zip(columns, values)]
    return PlainTable(name, widened, list(zip(*values)) if len(frame) else [])


def _wide_enough(column: Column, values: Sequence[Any]) -> Column:
    """A text column as wide as its longest text: formats refuse what is longer than they were told."""
    if column.kind != "text":
        return column
    longest = max((len(value) for value in values if value is not None), default=0)
    return Column(column.name, column.kind, max(column.width, longest))
