"""Boxes that show names for the values of parameters. QGIS loads them by name where there is a window.

The parameters stay plain texts and constants: models, scripts and qgis_process need nothing of this module.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingParameterDefinition,
    QgsProcessingUtils,
    QgsProject,
    QgsVectorLayer,
)
from qgis.gui import QgsAbstractProcessingParameterWidgetWrapper, QgsGui, QgsProcessingGui
from qgis.PyQt.QtCore import QCoreApplication
from qgis.PyQt.QtWidgets import QComboBox, QWidget

from .. import deps
from ..base.errors import PlannerError
from ..bridge.settings import language
from ..storage.encoding import OFFERED
from .choice_names import choice_name

translate = QCoreApplication.translate

Choice = tuple[str, str]  # value, text shown


class _ComboWrapper(QgsAbstractProcessingParameterWidgetWrapper):
    """An editable box; what is chosen gives its value, what is typed gives itself."""

    def __init__(
        self, parameter: QgsProcessingParameterDefinition, kind: QgsProcessingGui.WidgetType, box: type[_Box]
    ) -> None:
        super().__init__(parameter, kind)
        self._fill, self._follows_layers = box.fill, box.FOLLOWS_LAYERS
        self._wrappers: list[QgsAbstractProcessingParameterWidgetWrapper] = []
        self._made: QComboBox | None = None

    @property
    def _box(self) -> QComboBox | None:
        """The box, asked for each time: when QGIS hands the widget on, SIP gives it another Python object."""
        shown = self.wrappedWidget()
        return self._made if shown is None else shown  # an empty box counts as false

    def createWidget(self) -> QWidget:
        box = QComboBox()
        box.setEditable(True)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(20)  # long names of sets must not widen the dialog
        box.setToolTip(self.parameterDefinition().toolTip())
        self._made = box
        self._refill()
        box.currentTextChanged.connect(lambda _text: self.widgetValueHasChanged.emit(self))
        return box

    def _refill(self) -> None:
        if self._box is None:
            return
        value = self.widgetValue()
        self._box.blockSignals(True)
        self._box.clear()
        for item, shown in self._fill(self._wrappers):
            self._box.addItem(shown, item)
        self._box.blockSignals(False)
        self.setWidgetValue(value, QgsProcessingContext())

    def setWidgetValue(self, value: Any, context: QgsProcessingContext) -> None:
        if self._box is None:
            return
        wanted = "" if value is None else str(value)
        index = self._box.findData(wanted)
        if index >= 0:
            self._box.setCurrentIndex(index)
        else:
            self._box.setEditText(wanted)

    def widgetValue(self) -> str:
        if self._box is None:
            return ""
        typed = self._box.currentText()
        index = self._box.findText(typed)
        return str(self._box.itemData(index)) if index >= 0 else typed.strip()

    def postInitialize(self, wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> None:
        """Where the choices are fields: fill the box again whenever a layer of the dialog changes."""
        super().postInitialize(wrappers)
        if not self._follows_layers:
            return
        self._wrappers = wrappers
        for wrapper in wrappers:
            if wrapper.parameterDefinition().type() == "source":
                wrapper.widgetValueHasChanged.connect(lambda _wrapper: self._refill())
        self._refill()


class _ChoiceWrapper(_ComboWrapper):
    """A box that offers the options of a choice parameter by their names and takes nothing else."""

    def __init__(
        self, parameter: QgsProcessingParameterDefinition, kind: QgsProcessingGui.WidgetType, box: type[_Box]
    ) -> None:
        super().__init__(parameter, kind, box)
        self._fill = self._options

    def _options(self, _wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> Iterable[Choice]:
        definition = self.parameterDefinition()
        for value in definition.options():
            name = choice_name(definition.name(), value)
            yield value, name if name == value else f"{name} ({value})"

    def createWidget(self) -> QWidget:
        box = super().createWidget()
        box.setEditable(False)
        return box


class _Box:
    """What Processing instantiates: an editor with the choices of the subclass.

    In the model designer that is the usual editor of a text, with model inputs and expressions; elsewhere a
    :class:`_ComboWrapper`.
    """

    FOLLOWS_LAYERS = False
    WRAPPER = _ComboWrapper

    def __new__(
        cls, parameter: QgsProcessingParameterDefinition, dialog: Any = None, row: int = 0, col: int = 0
    ) -> Any:
        name = type(dialog).__name__
        if name == "ModelerParametersDialog":
            return QgsGui.processingGuiRegistry().createModelerParameterWidget(
                dialog.model, dialog.childId, parameter, dialog.context
            )
        kinds = QgsProcessingGui.WidgetType
        wrapper = cls.WRAPPER(parameter, kinds.Batch if name == "BatchAlgorithmDialog" else kinds.Standard, cls)
        wrapper.setDialog(dialog)
        return wrapper

    @staticmethod
    def fill(wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> Iterable[Choice]:
        """The choices, given the other parameters of the dialog."""
        raise NotImplementedError


class ChoiceBox(_Box):
    """Options of a choice parameter."""

    WRAPPER = _ChoiceWrapper

    @staticmethod
    def fill(wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> Iterable[Choice]:
        return ()


class ClassSystemBox(_Box):
    """Class systems of the library."""

    @staticmethod
    def fill(wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> Iterable[Choice]:
        yield "", translate("CarbonPlanner", "Detect from codes and names")
        if deps.missing(deps.EVALUATION):
            return
        from ..classes.library import ClassLibrary

        chinese = language() == "zh"
        for system in ClassLibrary.shipped().systems():
            yield system.id, f"{system.name_zh if chinese else system.name_en} ({system.id})"


class _FactorSetWrapper(_ComboWrapper):
    """Where a set has to be given, the box offers no default and says what may stand in it."""

    def __init__(
        self, parameter: QgsProcessingParameterDefinition, kind: QgsProcessingGui.WidgetType, box: type[_Box]
    ) -> None:
        super().__init__(parameter, kind, box)
        self._needed = not parameter.flags() & QgsProcessingParameterDefinition.Flag.FlagOptional
        if self._needed:
            self._fill = lambda wrappers: [("", ""), *list(box.fill(wrappers))[1:]]

    def createWidget(self) -> QWidget:
        box = super().createWidget()
        if self._needed:
            box.lineEdit().setPlaceholderText(translate("CarbonPlanner", "Choose a set, or type id@version or a file"))
        return box


class FactorSetBox(_Box):
    """Factor sets of the library and of the user; the first choice is the default of the land method."""

    WRAPPER = _FactorSetWrapper

    @staticmethod
    def fill(wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> Iterable[Choice]:
        yield "", translate("CarbonPlanner", "Default of the land method")
        if deps.missing(deps.EVALUATION):
            return
        from .factor_sets import PATIENCE_S, known_sets

        chinese = language() == "zh"
        try:
            sets = known_sets(PATIENCE_S)
        except PlannerError as error:
            yield "", error.text(language())
            return
        for info in sets:
            spec = f"{info.id}@{info.version}"
            yield spec, f"{(info.title_zh if chinese else info.title_en) or info.id} ({spec})"


class TeamSetBox(_Box):
    """Factor sets of the team's store that the options name."""

    @staticmethod
    def fill(wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> Iterable[Choice]:
        yield "", ""
        if deps.missing(deps.EVALUATION):
            return
        from ..factors.store import TEAM, team_sets
        from .factor_sets import PATIENCE_S, connect_store

        connect_store()
        infos, problem = team_sets(PATIENCE_S)
        if problem is not None:
            yield "", problem.text(language())
        for info in infos:
            yield f"{TEAM}{info.ref}", f"{info.title(language())} ({info.ref})"


class EncodingBox(_Box):
    """Encodings met in plan and survey data."""

    @staticmethod
    def fill(wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> Iterable[Choice]:
        yield "", translate("CarbonPlanner", "Detect")
        for encoding in OFFERED:
            yield encoding, encoding


class AreaFieldBox(_Box):
    """Numeric fields of the baseline layer, or of the zones where there is none."""

    FOLLOWS_LAYERS = True

    @staticmethod
    def fill(wrappers: list[QgsAbstractProcessingParameterWidgetWrapper]) -> Iterable[Choice]:
        yield "", ""
        by_name = {wrapper.parameterDefinition().name(): wrapper for wrapper in wrappers}
        for name in ("BASE", "ZONES"):
            layer = _layer(by_name[name]) if name in by_name else None
            if layer is not None:
                yield from ((field.name(), field.name()) for field in layer.fields() if field.isNumeric())
                return


def _layer(wrapper: QgsAbstractProcessingParameterWidgetWrapper) -> QgsVectorLayer | None:
    """The layer that a source parameter of the dialog shows."""
    value = wrapper.parameterValue()
    if isinstance(value, QgsProcessingFeatureSourceDefinition):
        value = value.source.staticValue()
    if isinstance(value, QgsVectorLayer):
        return value
    found = QgsProject.instance().mapLayer(str(value)) if value else None
    if found is None and value:
        found = QgsProcessingUtils.mapLayerFromString(str(value), QgsProcessingContext())
    return found if isinstance(found, QgsVectorLayer) else None
