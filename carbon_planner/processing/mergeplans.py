"""``carbonplanner:mergeplans``: plan layers of the same ground as one layer without overlaps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qgis.core import (
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterMultipleLayers,
    QgsProcessingParameterString,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..base.units import M2_PER_HA
from .base import EVALUATION, PlannerAlgorithm
from .tables import PLAIN, Column, PlainTable, plain_output

if TYPE_CHECKING:
    from ..bridge.plan_layers import PlanStack
    from ..bridge.tables import Row, Table
    from ..geometry.plan_layers import Merged

translate = QCoreApplication.translate
POLYGON = QgsProcessing.SourceType.TypeVectorPolygon
TABLE = QgsProcessing.SourceType.TypeVector
LEAST_M2 = 0.01  # overlaps below are the rounding of coordinates, not a conflict of plans

FIELDS = (
    Column("plan", "text", 120),
    Column("rank", "int"),
    Column("source_id", "text", 80),
    Column("class", "text", 80),
    Column("area_ha", "real"),
    Column("given_ha", "real"),
)
CONFLICTS = (
    Column("plan", "text", 120),
    Column("source_id", "text", 80),
    Column("class", "text", 80),
    Column("over_plan", "text", 120),
    Column("over_id", "text", 80),
    Column("over_class", "text", 80),
    Column("area_ha", "real"),
)


class MergePlans(PlannerAlgorithm):
    """Reads the layers in their order, cuts what a layer before has, and lists every overlap."""

    ID = "mergeplans"
    GROUP = EVALUATION
    ICON = "merge_plans.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Merge plan layers by precedence")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        layers = translate("CarbonPlanner", "Plan layers, the one with precedence first")
        self.add(QgsProcessingParameterMultipleLayers("LAYERS", layers, POLYGON))
        classes = translate("CarbonPlanner", "Class field, or one for each layer separated by semicolons")
        self.add(QgsProcessingParameterString("CLASS_FIELDS", classes, "", False, True))
        merged = translate("CarbonPlanner", "Merged plan")
        self.add(QgsProcessingParameterFeatureSink("OUTPUT", merged, POLYGON))
        conflicts = translate("CarbonPlanner", "Overlaps")
        self.add(QgsProcessingParameterFeatureSink("CONFLICTS", conflicts, TABLE, None, True, False))
        self.addOutput(QgsProcessingOutputNumber("AREA_HA", translate("CarbonPlanner", "Area (ha)")))
        self.addOutput(QgsProcessingOutputNumber("OVERLAP_HA", translate("CarbonPlanner", "Overlapping area (ha)")))
        self.addOutput(QgsProcessingOutputNumber("OVERLAP_COUNT", translate("CarbonPlanner", "Number of overlaps")))

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..base.feedback import Part
        from ..bridge.feedback import ProcessingFeedback
        from ..bridge.loading import load_on_completion
        from ..bridge.plan_layers import read_stack
        from ..bridge.publish import Output, publish
        from ..bridge.targets import resolve
        from ..geometry.plan_layers import merge_layers

        voice = ProcessingFeedback(feedback)
        layers = self.parameterAsLayerList(parameters, "LAYERS", context)
        fields = self._class_fields(parameters, context, len(layers))
        stack = read_stack(layers, fields, context.transformContext(), Part(voice, 0.0, 0.2))
        keys = [f"{c or ''} {i}" for c, i in zip(stack.classes, stack.ids)]
        merged = merge_layers(stack.geometry, stack.layer, stack.crs, keys=keys, feedback=Part(voice, 0.2, 0.8))
        rows = _conflict_rows(stack, merged)
        definitions = [self.parameterDefinition(name) for name in ("OUTPUT", "CONFLICTS")]
        names = {"OUTPUT": "cp_plan", "CONFLICTS": "cp_plan_overlaps"}
        targets = resolve(definitions, names, parameters, context)
        title = translate("CarbonPlanner", "Merged plan")
        made = {"OUTPUT": _table(stack, merged, title)}
        if "CONFLICTS" in targets:
            made["CONFLICTS"] = plain_output(PlainTable("cp_plan_overlaps", CONFLICTS, rows), self, "CONFLICTS")
        outputs = [Output(target, made[name]) for name, target in targets.items()]
        results = publish(outputs, [], context, voice)
        load_on_completion(results, outputs, context, translate("CarbonPlanner", "Carbon Planner"), {})
        lost = float((merged.given_m2 - merged.area_m2).sum()) / M2_PER_HA
        return {
            **results,
            "AREA_HA": merged.union_m2 / M2_PER_HA,
            "OVERLAP_HA": lost,
            "OVERLAP_COUNT": len(rows),
        }

    def _class_fields(self, parameters: dict[str, Any], context: QgsProcessingContext, count: int) -> list[str]:
        """The class field of each layer: one for all, or as many as there are layers."""
        given = [f.strip() for f in self.parameterAsString(parameters, "CLASS_FIELDS", context).split(";")]
        if len(given) == 1:
            return given * count
        if len(given) != count:
            raise QgsProcessingException(
                translate(
                    "CarbonPlanner",
                    "{given} class fields are named for {count} layers. Name one for all layers, or one for each.",
                ).format(given=len(given), count=count)
            )
        return given


def _table(stack: PlanStack, merged: Merged, title: str) -> Table:
    """What is left of each polygon."""
    from ..bridge.geometries import to_qgis
    from ..bridge.schema import make_field
    from ..bridge.tables import Table

    fields = QgsFields()
    for column in FIELDS:
        fields.append(make_field(column.name, column.kind, column.width))
    kept = [i for i, shape in enumerate(merged.geometry) if shape is not None]

    def rows() -> Iterator[Row]:
        for i in kept:
            rank = stack.layer[i]
            area, given = float(merged.area_m2[i]) / M2_PER_HA, float(merged.given_m2[i]) / M2_PER_HA
            yield (
                to_qgis(merged.geometry[i]),
                [stack.names[rank], rank + 1, stack.ids[i], stack.classes[i], area, given],
            )

    return Table("cp_plan", PLAIN, fields, rows, len(kept), QgsWkbTypes.Type.MultiPolygon, stack.qgis_crs, title=title)


def _conflict_rows(stack: PlanStack, merged: Merged) -> list[list[Any]]:
    """Overlaps, the largest first."""
    rows = []
    for one, two, area in zip(merged.winner.tolist(), merged.loser.tolist(), merged.overlap_m2.tolist()):
        if area >= LEAST_M2:
            sides = [[stack.names[stack.layer[i]], stack.ids[i], stack.classes[i]] for i in (one, two)]
            rows.append([*sides[0], *sides[1], area / M2_PER_HA])
    return sorted(rows, key=lambda row: (-row[-1], row[0], row[1], row[3], row[4]))
