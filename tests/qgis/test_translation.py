"""The compiled translation, loaded as the plugin loads it: everything that Processing shows is Chinese."""

from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QCoreApplication

from carbon_planner import plugin
from carbon_planner.bridge.settings import language, locale_name
from carbon_planner.processing.help_texts import help_text

TS = Path(__file__).parents[2] / "i18n" / "carbon_planner_zh_CN.ts"
LRELEASE = shutil.which("lrelease", path="/usr/lib/qt5/bin:/usr/bin")
CHINESE = re.compile("[\u4e00-\u9fff]")


def sources() -> list[str]:
    return [message.findtext("source", "") for message in ET.parse(TS).getroot().iter("message")]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory) -> tuple[Path, str]:
    """A package folder with the compiled file as scripts/package makes it, and what the compiler said."""
    if LRELEASE is None:
        pytest.skip("no lrelease")
    home = tmp_path_factory.mktemp("package")
    (home / "i18n").mkdir()
    target = home / "i18n" / "carbon_planner_zh_CN.qm"
    done = subprocess.run([LRELEASE, str(TS), "-qm", str(target)], check=True, capture_output=True, text=True)
    return home, done.stdout + done.stderr


@pytest.fixture(params=["zh-Hans", "zh_CN", "zh"])
def translator(request, qgis_app, compiled, monkeypatch):
    """The translator installed for one spelling of the locale."""
    monkeypatch.setattr(plugin, "HERE", compiled[0])
    QgsSettings().setValue("locale/userLocale", request.param)
    found = plugin.load_translator(locale_name())
    assert found is not None
    QCoreApplication.installTranslator(found)
    yield found
    QCoreApplication.removeTranslator(found)
    QgsSettings().remove("locale/userLocale")


@pytest.fixture
def provider_in_chinese(translator):
    """A provider made under the translation; it is not registered."""
    from carbon_planner.processing.provider import CarbonPlannerProvider

    made = CarbonPlannerProvider()
    made.refreshAlgorithms()
    return made


def test_nothing_is_unfinished(compiled):
    _, said = compiled
    count = re.search(r"Generated (\d+) translation\(s\) \((\d+) finished and (\d+) unfinished\)", said)
    assert count is not None, said
    assert [int(number) for number in count.groups()] == [len(sources()), len(sources()), 0]
    assert "untranslated" not in said


def test_every_text_comes_out_in_chinese(translator):
    assert language() == "zh"
    unchanged = [text for text in sources() if QCoreApplication.translate("CarbonPlanner", text) == text]
    # names of formats are the same in both languages
    assert [text for text in unchanged if "(*." not in text] == []


def test_provider_and_algorithms_are_chinese(provider_in_chinese):
    assert provider_in_chinese.name() == "碳规划"
    assert CHINESE.search(provider_in_chinese.longName())
    algorithms = provider_in_chinese.algorithms()
    assert len(algorithms) >= 9
    for alg in algorithms:
        text = help_text(alg.name(), "zh")
        assert alg.displayName() == text.title
        assert alg.shortDescription() == text.summary
        assert CHINESE.search(alg.group())
        assert "/help/zh/" in alg.helpUrl()


def test_labels_of_the_chinese_help_are_those_of_the_dialog(provider_in_chinese):
    for alg in provider_in_chinese.algorithms():
        shown = {item.name(): item.description() for item in [*alg.parameterDefinitions(), *alg.outputDefinitions()]}
        written = {name: label for name, (label, _) in help_text(alg.name(), "zh").parameters.items()}
        assert written == shown, alg.name()
        assert [item.name() for item in alg.parameterDefinitions() if not CHINESE.search(item.help())] == []


def test_choices_are_offered_by_name_and_give_their_value(provider_in_chinese, context):
    """In the dialog; models and scripts hold the values."""
    from carbon_planner.processing.widgets import ChoiceBox

    seen = {}
    for alg in provider_in_chinese.algorithms():
        for parameter in alg.parameterDefinitions():
            if parameter.type() != "enum":
                continue
            assert parameter.metadata()["widget_wrapper"]["class"].endswith(".ChoiceBox"), parameter.name()
            wrapper = ChoiceBox(parameter)
            box = wrapper.createWrappedWidget(context)
            assert not box.isEditable()
            shown = [box.itemText(index) for index in range(box.count())]
            assert [text for text in shown if not CHINESE.search(text) and text != "English (en)"] == []
            for value in parameter.options():
                wrapper.setParameterValue(value, context)
                assert wrapper.parameterValue() == value
            wrapper.setParameterValue(parameter.defaultValue(), context)
            assert wrapper.parameterValue() == parameter.defaultValue()
            seen[parameter.name()] = shown
    assert seen["LAND_METHOD"] == ["储量变化法 (stock)", "年通量法 (flux)"]
    assert set(seen) >= {"LAND_METHOD", "STOCK_TIMING", "AREA_METHOD", "REPORT_LANGUAGE", "KIND"}


def test_the_method_of_a_result_is_named(translator):
    from carbon_planner.processing.choice_names import method_name

    assert method_name("flux/yearly/planar/2026-2060") == "年通量法 · 逐年 · 平面面积 · 2026–2060"
    assert method_name("of another plugin") == "of another plugin"
