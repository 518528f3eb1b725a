"""The form of a zone: search, usual values, validation."""

from __future__ import annotations

import pytest
from qgis.core import QgsSettings
from qgis.PyQt.QtCore import QLocale, Qt
from qgis.PyQt.QtTest import QTest

from carbon_planner.gui.dialogs.class_picker import RECENT, ClassPicker, recent_codes, remember
from carbon_planner.gui.dialogs.optional_number import OptionalNumber
from carbon_planner.gui.dialogs.zone_form import NewZone, ZoneForm
from carbon_planner.gui.plan.catalogue import catalogue

SYSTEM = "landsea2023"


@pytest.fixture(autouse=True)
def no_recent(qgis_app):
    QgsSettings().remove("carbon_planner/recentClasses")
    yield
    QgsSettings().remove("carbon_planner/recentClasses")
    QgsSettings().remove("carbon_planner/zoneForm")


@pytest.fixture
def form(qgis_app):
    made = ZoneForm(catalogue(SYSTEM), NewZone("Z-0001", 2.3456))
    yield made
    made.deleteLater()


def choose(form, code):
    assert form.picker.choose(code)
    assert form.picker.code() == code


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("0701", "0701"), ("070102", "070102"), ("二类城镇", "070102"), ("class-2 urban", "070102"), ("水田", "0101"),
        ("arbor", "0301"), ("07", "07"), ("ARBOR forest", "0301"), ("forest arbor", "0301"), ("  0301 ", "0301"),
    ],
)  # fmt: skip
def test_search(qgis_app, typed, code):
    picker = ClassPicker(catalogue(SYSTEM))
    picker.search.setText(typed)
    assert picker.code() == code


def test_search_without_match(qgis_app):
    picker = ClassPicker(catalogue(SYSTEM))
    picker.search.setText("zzz")
    assert picker.filter.rowCount() == 0
    assert picker.code() == ""
    picker.search.setText("")
    assert picker.filter.rowCount() == 24


def test_arrow_keys_move_in_the_list(qgis_app):
    picker = ClassPicker(catalogue(SYSTEM))
    picker.search.setText("070")
    first = picker.code()
    QTest.keyClick(picker.search, Qt.Key.Key_Down)
    assert picker.code() != first
    activated = []
    picker.activated.connect(lambda: activated.append(picker.code()))
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert activated == [picker.code()]


def test_recently_used(qgis_app):
    for code in ("0101", "0301", "0701", "0901", "1401", "1001", "0601", "0701"):
        remember(SYSTEM, code)
    assert recent_codes(SYSTEM) == ["0701", "0601", "1001", "1401", "0901", "0301"]
    assert len(recent_codes(SYSTEM)) == RECENT
    picker = ClassPicker(catalogue(SYSTEM))
    group = picker.filter.index(0, 0)
    assert picker.filter.rowCount(group) == RECENT
    assert group.flags() == Qt.ItemFlag.ItemIsEnabled
    assert picker.filter.index(0, 0, group).data() == "0701"


def test_other_systems(qgis_app):
    """Letters in codes, too."""
    picker = ClassPicker(catalogue("gb50137"))
    picker.search.setText("r2")
    assert picker.code() == "R2"


def test_nothing_chosen(form):
    assert form.problem()
    assert not form.add.isEnabled()
    choose(form, "0701")
    assert form.problem() == ""
    assert form.add.isEnabled()


def test_values(form):
    choose(form, "0701")
    form.name.setText(" 居住A1 ")
    form.green.setText("35")
    form.density.setText("25 %")
    form.ratio.setText("1.8")
    form.base.setEditText("0103 Dry cropland")
    form.note.setText("n")
    assert form.values() == {
        "name": "居住A1",
        "class_code": "0701",
        "class_name": "Urban residential land",
        "green_ratio": 0.35,
        "bldg_dens": 0.25,
        "plot_ratio": 1.8,
        "base_code": "0103",
        "status": "draft",
        "note": "n",
    }


