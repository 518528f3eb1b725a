"""A batch from words: parameters of an algorithm, or a row of a job table, by the names of ``evaluatezones``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..accounting.inputs import Settings
from ..base.errors import SettingsError
from ..base.messages import Message
from .batch import Plan
from .batch_base import describe_base
from .fields import BASE, PLAN, MoreFields, parse_curve, parse_quantities
from .scenario import read_scenario
from .sectors import parse_sectors
from .settings import parse_settings

# Parameter → setting; the values of the numbers are whole.
SETTINGS = {
    "ZONE_CLASS_SYSTEM": "plan_system", "BASE_CLASS_SYSTEM": "base_system", "FACTOR_SET": "factor_set",
    "LAND_METHOD": "land_method", "STOCK_TIMING": "stock_timing", "AREA_METHOD": "area_method", "GWP_SET": "gwp",
    "REGION": "region", "CLIMATE_ZONE": "climate_zone", "VIEW": "view", "GRID_PATH": "grid_path",
    "BASELINE": "baseline",
}  # fmt: skip
NUMBERS = {"START_YEAR": "start_year", "END_YEAR": "end_year", "DRAWS": "draws", "SEED": "seed"}
FIELDS = {
    "ZONE_CLASS": "plan_class", "ZONE_BASE_CLASS": "base_class", "ZONE_ID": "zone_id", "GREEN_RATIO": "green_ratio",
    "BUILDING_DENSITY": "building_density", "PLOT_RATIO": "plot_ratio",
}  # fmt: skip
QUANTITIES = {
    "FLOOR_AREA": PLAN + "floor_area_m2", "POPULATION": PLAN + "population", "JOBS": PLAN + "jobs",
    "GDP": PLAN + "gdp_1e4yuan", "BASE_FLOOR_AREA": BASE + "floor_area_m2", "BASE_POPULATION": BASE + "population",
    "BASE_JOBS": BASE + "jobs", "USES": "uses", "ZONE_REGION": "zone_region", "PHASE_START": "phase_start",
    "PHASE_FINISH": "phase_finish", "PHASE_DEMOLITION": "phase_demolition",
}  # fmt: skip
PARCELS = {
    "AREA_FIELD": "survey_area", "BASE_GREEN_RATIO": "green_ratio", "BASE_DENSITY": "building_density",
    "BASE_LIVING_C": "living_tc_ha",
}  # fmt: skip
OTHERS = (
    "BASE", "BASE_LAYER", "BASE_CLASS", "BASE_CRS", "CRS", "ENCODING", "SECTORS", "SETTINGS", "SCENARIO",
    "PHASE_CURVE", "QUANTITIES",
)  # fmt: skip
KNOWN = (*FIELDS, *SETTINGS, *NUMBERS, *QUANTITIES, *PARCELS, *OTHERS)


def plan_of(
    words: Mapping[str, str], place: Path, *, exact: bool = False, store: str = ""
) -> tuple[Plan, list[Message]]:
    """The plan of a batch, and what is to say of its base; empty words stand for what is detected, or for defaults.

    Relative paths are below ``place``. With ``exact`` a field that is named must be there. Raises
    :class:`PlannerError` for words that mean nothing, and for a base that cannot be read.
    """
    given = {name: str(value or "").strip() for name, value in words.items()}
    roles, curve = _roles(given)
    base, notes = _base(given, place)
    wanted: dict[str, Any] = {
        "fields": {role: _names(given.get(name, "")) for name, role in FIELDS.items() if given.get(name)},
        "plan_system": given.get("ZONE_CLASS_SYSTEM", ""),
        "base_system": given.get("BASE_CLASS_SYSTEM", ""),
        "encoding": given.get("ENCODING", ""),
        "crs": given.get("CRS", ""),
        "detect_base": base is None,
        "exact": exact,
    }
    return Plan(_settings(given), wanted, roles, curve, base, store), notes


def _names(written: str) -> list[str]:
    return [part.strip() for part in re.split(r"[;；]", written) if part.strip()]


def _settings(given: Mapping[str, str]) -> Settings:
    """The settings. Raises :class:`SettingsError` where one is outside its range."""
    values: dict[str, Any] = {setting: given[name] for name, setting in SETTINGS.items() if given.get(name)}
    for name, setting in NUMBERS.items():
        if given.get(name):
            values[setting] = _whole(name, given[name])
    values["sectors"] = parse_sectors(given.get("SECTORS", ""))
    values["scenario"], values["overrides"] = read_scenario(given.get("SCENARIO", ""))
    values.update(parse_settings(given.get("SETTINGS", ""), set(values)))
    found = Settings(**values)
    found.check()
    return found


def _whole(name: str, value: str) -> int:
    try:
        number = float(value)
    except ValueError:
        raise SettingsError("JOBTABLE_VALUE", column=name, value=value) from None
    if not number.is_integer():
        raise SettingsError("JOBTABLE_VALUE", column=name, value=value)
    return int(number)


def _roles(given: Mapping[str, str]) -> tuple[dict[str, str], Any]:
    """Fields of quantities, uses, region and phases by role, and the curve of phases."""
    roles = {role: given[name] for name, role in QUANTITIES.items() if given.get(name)}
    plan, base = parse_quantities(given.get("QUANTITIES", ""))
    for side, prefix in ((plan, PLAN), (base, BASE)):
        for quantity, name in side.items():
            if prefix + quantity in roles:
                raise SettingsError("QUANTITY_TWICE", quantity=quantity)
            roles[prefix + quantity] = name
    return MoreFields.from_used(roles).used(), parse_curve(given.get("PHASE_CURVE", ""))


def _base(given: Mapping[str, str], place: Path) -> tuple[dict[str, Any] | None, list[Message]]:
    if not given.get("BASE"):
        return None, []
    path, layer = split_source(given["BASE"])
    return describe_base(
        place / path, given.get("BASE_LAYER", "") or layer, given.get("BASE_CLASS", ""),
        given.get("BASE_CLASS_SYSTEM", ""), given.get("ENCODING", ""), given.get("BASE_CRS", ""),
        {role: given[name] for name, role in PARCELS.items() if given.get(name)},
    )  # fmt: skip


def split_source(written: str) -> tuple[str, str]:
    """Path and layer of ``path`` or ``path|layername=layer``, as QGIS writes sources."""
    path, _, more = written.partition("|")
    layers = [part[len("layername=") :] for part in more.split("|") if part.startswith("layername=")]
    return path, layers[0] if layers else ""
