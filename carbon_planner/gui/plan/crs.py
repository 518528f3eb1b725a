"""Which coordinate reference system a new plan should have, and what speaks against one."""

from __future__ import annotations

import math
from dataclasses import dataclass

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsPointXY,
    QgsProject,
    QgsUnitTypes,
)
from qgis.PyQt.QtCore import QCoreApplication

from ..sentences import sentences

translate = QCoreApplication.translate

# CGCS2000 / 3-degree Gauss-Kruger zones 25 to 45, eastings with the zone in front as in official data
CGCS2000_FIRST_EPSG, CGCS2000_FIRST_ZONE, CGCS2000_LAST_ZONE = 4513, 25, 45


@dataclass(frozen=True)
class Suggestion:
    """A system and the reason for it in one sentence."""

    crs: QgsCoordinateReferenceSystem
    reason: str


def is_mercator(crs: QgsCoordinateReferenceSystem) -> bool:
    """Web Mercator and its relatives, which stretch areas away from the equator."""
    return crs.projectionAcronym() in ("merc", "webmerc")


def in_metres(crs: QgsCoordinateReferenceSystem) -> bool:
    """Whether a system is projected, in metres and not Mercator."""
    metres = crs.mapUnits() == QgsUnitTypes.DistanceUnit.DistanceMeters
    return crs.isValid() and not crs.isGeographic() and metres and not is_mercator(crs)


def lon_lat(point: QgsPointXY, crs: QgsCoordinateReferenceSystem) -> QgsPointXY | None:
    """A point in degrees; None where it lies outside what its system can express."""
    if not crs.isValid():
        return None
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    try:
        result = QgsCoordinateTransform(crs, degrees, QgsProject.instance()).transform(point)
    except QgsCsException:
        return None
    good = math.isfinite(result.x()) and math.isfinite(result.y()) and abs(result.y()) <= 90
    return result if good else None


def zone_epsg(longitude: float, latitude: float) -> int:
    """EPSG code of the CGCS2000 3° zone inside the span of China, elsewhere of the UTM zone (WGS 84)."""
    zone = round(longitude / 3.0)
    if CGCS2000_FIRST_ZONE <= zone <= CGCS2000_LAST_ZONE and 3.0 <= latitude <= 54.0:
        return CGCS2000_FIRST_EPSG + zone - CGCS2000_FIRST_ZONE
    utm = int((longitude + 180.0) // 6.0) % 60 + 1
    return (32600 if latitude >= 0 else 32700) + utm


def suggest(project_crs: QgsCoordinateReferenceSystem, centre: QgsPointXY | None) -> Suggestion:
    """The project's system if it is projected in metres, else the zone of the map centre.

    ``centre`` is in the project's system; None where the map is empty and its centre thus says nothing.
    """
    if in_metres(project_crs):
        return Suggestion(
            project_crs, translate("CarbonPlanner", "The coordinate reference system of the project: metres.")
        )
    place = lon_lat(centre, project_crs) if centre is not None else None
    if place is None:
        return Suggestion(
            QgsCoordinateReferenceSystem(),
            translate("CarbonPlanner", "Choose a projected system in metres; the map does not show where the plan is."),
        )
    crs = QgsCoordinateReferenceSystem.fromEpsgId(zone_epsg(place.x(), place.y()))
    return Suggestion(
        crs,
        translate("CarbonPlanner", "The zone of the map centre ({longitude}° E).").format(longitude=f"{place.x():.2f}"),
    )


def objection(crs: QgsCoordinateReferenceSystem, latitude: float | None = None) -> str:
    """What speaks against drawing in a system; empty where nothing does."""
    if not crs.isValid():
        return translate("CarbonPlanner", "Choose a coordinate reference system.")
    if is_mercator(crs):
        factor = 1.0 / math.cos(math.radians(latitude)) ** 2 if latitude is not None and abs(latitude) < 85 else None
        stretch = f"{factor:.2f}" if factor else "1–4"
        text = translate("CarbonPlanner", "Mercator shows areas {factor} times too large here.")
        return sentences(
            text.format(factor=stretch),
            translate("CarbonPlanner", "Results use true areas, but what you measure on the plan will not match them."),
            translate("CarbonPlanner", "A zone in metres is better."),
        )
    if crs.isGeographic():
        return sentences(
            translate("CarbonPlanner", "Coordinates in degrees make right angles and lengths hard to draw."),
            translate("CarbonPlanner", "A zone in metres is better."),
        )
    if not in_metres(crs):
        return translate("CarbonPlanner", "The unit of this system is not the metre.")
    return ""
