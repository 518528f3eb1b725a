"""Names of the constant choices for people. The values themselves stand in models, scripts and results."""

from __future__ import annotations

from qgis.PyQt.QtCore import QCoreApplication

translate = QCoreApplication.translate


def choice_name(parameter: str, value: str) -> str:
    """Name of a value of a choice parameter in the user's language; the value itself where it has none."""
    names = {
        "LAND_METHOD": {
            "stock": translate("CarbonPlanner", "Stock difference"),
            "flux": translate("CarbonPlanner", "Yearly flux"),
        },
        "STOCK_TIMING": {
            "rule": translate("CarbonPlanner", "By rule: biomass at once, soil and growth over 20 years"),
            "pulse": translate("CarbonPlanner", "All in the first year"),
            "linear": translate("CarbonPlanner", "Evenly over 20 years"),
            "yearly": translate("CarbonPlanner", "Year by year"),
        },
        "AREA_METHOD": {
            "ellipsoidal": translate("CarbonPlanner", "Ellipsoidal area"),
            "planar": translate("CarbonPlanner", "Planar area"),
            "field": translate("CarbonPlanner", "Survey area from a field"),
        },
        "GWP_SET": {
            "AR6": translate("CarbonPlanner", "IPCC 2021"),
            "AR5": translate("CarbonPlanner", "IPCC 2013"),
            "AR4": translate("CarbonPlanner", "IPCC 2007"),
        },
        "VIEW": {
            "responsibility": translate("CarbonPlanner", "Responsibility (scopes 1 and 2)"),
            "territorial": translate("CarbonPlanner", "Territorial (scope 1 with power plants)"),
        },
        "CONVENTION": {
            "invest": translate("CarbonPlanner", "Stock change (InVEST)"),
            "npv": translate("CarbonPlanner", "Net present value of years"),
        },
        "PHASE_CURVE": {
            "linear": translate("CarbonPlanner", "Evenly"),
            "scurve": translate("CarbonPlanner", "S-curve"),
        },
        "STATE": {
            "reviewed": translate("CarbonPlanner", "Reviewed"),
            "approved": translate("CarbonPlanner", "Approved"),
            "superseded": translate("CarbonPlanner", "Superseded"),
        },
        "REPORT_LANGUAGE": {"auto": translate("CarbonPlanner", "Language of QGIS"), "en": "English", "zh": "中文"},
        "KIND": {
            "auto": translate("CarbonPlanner", "As the table says"),
            "all": translate("CarbonPlanner", "All kinds"),
            "land_stock": translate("CarbonPlanner", "carbon stocks of land"),
            "land_flux": translate("CarbonPlanner", "yearly fluxes of land"),
            "other": translate("CarbonPlanner", "other sectors"),
        },
    }
    return names.get(parameter, {}).get(value, value)


def method_name(code: str) -> str:
    """What ``cp_method`` says, such as ``stock/rule/ellipsoidal/2026-2060``, in the user's language."""
    parts = code.split("/")
    if len(parts) != 4:
        return code
    named = [choice_name(*pair) for pair in zip(("LAND_METHOD", "STOCK_TIMING", "AREA_METHOD"), parts)]
    return " · ".join([*named, parts[3].replace("-", "–")])


def confidence_name(confidence: str) -> str:
    """Name of a degree of confidence of a factor."""
    return {
        "verified": translate("CarbonPlanner", "verified"),
        "derived": translate("CarbonPlanner", "derived"),
        "recalled": translate("CarbonPlanner", "recalled"),
    }.get(confidence, confidence)


def sector_name(sector: str) -> str:
    """Name of a sector; the id itself of a sector that others registered."""
    return {
        "land": translate("CarbonPlanner", "Land"),
        "buildings": translate("CarbonPlanner", "Buildings"),
        "supply": translate("CarbonPlanner", "On-site supply"),
        "transport": translate("CarbonPlanner", "Transport"),
        "waste": translate("CarbonPlanner", "Waste"),
        "water": translate("CarbonPlanner", "Water"),
        "sinks": translate("CarbonPlanner", "Greening"),
        "industry": translate("CarbonPlanner", "Industry"),
        "agriculture": translate("CarbonPlanner", "Agriculture"),
    }.get(sector, sector)


def group_name(field: str) -> str:
    """Name of a group of sectors, as zone fields hold them (``bldg``: buildings and supply)."""
    return {
        "land": translate("CarbonPlanner", "Land"),
        "bldg": translate("CarbonPlanner", "Buildings and supply"),
        "tran": translate("CarbonPlanner", "Transport"),
        "wast": translate("CarbonPlanner", "Waste and water"),
        "sink": translate("CarbonPlanner", "Greening"),
        "oth": translate("CarbonPlanner", "Other sectors"),
    }.get(field, field)
