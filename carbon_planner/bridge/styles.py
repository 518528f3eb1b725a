"""Styles of results: colour-blind-safe classes with units, aliases, read-only forms, map tips.

Zones are shown by net carbon impact; the styles *Net per hectare*, *Stock change* and *Baseline stock* lie beside it
in the layer's style menu. Brown is emission, blue-green removal (:mod:`..report.ramp`, the same as in the report);
zones that could not be evaluated are hatched, never left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsEditorWidgetSetup,
    QgsFeatureRenderer,
    QgsFillSymbol,
    QgsLinePatternFillSymbolLayer,
    QgsLineSymbol,
    QgsMapLayerStyle,
    QgsMemoryProviderUtils,
    QgsRendererCategory,
    QgsRuleBasedRenderer,
    QgsUnitTypes,
    QgsVectorLayer,
)

from ..base.fields import FieldSpec, zone_fields
from ..base.messages import message
from ..report.ramp import NOT_EVALUATED, ColourClass, diverging, sequential
from .schema import PIECES, ZONES

if TYPE_CHECKING:
    from .tables import Table

_MM = QgsUnitTypes.RenderUnit.RenderMillimeters
_OUTLINE = "#6b7780"
# Styles of zones: field, whether it has two signs. The first that has values is shown.
_THEMES = (("cp_net_t", True), ("cp_net_ha", True), ("cp_stke_t", True), ("cp_bstk_tc", False))


@dataclass(frozen=True)
class Theme:
    """A quantity to colour zones by."""

    spec: FieldSpec
    signed: bool

    def classes(self, values: NDArray[np.float64]) -> tuple[ColourClass, ...]:
        """Classes with round bounds for the values at hand."""
        return diverging(values) if self.signed else sequential(values)


def themes() -> tuple[Theme, ...]:
    """The quantities that zones can be coloured by."""
    by_name = {spec.name: spec for spec in zone_fields()}
    return tuple(Theme(by_name[name], signed) for name, signed in _THEMES)


@dataclass(frozen=True)
class Styles:
    """Styles as QGIS stores them: names and XML, the first is the one that is shown.

    Made beside the work, they are put on layers in no time, also on the main thread.
    """

    named: tuple[tuple[str, str], ...] = ()

    def apply(self, layer: QgsVectorLayer) -> None:
        """Style a layer; the other styles lie in its style menu."""
        manager = layer.styleManager()
        for name, xml in self.named[1:]:
            manager.addStyle(name, QgsMapLayerStyle(xml))
        for name, xml in self.named[:1]:
            QgsMapLayerStyle(xml).writeToLayer(layer)
            manager.renameStyle(manager.currentStyle(), name)


def make_styles(table: Table) -> Styles:
    """The styles of a table: renderer, aliases, read-only form, map tip, from its values and without its file."""
    if not table.specs:
        return Styles()
    layer = QgsMemoryProviderUtils.createMemoryLayer("style", table.fields, table.wkb_type, table.crs)
    describe_fields(layer, table.specs, table.lang)
    if table.kind == ZONES:
        return _zone_styles(layer, table)
    if table.kind == PIECES:
        layer.setRenderer(_by_class(table))
        layer.setMapTipTemplate(_map_tip(table.specs, table.lang))
    return Styles((_style(layer, "default"),))


def _style(layer: QgsVectorLayer, name: str) -> tuple[str, str]:
    style = QgsMapLayerStyle()
    style.readFromLayer(layer)
    return name, style.xmlData()


def _zone_styles(layer: QgsVectorLayer, table: Table) -> Styles:
    values = {t.spec.name: np.array(table.columns[t.spec.name], dtype=float) for t in themes()}
    shown = [theme for theme in themes() if np.isfinite(values[theme.spec.name]).any()] or list(themes()[:1])
    layer.setMapTipTemplate(_map_tip([s for s in table.specs if s.name in _TIP], table.lang))
    named = []
    for theme in shown:
        layer.setRenderer(zone_renderer(theme, values[theme.spec.name], table.lang))
        named.append(_style(layer, theme.spec.alias(table.lang)))
    return Styles(tuple(named))


def describe_fields(layer: QgsVectorLayer, specs: Sequence[FieldSpec], lang: str) -> None:
    """Give the plugin's fields their aliases and make them read-only in forms: a typed figure would be nobody's."""
    form = layer.editFormConfig()
    for spec in specs:
        place = layer.fields().lookupField(spec.name)
        if place < 0:
            continue
        layer.setFieldAlias(place, spec.alias(lang))
        form.setReadOnly(place, True)
        if spec.kind == "real":
            options = {"IsMultiline": False, "UseHtml": False}
            layer.setEditorWidgetSetup(place, QgsEditorWidgetSetup("TextEdit", options))
    layer.setEditFormConfig(form)


def zone_renderer(theme: Theme, values: NDArray[np.float64], lang: str) -> QgsFeatureRenderer:
    """Classes by rules, so that *not evaluated* is a class of its own; the heading of the legend says the unit."""
    name = theme.spec.name
    root = QgsRuleBasedRenderer.Rule(None)
    heading = QgsRuleBasedRenderer.Rule(None, label=theme.spec.alias(lang))
    root.appendChild(heading)
    classes = theme.classes(values)
    digits = _digits([b for c in classes for b in (c.low, c.high) if np.isfinite(b)])
    for item in classes:
        rule = QgsRuleBasedRenderer.Rule(fill(item.colour), filterExp=_within(name, item), label=_bounds(item, digits))
        heading.appendChild(rule)
    absent = QgsRuleBasedRenderer.Rule(hatched(), filterExp=f'"{name}" IS NULL')
    absent.setLabel(message("LEGEND_NOT_EVALUATED").text(lang))
    heading.appendChild(absent)
    return QgsRuleBasedRenderer(root)


def _within(name: str, item: ColourClass) -> str:
    parts = [f'"{name}" >= {item.low:.12g}'] if np.isfinite(item.low) else []
    parts += [f'"{name}" < {item.high:.12g}'] if np.isfinite(item.high) else []
    return " AND ".join(parts)


def _digits(bounds: Sequence[float]) -> int:
    """Decimals that the round bounds need."""
    return next((d for d in range(9) if all(abs(round(b, d) - b) <= 1e-9 * max(abs(b), 1e-9) for b in bounds)), 9)


def _bounds(item: ColourClass, digits: int) -> str:
    low, high = (f"{bound:,.{digits}f}".replace("-", "−") for bound in (item.low, item.high))
    if not np.isfinite(item.low):
        return f"< {high}"
    return f"≥ {low}" if not np.isfinite(item.high) else f"{low} … {high}"


def fill(colour: str, outline: str = _OUTLINE, width: float = 0.1) -> QgsFillSymbol:
    """A plain fill with a thin outline, widths in millimetres."""
    return QgsFillSymbol.createSimple(
        {"color": colour, "outline_color": outline, "outline_width": str(width), "outline_width_unit": "MM"}
    )


def hatched() -> QgsFillSymbol:
    """The fill of what was not evaluated."""
    symbol = fill("#f3f4f4")
    lines = QgsLinePatternFillSymbolLayer()
    lines.setLineAngle(45.0)
    lines.setDistance(1.6)
    lines.setDistanceUnit(_MM)
    lines.setSubSymbol(QgsLineSymbol.createSimple({"line_color": NOT_EVALUATED, "line_width": "0.35"}))
    symbol.appendSymbolLayer(lines)
    return symbol


def _by_class(table: Table) -> QgsFeatureRenderer:
    """Pieces by planned class (by existing class where there is no plan), in the colours of the classes."""
    from ..classes.library import ClassLibrary
    from ..classes.palette import colour_of

    name, found = "plan_class", []
    for name in ("plan_class", "base_class"):
        found = sorted({value for value in table.columns[name] if value is not None})
        if found:
            break
    library = ClassLibrary.shipped()
    categories = []
    for code in found:
        match = library.match(table.class_system or "landsea2023", code)
        title = match.name_zh if table.lang == "zh" else match.name_en
        categories.append(QgsRendererCategory(code, fill(colour_of(match)), f"{code} {title or ''}".rstrip()))
    categories.append(QgsRendererCategory(None, hatched(), message("LEGEND_NO_CLASS").text(table.lang)))
    return QgsCategorizedSymbolRenderer(name, categories)


_TIP = ("cp_zone_id", "cp_area_ha", "cp_bstk_tc", "cp_pstk_tc", "cp_net_t", "cp_net_lo", "cp_net_hi", "cp_flags")


def _map_tip(specs: Sequence[FieldSpec], lang: str) -> str:
    """A small table; values pass through the escaping of QGIS's own template functions."""
    rows = (f"<tr><td>{spec.alias(lang)}</td><td align=right>[% {_told(spec)} %]</td></tr>" for spec in specs)
    return "<table cellspacing=4>" + "".join(rows) + "</table>"


def _told(spec: FieldSpec) -> str:
    if spec.kind == "real":
        return f"coalesce(format_number(\"{spec.name}\", 2), '—')"
    return f"replace(replace(coalesce(to_string(\"{spec.name}\"), '—'), '&', '&amp;'), '<', '&lt;')"
