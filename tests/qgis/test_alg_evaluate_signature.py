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
)
OPTIONS = {
    "LAND_METHOD": ["stock", "flux"],
    "STOCK_TIMING": ["rule", "pulse", "linear"],
    "AREA_METHOD": ["ellipsoidal", "planar", "field"],
    "REPORT_LANGUAGE": ["auto", "en", "zh"],
}
OUTPUTS = (
    ("OUTPUT", "outputVector"),
    ("PIECES", "outputVector"),
    ("LEDGER", "outputVector"),
    ("REPORT", "outputHtml"),
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
    assert off == {"OUTPUT": True, "PIECES": False, "LEDGER": False, "REPORT": False}


def test_id_and_group(alg):
    assert (alg.id(), alg.groupId(), alg.provider().id()) == (
        "carbonplanner:evaluatezones",
        "evaluation",
        "carbonplanner",
    )
