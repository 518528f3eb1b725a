"""Rules that every registered algorithm keeps: identity, help, parameters, models. A new one is checked unasked."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlparse

import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingAlgorithm,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelParameter,
    QgsProcessingParameterDefinition,
)
from qgis.PyQt.QtCore import QUrl

from carbon_planner.processing import base, help_texts
from carbon_planner.processing.registry import algorithms

IDS = [cls.ID for cls in algorithms()]
PACKAGE = Path(base.__file__).parents[1]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(params=IDS)
def alg(request, provider):
    """A fresh instance of each algorithm."""
    made = QgsApplication.processingRegistry().createAlgorithmById(f"carbonplanner:{request.param}")
    assert made is not None
    return made


def test_the_provider_holds_all_algorithms_once(provider):
    assert sorted(a.name() for a in provider.algorithms()) == sorted(IDS)
    assert len(set(IDS)) == len(IDS)
    assert not provider.icon().isNull()
    assert Path(provider.svgIconPath()).is_file()


def test_each_file_of_an_algorithm_is_registered():
    """A file with an ID that nobody registered would be dead code."""
    found = set()
    for path in (PACKAGE / "processing").glob("*.py"):
        found |= set(re.findall(r'^    ID = "([^"]+)"', path.read_text(encoding="utf-8"), re.MULTILINE))
    assert found == set(IDS)


def test_identity(alg):
    assert re.fullmatch(r"[a-z]+", alg.name())
    assert alg.groupId() in (base.EVALUATION, base.BLOCKS, base.FACTORS, base.TOOLS)
    assert alg.group() == base.group_name(alg.groupId())
    assert alg.displayName()[0].isupper()
    assert not alg.displayName().endswith(".")
    assert Path(alg.svgIconPath()).is_file()
    assert not alg.icon().isNull()


def test_create_gives_a_fresh_instance(alg):
    first, second = alg.create(), alg.create()
    assert first is not second
    assert [p.name() for p in first.parameterDefinitions()] == [p.name() for p in alg.parameterDefinitions()]


def test_help_is_there_in_both_languages(alg):
    english, chinese = (help_texts.help_text(alg.name(), lang) for lang in ("en", "zh"))
    assert english.title == alg.displayName()
    assert not CHINESE.search(english.title + english.summary)
    for text in (chinese.title, chinese.summary, chinese.body):
        assert CHINESE.search(text)
    assert len(english.tags) >= 4
    assert len(chinese.tags) >= 4
    assert set(english.tags) | set(chinese.tags) == set(alg.tags())
    assert english.summary.endswith(".")
    assert chinese.summary.endswith("。")
    assert alg.shortHelpString().startswith("<p>")
    assert alg.shortDescription() == english.summary


def test_help_speaks_of_exactly_the_parameters_and_outputs(alg):
    names = [p.name() for p in alg.parameterDefinitions()]
    names += [o.name() for o in alg.outputDefinitions() if o.name() not in names]
    for lang in ("en", "zh"):
        assert list(help_texts.help_text(alg.name(), lang).parameters) == names, lang


def test_labels_of_the_help_are_those_of_the_dialog(alg):
    english = help_texts.help_text(alg.name(), "en")
    definitions = {p.name(): p.description() for p in alg.parameterDefinitions()}
    definitions.update({o.name(): o.description() for o in alg.outputDefinitions()})
    assert {name: label for name, (label, _) in english.parameters.items()} == definitions


def test_parameters_have_help_and_constant_json_able_defaults(alg):
    again = alg.create()
    for definition in alg.parameterDefinitions():
        assert definition.help(), definition.name()
        assert re.fullmatch(r"[A-Z][A-Z0-9_]*", definition.name())
        default = definition.defaultValue()
        assert json.loads(json.dumps(default)) == default
        assert again.parameterDefinition(definition.name()).defaultValue() == default


def test_choices_are_static_strings(alg):
    for definition in alg.parameterDefinitions():
        if definition.type() == "enum":
            assert definition.usesStaticStrings()
            assert definition.defaultValue() in definition.options()


def test_help_page_is_offline_and_there(alg):
    url = urlparse(alg.helpUrl())
    assert url.scheme == "file"
    english = Path(QUrl(alg.helpUrl()).toLocalFile())
    for page in (english, english.parents[1] / "zh" / english.name):
        assert page.is_file(), page
        assert "http" not in page.read_text(encoding="utf-8").replace("http-equiv", "")


def test_only_algorithms_that_edit_project_layers_stay_on_the_main_thread(alg):
    stays = bool(alg.flags() & QgsProcessingAlgorithm.Flag.FlagNoThreading)
    assert stays == (alg.name() == "writeresults")
    assert alg.flags() & QgsProcessingAlgorithm.Flag.FlagCanCancel


def test_missing_libraries_are_named_with_a_remedy(alg, monkeypatch, context):
    monkeypatch.setattr("carbon_planner.deps.missing", lambda names=None: ["shapely>=2.0"] if names else [])
    able, reason = alg.canExecute()
    good, text = alg.checkParameterValues({}, context)
    if not type(alg).NEEDS:
        assert able
        return
    assert not able
    assert not good
    assert reason == text
    assert "shapely>=2.0" in text
    assert "\n" not in text


def test_runs_in_a_generated_model(alg, context):
    """The model designer can hold the algorithm: every parameter can be a model input."""
    model = QgsProcessingModelAlgorithm(f"holds {alg.name()}", "carbon")
    child = QgsProcessingModelChildAlgorithm(alg.id())
    child.setChildId("child")
    for definition in alg.parameterDefinitions():
        if definition.isDestination():
            continue
        copy = definition.clone()
        assert isinstance(copy, QgsProcessingParameterDefinition)
        model.addModelParameter(copy, QgsProcessingModelParameter(copy.name()))
        source = QgsProcessingModelChildParameterSource.fromModelParameter(copy.name())
        child.addParameterSources(definition.name(), [source])
    model.addChildAlgorithm(child)
    valid, issues = model.validate()
    assert valid, issues
    again = QgsProcessingModelAlgorithm()
    assert again.loadVariant(model.toVariant())
    wanted = {d.name() for d in alg.parameterDefinitions() if not d.isDestination()}
    assert {d.name() for d in again.parameterDefinitions()} == wanted


@pytest.mark.parametrize("module", ["pandas", "shapely", "numpy", "pyproj", "matplotlib", "jinja2", "scipy"])
def test_the_provider_loads_without_heavy_libraries(module, run_python):
    code = (
        "import sys; from qgis.core import QgsApplication; app = QgsApplication([], False); app.initQgis()\n"
        "before = set(sys.modules)\n"
        "from carbon_planner.processing.provider import CarbonPlannerProvider\n"
        "provider = CarbonPlannerProvider()\n"
        "assert QgsApplication.processingRegistry().addProvider(provider)\n"
        "print('FOUND', [m for m in sys.modules if m.split('.')[0] == NAME and m not in before])\n"
    )
    assert "FOUND []" in run_python(code.replace("NAME", repr(module)))


def test_help_pages_are_those_of_the_help_texts():
    """``scripts/make_help_pages`` has been run after the last change of a help text."""
    import subprocess
    import sys

    script = PACKAGE.parent / "scripts" / "make_help_pages"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("word", ["QgsProject.instance()", "iface", "QMessageBox", "QApplication"])
def test_algorithms_touch_neither_project_nor_window(word):
    """They run on worker threads and without a desktop; only the boxes of the dialogs may."""
    found = [
        path.name
        for path in (PACKAGE / "processing").glob("*.py")
        if path.name != "widgets.py" and re.search(rf"\b{re.escape(word)}", path.read_text(encoding="utf-8"))
    ]
    assert found == []
