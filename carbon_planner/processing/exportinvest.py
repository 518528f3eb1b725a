"""``carbonplanner:exportinvest``: a stock set, and land use if given, as inputs of InVEST's carbon model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)
from qgis.PyQt.QtCore import QCoreApplication

from .base import FACTORS, PlannerAlgorithm
from .factor_sets import connect_store, warn_all

translate = QCoreApplication.translate
POLYGONS = QgsProcessing.SourceType.TypeVectorPolygon
ANY = QgsProcessingParameterField.DataType.Any
DOUBLE = QgsProcessingParameterNumber.Type.Double
LULC_FILE = "lulc.tif"


class ExportInvest(PlannerAlgorithm):
    """Writes the pools table, the table of its codes and a README, and the land use as a raster of these codes."""

    ID = "exportinvest"
    GROUP = FACTORS
    ICON = "export_invest.svg"

    def displayName(self) -> str:
        return translate("CarbonPlanner", "Export InVEST inputs")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:
        label = translate("CarbonPlanner", "Factor set")
        self.add(QgsProcessingParameterString("FACTOR_SET", label, "", False, True), widget="FactorSetBox")
        system = translate("CarbonPlanner", "Class system")
        self.add(QgsProcessingParameterString("CLASS_SYSTEM", system, "", False, True), widget="ClassSystemBox")
        land = translate("CarbonPlanner", "Land use layer")
        self.add(QgsProcessingParameterFeatureSource("INPUT", land, [POLYGONS], None, True))
        field = translate("CarbonPlanner", "Class field")
        self.add(QgsProcessingParameterField("CLASS_FIELD", field, None, "INPUT", ANY, False, True))
        cell = translate("CarbonPlanner", "Cell size of the raster")
        self.add(QgsProcessingParameterNumber("CELL_SIZE", cell, DOUBLE, 30.0, False, 0.01))
        self.add(QgsProcessingParameterFolderDestination("FOLDER", translate("CarbonPlanner", "Folder for InVEST")))
        self.addOutput(QgsProcessingOutputFile("POOLS", translate("CarbonPlanner", "Carbon pools table")))
        self.addOutput(QgsProcessingOutputString("LULC", translate("CarbonPlanner", "Land use raster")))
        self.addOutput(QgsProcessingOutputNumber("COUNT", translate("CarbonPlanner", "Number of classes")))
        self.addOutput(QgsProcessingOutputString("WARNINGS", translate("CarbonPlanner", "Warnings")))

    def problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        field = self.parameterAsString(parameters, "CLASS_FIELD", context)
        if parameters.get("INPUT") and not field:
            return translate("CarbonPlanner", "Choose the class field of the land use layer.")
        return ""

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        from ..classes.library import ClassLibrary
        from ..factors.exports_invest import POOLS_FILE, README_FILE, invest_table, readme, write_invest
        from ..factors.store import open_set

        connect_store()
        classes = ClassLibrary.shipped()
        chosen = open_set(self.parameterAsString(parameters, "FACTOR_SET", context))
        system = self.parameterAsString(parameters, "CLASS_SYSTEM", context).strip()
        folder = Path(self.parameterAsString(parameters, "FOLDER", context))
        land = None
        if parameters.get("INPUT"):
            land = _LandUse(self, parameters, context, feedback)
            system = system or land.detected() or chosen.info.system
        table = invest_table(chosen, classes, system, land.codes(classes, system) if land else None)
        folder.mkdir(parents=True, exist_ok=True)
        # the raster goes first: where it fails, no table names a raster that is not there
        raster = land.write(folder / LULC_FILE, table.lucode, self._cell(parameters, context)) if land else ""
        paths = write_invest(folder, table)
        notes = [one for one in readme(table) if one.id in ("INVEST_README_ZERO", "INVEST_README_UNKNOWN")]
        texts = warn_all([*notes, *(land.notes if land else ())], feedback)
        feedback.pushInfo(
            translate("CarbonPlanner", "{count} classes of {ref} written to {path}; read {readme} before use").format(
                count=len(table.classes), ref=table.set_ref, path=folder, readme=README_FILE
            )
        )
        return {
            "FOLDER": str(folder),
            "POOLS": str(paths[POOLS_FILE]),
            "LULC": raster,
            "COUNT": len(table.classes),
            "WARNINGS": "\n".join(texts),
        }

    def _cell(self, parameters: dict[str, Any], context: QgsProcessingContext) -> float:
        return self.parameterAsDouble(parameters, "CELL_SIZE", context)


class _LandUse:
    """Polygons of land use with their class as text."""

    def __init__(
        self,
        alg: PlannerAlgorithm,
        parameters: dict[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> None:
        from ..bridge.feedback import ProcessingFeedback
        from ..bridge.source import open_source
        from ..bridge.values import text

        voice = ProcessingFeedback(feedback)
        source = open_source(alg.parameterDefinition("INPUT"), parameters, context, voice, "")
        self.name, self._field = source.name, alg.parameterAsString(parameters, "CLASS_FIELD", context)
        self._crs, self.notes = source.crs, []
        place = source.index(self._field)
        self._texts: list[str | None] = []
        self._wkb: list[bytes | None] = []
        for feature in source.features(voice, [place]):
            shape = feature.geometry()
            self._texts.append(text(feature.attribute(place)))
            empty = shape.isNull() or shape.isEmpty()
            self._wkb.append(None if empty else bytes(shape.constGet().segmentize().asWkb()))
        self._codes: list[str | None] = []

    def detected(self) -> str:
        """The class system that the codes belong to, "" where none fits."""
        from ..classes.detect import detect

        return detect(self._texts, None, self._field, layer=self.name).system or ""

    def codes(self, classes: Any, system: str) -> list[str]:
        """Distinct codes of the layer as the class system writes them; texts that mean none have None."""
        from ..classes.library import OWN

        own = system.startswith(OWN)
        known = {
            text: text if own else classes.match(system, text).code or None
            for text in set(self._texts)
            if text is not None
        }
        self._codes = [known.get(text) if text is not None else None for text in self._texts]
        return sorted({code for code in self._codes if code is not None})

    def write(self, path: Path, lucode: Any, cell: float) -> str:
        """The raster of the codes that the table holds."""
        from ..base.messages import message
        from ..storage.rasters import write_classes

        kept = [(wkb, lucode[code]) for wkb, code in zip(self._wkb, self._codes) if wkb is not None and code in lucode]
        if len(kept) < len(self._wkb):
            self.notes.append(message("RASTER_LEFT_OUT", layer=self.name, count=len(self._wkb) - len(kept)))
        wkt = self._crs.toWkt(QgsCoordinateReferenceSystem.WktVariant.WKT2_2018)
        write_classes(path, [wkb for wkb, _ in kept], [code for _, code in kept], wkt, cell, layer=self.name)
        return str(path)
