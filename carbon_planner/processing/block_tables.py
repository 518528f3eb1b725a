"""What the building blocks share: sources as frames, frames as sinks, the parameters they repeat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
)

from .tables import Column, frame_table, write_tables

if TYPE_CHECKING:
    import pandas as pd

    from .base import PlannerAlgorithm

VECTOR = QgsProcessing.SourceType.TypeVector
POLYGON = QgsProcessing.SourceType.TypeVectorPolygon
INTEGER = QgsProcessingParameterNumber.Type.Integer
DOUBLE = QgsProcessingParameterNumber.Type.Double
ANY = QgsProcessingParameterField.DataType.Any


def field(
    name: str, label: str, layer: str, *, optional: bool = False, many: bool = False
) -> QgsProcessingParameterField:
    """A field of a source parameter."""
    return QgsProcessingParameterField(name, label, None, layer, ANY, many, optional)


def number(name: str, label: str, default: float, low: float = -1e300, high: float = 1e300):
    """A number with decimals."""
    return QgsProcessingParameterNumber(name, label, DOUBLE, default, False, low, high)


def whole(name: str, label: str, default: int, low: int, high: int, *, optional: bool = False):
    """A whole number."""
    return QgsProcessingParameterNumber(name, label, INTEGER, default, optional, low, high)


def table_sink(name: str, label: str, *, optional: bool = False) -> QgsProcessingParameterFeatureSink:
    """A table as output; an optional one is off unless asked for."""
    return QgsProcessingParameterFeatureSink(name, label, VECTOR, None, optional, not optional)


def frame_of(
    alg: PlannerAlgorithm, name: str, parameters: dict[str, Any], context: QgsProcessingContext, voice: Any
) -> pd.DataFrame:
    """The attributes of a source as a frame, numbers as doubles where a field holds nothing else."""
    import pandas as pd

    from ..bridge.attributes import Rows
    from ..bridge.source import open_source

    source, rows = open_source(alg.parameterDefinition(name), parameters, context, voice), Rows()
    for feature in source.features(voice):
        rows.add(feature)
    return pd.DataFrame({spec.name(): typed(rows.column(place)) for place, spec in enumerate(source.fields)})


def typed(values: list[Any]) -> Any:
    """Doubles with NaN for null where all that is there are numbers, else objects."""
    import numpy as np

    held = [value for value in values if value is not None]
    if held and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in held):
        return np.array([np.nan if value is None else float(value) for value in values])
    return np.array(values, dtype=object)


def text_of(alg: PlannerAlgorithm, name: str, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
    """A text parameter without blanks around it."""
    return str(alg.parameterAsString(parameters, name, context) or "").strip()


def write_frames(
    alg: PlannerAlgorithm,
    frames: dict[str, tuple[str, Sequence[Column], Any]],
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    feedback: QgsProcessingFeedback,
) -> dict[str, Any]:
    """Write frames, {sink: (layer name, columns, frame)}, all or none."""
    tables = {name: frame_table(layer, columns, frame) for name, (layer, columns, frame) in frames.items()}
    return write_tables(alg, tables, parameters, context, feedback)
