"""The interface of ``evaluatezones`` is frozen: models, scripts and job files hold these names."""

from __future__ import annotations

import pytest
from qgis.core import QgsApplication, QgsProcessingParameterDefinition

OPTIONAL = QgsProcessingParameterDefinition.Flag.FlagOptional

# name, type, parent layer, default, optional
PARAMETERS = (
    ("ZONES", "source", None, None, False),
    ("ZONE_ID", "field", "ZONES", None, True),
    ("ZONE_CLASS", "field", "ZONES", None, True),
    ("ZONE_CLASS_SYSTEM", "string", None, "", True),
    ("GREEN_RATIO", "field", "ZONES", None, True),
    ("BUILDING_DENSITY", "field", "ZONES", None, True),
    ("PLOT_RATIO", "field", "ZONES", None, True),
    ("BASE", "source", None, None, True),
    ("BASE_CLASS", "field", "BASE", None, True),
    ("BASE_CLASS_SYSTEM", "string", None, "", True),
    ("ZONE_BASE_CLASS", "field", "ZONES", None, True),
    ("FACTOR_SET", "string", None, "", True),
    ("LAND_METHOD", "enum", None, "stock", False),
    ("STOCK_TIMING", "enum", None, "rule", False),
    ("AREA_METHOD", "enum", None, "ellipsoidal", False),
    ("AREA_FIELD", "field", "BASE", None, True),
    ("START_YEAR", "number", None, 2025, False),
    ("END_YEAR", "number", None, 2060, False),
    ("ENCODING", "string", None, "", True),
    ("REPORT_LANGUAGE", "enum", None, "auto", False),
    ("OUTPUT", "sink", None, None, False),
    ("PIECES", "sink", None, None, True),
    ("LEDGER", "sink", None, None, True),
    ("REPORT", "fileDestination", None, None, True),
    ("FLOOR_AREA", "field", "ZONES", None, True),
    ("POPULATION", "field", "ZONES", None, True),
    ("JOBS", "field", "ZONES", None, True),
    ("GDP", "field", "ZONES", None, True),
    ("BASE_FLOOR_AREA", "field", "ZONES", None, True),
    ("BASE_POPULATION", "field", "ZONES", None, True),
    ("BASE_JOBS", "field", "ZONES", None, True),
    ("USES", "field", "ZONES", None, True),
    ("ZONE_REGION", "field", "ZONES", None, True),
    ("PHASE_START", "field", "ZONES", None, True),
    ("PHASE_FINISH", "field", "ZONES", None, True),
    ("PHASE_DEMOLITION", "field", "ZONES", None, True),
    ("BASE_GREEN_RATIO", "field", "BASE", None, True),
    ("BASE_DENSITY", "field", "BASE", None, True),
    ("BASE_LIVING_C", "field", "BASE", None, True),
    ("PHASE_CURVE", "string", None, "linear", True),
    ("QUANTITIES", "string", None, "", True),
    ("SECTORS", "string", None, "land", True),
    ("GWP_SET", "enum", None, "AR6", True),
    ("VIEW", "enum", None, "responsibility", True),
    ("REGION", "string", None, "CN-CQ", True),
    ("CLIMATE_ZONE", "string", None, "", True),
    ("GRID_PATH", "string", None, "frozen", True),
    ("SCENARIO", "string", None, "", True),
    ("BASELINE", "string", None, "existing", True),
    ("SETTINGS", "string", None, "", True),
    ("DRAWS", "number", None, 0, True),
    ("SEED", "number", None, 1, True),
    ("YEARLY", "sink", None, None, True),
    ("SECTORS_TABLE", "sink", None, None, True),
    ("QUANTITIES_TABLE", "sink", None, None, True),
    ("JOB", "fileDestination", None, None, True),
)
OPTIONS = {
    "LAND_METHOD": ["stock", "flux"],
    "STOCK_TIMING": ["rule", "pulse", "linear"],
    "AREA_METHOD": ["ellipsoidal", "planar", "field"],
    "REPORT_LANGUAGE": ["auto", "en", "zh"],
    "GWP_SET": ["AR6", "AR5", "AR4"],
    "VIEW": ["responsibility", "territorial"],
}
OUTPUTS = (
    ("OUTPUT", "outputVector"),
    ("PIECES", "outputVector"),
    ("LEDGER", "outputVector"),
    ("REPORT", "outputHtml"),
    ("YEARLY", "outputVector"),
    ("SECTORS_TABLE", "outputVector"),
    ("QUANTITIES_TABLE", "outputVector"),
    ("JOB", "outputFile"),
    ("STATUS", "outputString"),
    ("HAS_NET", "outputBoolean"),
    ("WARNINGS", "outputString"),
    ("ZONE_COUNT", "outputNumber"),
    ("AREA_HA", "outputNumber"),
    ("ZONE_OVL_HA", "outputNumber"),
    ("NET_TCO2E", "outputNumber"),
    ("NET_LOW", "outputNumber"),
    ("NET_HIGH", "outputNumber"),
    ("BALANCE_ERROR", "outputNumber"),
    ("NET_LAND", "outputNumber"),
    ("NET_BUILDINGS", "outputNumber"),
    ("NET_TRANSPORT", "outputNumber"),
    ("NET_WASTE", "outputNumber"),
    ("NET_SINKS", "outputNumber"),
    ("NET_OTHER", "outputNumber"),
    ("EMISSION_END", "outputNumber"),
    ("BASE_EMISSION_END", "outputNumber"),
    ("COVERED_SHARE", "outputNumber"),
    ("UNCERTAINTY", "outputString"),
    ("DRAWS_USED", "outputNumber"),
)


@pytest.fixture
def alg(provider):
    made = QgsApplication.processingRegistry().createAlgorithmById("carbonplanner:evaluatezones")
    assert made is not None
    return made


def test_parameters(alg):
    found = tuple(
        (
            d.name(),
            d.type(),
            (d.parentLayerParameterName() or None) if d.type() == "field" else None,
            d.defaultValue(),
            bool(d.flags() & OPTIONAL),
        )
        for d in alg.parameterDefinitions()
    )
    assert found == PARAMETERS


def test_choices_are_constant_words(alg):
    found = {d.name(): d.options() for d in alg.parameterDefinitions() if d.type() == "enum"}
    assert found == OPTIONS


def test_outputs(alg):
    assert tuple((o.name(), o.type()) for o in alg.outputDefinitions()) == OUTPUTS


def test_optional_outputs_are_off_unless_asked_for(alg):
    off = {d.name(): d.createByDefault() for d in alg.destinationParameterDefinitions()}
    assert off == {"OUTPUT": True, "PIECES": False, "LEDGER": False, "REPORT": False, "YEARLY": False,
                   "SECTORS_TABLE": False, "QUANTITIES_TABLE": False, "JOB": False}  # fmt: skip


def test_id_and_group(alg):
    assert (alg.id(), alg.groupId(), alg.provider().id()) == (
        "carbonplanner:evaluatezones",
        "evaluation",
        "carbonplanner",
    )
