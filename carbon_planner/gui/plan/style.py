"""How a plan layer looks and how its form works: class colours, labels, value maps, defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qgis.core import (
    NULL,
    QgsCategorizedSymbolRenderer,
    QgsDefaultValue,
    QgsEditorWidgetSetup,
    QgsFieldConstraints,
    QgsFillSymbol,
    QgsPalLayerSettings,
    QgsRendererCategory,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtGui import QColor

from . import schema

if TYPE_CHECKING:
    from .catalogue import Catalogue

translate = QCoreApplication.translate

TRIMMED = "carbon_planner/legend"  # custom property: the legend holds only what the plan uses
OTHER_COLOUR = "#d9d9d9"
QGIS_NULL = "{2839923C-8B7D-419E-B84B-CA2FE9B80EC7}"  # how value maps of QGIS write it

# the number behind the highest one so far, zones not yet saved included
NEXT_ZONE_ID = (
    "'Z-' || lpad(to_string(coalesce(maximum(to_int(coalesce("
    "nullif(regexp_substr(\"zone_id\", '^Z-(\\\\d{1,9})$'), ''), '0'))), 0) + 1), 4, '0')"
)
CLASS_NAME_OF_CODE = "regexp_replace(represent_value(\"class_code\"), '^\\\\S+\\\\s+', '')"
LABEL = 'coalesce(nullif("name", \'\'), "class_name", "class_code")'


def symbol(colour: str) -> QgsFillSymbol:
    """Fill of a class, translucent so that the map below stays readable."""
    fill = QColor(colour)
    fill.setAlpha(205)
    name = f"{fill.red()},{fill.green()},{fill.blue()},{fill.alpha()}"
    return QgsFillSymbol.createSimple({"color": name, "outline_color": "70,70,70,255", "outline_width": "0.26"})


def category(catalogue: Catalogue, code: str) -> QgsRendererCategory:
    """Legend entry of a class."""
    item = catalogue.get(code)
    colour = item.colour if item else OTHER_COLOUR
    return QgsRendererCategory(code, symbol(colour), item.label() if item else code)


def renderer(
    catalogue: Catalogue, codes: list[str], attribute: str = schema.CLASS_CODE
) -> QgsCategorizedSymbolRenderer:
    """Classes in their colours."""
    return QgsCategorizedSymbolRenderer(attribute, [category(catalogue, code) for code in codes])


def plan_renderer(catalogue: Catalogue, codes: list[str]) -> QgsCategorizedSymbolRenderer:
    """As :func:`renderer`, with grey for zones that have no class yet or one that the legend lacks."""
    result = renderer(catalogue, codes)
    other = translate("CarbonPlanner", "No class or another one")
    result.addCategory(QgsRendererCategory(None, symbol(OTHER_COLOUR), other))
    return result


def used_codes(layer: QgsVectorLayer, attribute: str = schema.CLASS_CODE) -> list[str]:
    """Codes that a layer holds, unsaved ones included, sorted."""
    index = layer.fields().lookupField(attribute)
    return sorted(str(value) for value in layer.uniqueValues(index) if value not in (None, NULL, ""))


def trim_legend(layer: QgsVectorLayer, catalogue: Catalogue) -> None:
    """Show only the classes that the plan uses; done once, afterwards the style is the user's."""
    layer.setRenderer(plan_renderer(catalogue, used_codes(layer)))
    layer.setCustomProperty(TRIMMED, True)


def ensure_category(layer: QgsVectorLayer, catalogue: Catalogue, code: str) -> bool:
    """Add the legend entry of a class if the layer is drawn by class and lacks it; says whether it was added."""
    old = layer.renderer()
    if not isinstance(old, QgsCategorizedSymbolRenderer) or old.classAttribute() != schema.CLASS_CODE:
        return False
    present = [item.value() for item in old.categories()]
    if code in present:
        return False
    new = old.clone()
    new.addCategory(category(catalogue, code))
    order = sorted(new.categories(), key=lambda item: (item.value() in (None, NULL, ""), str(item.value())))
    new.deleteAllCategories()
    for item in order:
        new.addCategory(QgsRendererCategory(item))
    layer.setRenderer(new)
    layer.triggerRepaint()
    return True


def apply_style(layer: QgsVectorLayer, catalogue: Catalogue) -> None:
    """Style, labels, aliases, widgets and defaults of a new plan layer, with the whole list of classes."""
    layer.setCustomProperty(schema.MARK, schema.VERSION)
    layer.setCustomProperty(schema.SYSTEM, catalogue.system)
    layer.setRenderer(plan_renderer(catalogue, [item.code for item in catalogue.items]))
    layer.setLabeling(labels(LABEL))
    layer.setLabelsEnabled(True)
    layer.setDisplayExpression(f"concat(\"zone_id\", ' ', {LABEL})")
    _set_up_form(layer, catalogue)


def labels(expression: str) -> QgsVectorLayerSimpleLabeling:
    """Labels inside the polygons, with a halo so that they read on any colour."""
    settings, text, halo = QgsPalLayerSettings(), QgsTextFormat(), QgsTextBufferSettings()
    halo.setEnabled(True)
    halo.setSize(0.8)
    halo.setColor(QColor(255, 255, 255, 220))
    text.setSize(8.5)
    text.setColor(QColor(30, 30, 30))
    text.setBuffer(halo)
    settings.setFormat(text)
    settings.fieldName = expression
    settings.isExpression = True
    settings.centroidInside = True
    return QgsVectorLayerSimpleLabeling(settings)


def _set_up_form(layer: QgsVectorLayer, catalogue: Catalogue) -> None:
    index = layer.fields().lookupField
    for name, alias in schema.aliases().items():
        layer.setFieldAlias(index(name), alias)
    codes = [{item.label(): item.code} for item in catalogue.items]
    empty = [{translate("CarbonPlanner", "(not set)"): QGIS_NULL}]
    stages = [{label: value} for value, label in schema.statuses().items()]
    for name, values in ((schema.CLASS_CODE, codes), (schema.BASE_CODE, empty + codes), (schema.STATUS, stages)):
        layer.setEditorWidgetSetup(index(name), QgsEditorWidgetSetup("ValueMap", {"map": values}))
    for name in (schema.GREEN_RATIO, schema.BLDG_DENS):
        layer.setConstraintExpression(
            index(name),
            f'coalesce("green_ratio", 0) + coalesce("bldg_dens", 0) <= 1 and coalesce("{name}", 0) >= 0',
            translate("CarbonPlanner", "Green ratio and building density are shares of the zone: together at most 1"),
        )
    layer.setFieldConstraint(
        index(schema.CLASS_CODE),
        QgsFieldConstraints.Constraint.ConstraintNotNull,
        QgsFieldConstraints.ConstraintStrength.ConstraintStrengthSoft,
    )
    defaults = {
        schema.ZONE_ID: QgsDefaultValue(NEXT_ZONE_ID),
        schema.CLASS_NAME: QgsDefaultValue(CLASS_NAME_OF_CODE, applyOnUpdate=True),
        schema.STATUS: QgsDefaultValue("'draft'"),
        schema.CREATED: QgsDefaultValue("now()"),
    }
    for name, default in defaults.items():
        layer.setDefaultValueDefinition(index(name), default)