def test_usual_values_are_placeholders(form):
    """Left open, fields stay empty in the data; what one states leaves the rest in the class's proportions."""
    choose(form, "0701")
    assert form.green.placeholderText() == "33"
    assert form.density.placeholderText() == "23"
    form.green.setText("53.1")
    # 0.67 of the zone is not green in the class, of which buildings are 0.23; of 0.469 they are 0.161
    assert form.density.placeholderText() == "16.1"
    assert form.values()["bldg_dens"] is None


def test_natural_class(form):
    """Forest has no green ratio: the fields are off and what was typed does not count."""
    choose(form, "0701")
    form.green.setText("40")
    choose(form, "0301")
    assert not form.green.isEnabled()
    assert not form.ratio.isEnabled()
    assert form.values()["green_ratio"] is None
    assert form.problem() == ""
    choose(form, "0701")
    assert form.values()["green_ratio"] == 0.4


@pytest.mark.parametrize(
    ("green", "density", "ratio", "good"),
    [
        ("60", "40", "", True), ("60", "40.01", "", False), ("101", "", "", False), ("-1", "", "", False),
        ("abc", "", "", False), ("", "", "31", False), ("", "", "30", True), ("nan", "", "", False),
        ("1e400", "", "", False), ("100", "0", "0", True), ("", "100", "", True),
    ],
)  # fmt: skip
def test_validation(form, green, density, ratio, good):
    choose(form, "0701")
    form.green.setText(green)
    form.density.setText(density)
    form.ratio.setText(ratio)
    assert (form.problem() == "") is good
    assert form.add.isEnabled() is good
    assert not form.message.isHidden() or good


def test_unknown_existing_class(form):
    choose(form, "0701")
    form.base.setEditText("9999")
    assert form.problem()
    form.base.setEditText("")
    assert form.problem() == ""


def test_remark_does_not_stop(qgis_app):
    form = ZoneForm(catalogue(SYSTEM), NewZone("Z-0001", 1.0, ["The outline crosses itself."]))
    choose(form, "0701")
    assert "crosses" in form.message.text()
    assert form.add.isEnabled()
    form.deleteLater()


def test_decimal_comma(qgis_app, monkeypatch):
    """The decimal sign of the language, or a point."""
    box = OptionalNumber("x", "X", 100.0, 100.0)
    old = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    try:
        box.setText("33,5")
        assert box.value() == 0.335
        box.setText("33.5")
        assert box.value() in (0.335, None)
        box.set_value(0.125)
        assert box.text() == "12,5"
    finally:
        QLocale.setDefault(old)
    box.setText("33.5")
    assert box.value() == 0.335


def test_windows_fit_a_small_screen(qgis_app):
    """1366×768 at 200 %: every window can be made as small as 683×384 less the frame; buttons stay in reach."""
    from qgis.core import QgsProject

    from carbon_planner.gui.dialogs.factor_sets import FactorSetsDialog
    from carbon_planner.gui.dialogs.help_window import HelpWindow
    from carbon_planner.gui.dialogs.libraries import LibrariesDialog
    from carbon_planner.gui.dialogs.new_plan import NewPlanDialog
    from carbon_planner.gui.dialogs.results import ResultsDialog

    windows = [
        ZoneForm(catalogue(SYSTEM), NewZone("Z-0001", 1.0)),
        NewPlanDialog(QgsProject.instance(), None),
        FactorSetsDialog(),
        LibrariesDialog(),
        ResultsDialog(None, QgsProject.instance()),
        HelpWindow(),
    ]
    sizes = {type(w).__name__: (w.minimumSizeHint().width(), w.minimumSizeHint().height()) for w in windows}
    assert all(width <= 670 and height <= 350 for width, height in sizes.values()), sizes
    for window in windows:
        window.close()
        window.deleteLater()
