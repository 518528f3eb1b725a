"""Results on their way into the project: name, group, style, properties; layers that show an exchanged file anew.

    results = publish(outputs, documents, context, feedback)
    load_on_completion(results, outputs, context, group_name(zones.source.name, lang), {"created": …, "report": …})

The targets know which outputs are to be loaded (:func:`.targets.resolve` has seen to that); the context is told the
finished layers. Styling happens on the main thread, after QGIS has put the layer into the layer tree.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path

from qgis.core import (
    QgsMapLayer,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProject,
    QgsProviderRegistry,
    QgsVectorLayer,
)

from .publish import Output
from .settings import PREFIX
from .tables import Table

# QGIS does not own post-processors: they live as long as Python knows them.
_ALIVE: deque[QgsProcessingLayerPostProcessorInterface] = deque(maxlen=64)


class ResultLayer(QgsProcessingLayerPostProcessorInterface):
    """Styles one result layer when it has been loaded."""

    def __init__(self, table: Table, path: Path | None, group: str, properties: Mapping[str, str]) -> None:
        super().__init__()
        self.styles, self.own_style, self.metadata = table.styles(), table.own_style, table.metadata
        self.path, self.group, self.properties = path, group, dict(properties)

    def postProcessLayer(
        self, layer: QgsMapLayer, context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> None:
        if not isinstance(layer, QgsVectorLayer):
            return
        project = context.project() or QgsProject.instance()
        if self.path is not None:
            refresh_layers(project, self.path)
        if self.own_style:
            layer.loadDefaultStyle()
        else:
            self.styles.apply(layer)
        if self.metadata is not None:
            layer.setMetadata(self.metadata)
        for key, value in self.properties.items():
            layer.setCustomProperty(f"{PREFIX}/{key}", value)
        move_to_group(project, layer, self.group)
        layer.triggerRepaint()


def load_on_completion(
    results: Mapping[str, str],
    outputs: Sequence[Output],
    context: QgsProcessingContext,
    group: str,
    properties: Mapping[str, str],
) -> None:
    """Tell the context the ids, names and groups of the finished layers that it is to load.

    ``properties`` become custom properties of the layers (``carbon_planner/created``, ``carbon_planner/report``).
    """
    waiting = context.layersToLoadOnCompletion()
    loaded = {}
    for output in outputs:
        target, table, details = output.target, output.table, output.target.details
        if details is None:
            continue
        if details.name in ("", target.description):  # a model has names of its own
            details.name = table.title or details.name
        if hasattr(details, "groupName"):  # from QGIS 3.32
            details.groupName = group
        processor = ResultLayer(table, target.path, group, properties)
        _ALIVE.append(processor)
        details.setPostProcessor(processor)
        loaded[results[target.parameter]] = details
    context.setLayersToLoadOnCompletion({**waiting, **loaded})


def move_to_group(project: QgsProject, layer: QgsVectorLayer, name: str) -> None:
    """Put a layer into a group on top of the layer tree, unless it is in one already (QGIS before 3.32)."""
    root = project.layerTreeRoot()
    node = root.findLayer(layer.id())
    if node is None or node.parent() is not root:
        return
    group = root.findGroup(name) or root.insertGroup(0, name)
    group.insertChildNode(-1, node.clone())
    root.removeChildNode(node)


def refresh_layers(project: QgsProject, path: Path) -> int:
    """Let layers of the project that show a file open it anew: after an exchange they still hold the old one.

    Layers in edit mode are left alone. Gives how many were refreshed.
    """
    wanted = os.path.normcase(os.path.realpath(path))
    count = 0
    for layer in project.mapLayers().values():
        if not isinstance(layer, QgsVectorLayer) or layer.providerType() != "ogr" or layer.isEditable():
            continue
        parts = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
        if os.path.normcase(os.path.realpath(parts.get("path") or "")) == wanted:
            layer.reload()
            count += 1
    return count
