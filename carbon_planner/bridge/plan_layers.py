"""Several plan layers read into one list of polygons, for merging by precedence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional

import numpy as np
from numpy.typing import NDArray
from qgis.core import QgsCoordinateReferenceSystem, QgsCoordinateTransformContext, QgsVectorLayer

from ..base.errors import InputError
from ..base.feedback import Feedback, Part
from ..geometry.crs import Crs
from ..geometry.validity import polygonal
from .crs import core_crs, transform_between
from .shapes import Shapes
from .source import open_layer
from .values import text


@dataclass
class PlanStack:
    """Polygons of all layers in the CRS of the first; ``layer`` is the place of each polygon's layer in ``names``."""

    names: list[str]
    crs: Crs
    qgis_crs: QgsCoordinateReferenceSystem
    layer: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    classes: list[Optional[str]] = field(default_factory=list)
    geometry: NDArray[np.object_] = field(default_factory=lambda: np.zeros(0, dtype=object))


def read_stack(
    layers: Sequence[QgsVectorLayer],
    class_fields: Sequence[str],
    context: QgsCoordinateTransformContext,
    feedback: Feedback,
) -> PlanStack:
    """Read layers in order of precedence; ``class_fields`` names the class field of each layer ("" for none).

    Raises :class:`InputError` for a layer without CRS, a field that a layer does not have, and where no layer has a
    polygon.
    """
    parts: list[NDArray[np.object_]] = []
    stack: Optional[PlanStack] = None
    for rank, (layer, name) in enumerate(zip(layers, class_fields)):
        part = Part(feedback, rank / len(layers), (rank + 1) / len(layers))
        source = open_layer(layer, part)
        crs = core_crs(source.crs, source.name)
        if stack is None:
            stack = PlanStack([], crs, source.crs)
        stack.names.append(source.name)
        place = source.index(name) if name else -1
        transform = transform_between(source.crs, stack.qgis_crs, context, source.name, part)
        shapes, ids = Shapes(source.name), []
        for feature in source.features(part):
            shapes.add(feature.geometry(), transform)
            ids.append(str(feature.id()))
            stack.classes.append(text(feature.attribute(place)) if place >= 0 else None)
        parts.append(polygonal(shapes.finish(ids, part), part).geometry)
        stack.ids += ids
        stack.layer += [rank] * len(ids)
    if stack is None or not any(g is not None for block in parts for g in block):
        raise InputError("NO_POLYGONS", layer=", ".join(stack.names) if stack else "")
    stack.geometry = np.concatenate(parts)
    return stack
