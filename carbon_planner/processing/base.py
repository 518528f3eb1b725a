"""Base of all algorithms: identity and help from data, missing libraries, errors, cancellation."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterDefinition,
)
from qgis.PyQt.QtCore import QCoreApplication, QUrl
from qgis.PyQt.QtGui import QIcon

from .. import deps
from ..base.errors import Cancelled, PlannerError
from ..base.feedback import heard
from ..base.letting_go import let_go_later
from ..bridge.settings import language
from .help_texts import HelpText, help_text

translate = QCoreApplication.translate
RESOURCES = Path(__file__).parents[1] / "resources"
OPTIONAL = QgsProcessingParameterDefinition.Flag.FlagOptional
ADVANCED = QgsProcessingParameterDefinition.Flag.FlagAdvanced

EVALUATION, BLOCKS, FACTORS, TOOLS = "evaluation", "blocks", "factors", "tools"
GROUP_ICONS = {
    EVALUATION: "evaluate.svg", BLOCKS: "building_blocks.svg", FACTORS: "factor_sets.svg", TOOLS: "selftest.svg",
}  # fmt: skip


def group_name(group: str) -> str:
    """Name of a group of algorithms in the user's language."""
    return {
        EVALUATION: translate("CarbonPlanner", "Evaluation"),
        BLOCKS: translate("CarbonPlanner", "Building blocks"),
        FACTORS: translate("CarbonPlanner", "Factors and classes"),
        TOOLS: translate("CarbonPlanner", "Tools"),
    }[group]


class PlannerAlgorithm(QgsProcessingAlgorithm):
    """What the algorithms of the plugin share.

    A subclass names itself by ``ID``, ``GROUP`` and :meth:`displayName`, declares its parameters with :meth:`add` and
    does its work in :meth:`work`; the help comes from ``help/<language>/<ID>.md``.
    """

    ID = ""
    GROUP = EVALUATION
    ICON = ""  # file below resources/icons; empty: that of the group
    NEEDS: tuple[str, ...] = deps.EVALUATION

    # --- identity ---------------------------------------------------------------------------------------------------

    def createInstance(self) -> PlannerAlgorithm:
        return type(self)()

    def name(self) -> str:
        return self.ID

    def group(self) -> str:
        return group_name(self.GROUP)

    def groupId(self) -> str:
        return self.GROUP

    def tags(self) -> list[str]:
        """Search words of both languages: who works in a Chinese QGIS may still search in English."""
        words = help_text(self.ID, "en").tags + help_text(self.ID, "zh").tags
        return list(dict.fromkeys(words))

    def icon(self) -> QIcon:
        return QIcon(self.svgIconPath())

    def svgIconPath(self) -> str:
        return str(RESOURCES / "icons" / (self.ICON or GROUP_ICONS[self.GROUP]))

    # --- help -------------------------------------------------------------------------------------------------------

    @cached_property
    def texts(self) -> HelpText:
        """Help in the language of the user interface."""
        return help_text(self.ID, language())

    def shortDescription(self) -> str:
        return self.texts.summary

    def shortHelpString(self) -> str:
        return self.texts.short_html()

    def helpUrl(self) -> str:
        """Offline page in the language of the user interface."""
        page = RESOURCES / "help" / language() / f"{self.ID}.html"
        return QUrl.fromLocalFile(str(page)).toString()

    # --- parameters -------------------------------------------------------------------------------------------------

    def add(self, parameter: QgsProcessingParameterDefinition, *, advanced: bool = False, widget: str = "") -> None:
        """Add a parameter with its help; ``widget`` names a class used where there is a GUI.

        It is one of :mod:`.widgets`, or ``module.Class`` of another module of this package.
        """
        parameter.setHelp(self.texts.parameter(parameter.name()))
        if advanced:
            parameter.setFlags(parameter.flags() | ADVANCED)
        if widget:
            place = widget if "." in widget else f"widgets.{widget}"
            parameter.setMetadata({"widget_wrapper": {"class": f"{__package__}.{place}"}})
        self.addParameter(parameter)

    # --- running ----------------------------------------------------------------------------------------------------

    def canExecute(self) -> tuple[bool, str]:
        absent = deps.missing(self.NEEDS)
        return (False, deps.remedy(absent, language())) if absent else (True, "")

    def checkParameterValues(self, parameters: dict[str, Any], context: QgsProcessingContext) -> tuple[bool, str]:
        """Neither qgis_process nor ``processing.run`` asks :meth:`canExecute`: missing libraries are told here, too."""
        able, reason = self.canExecute()
        if not able:
            return False, reason
        good, reason = super().checkParameterValues(parameters, context)
        if not good:
            return False, reason
        try:
            reason = self.problem(parameters, context)
        except PlannerError as error:
            reason = error.text(language())
        return not reason, reason

    def problem(self, parameters: dict[str, Any], context: QgsProcessingContext) -> str:
        """What is wrong with the parameters as a sentence, "" where nothing is; may raise PlannerError instead."""
        return ""

    def processAlgorithm(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Run; a cancelled run gives no results and has changed nothing, errors become one line."""
        loading = context.layersToLoadOnCompletion()
        try:
            with heard(feedback.isCanceled):
                return self._checked_work(parameters, context, feedback)
        except Cancelled as cancel:
            let_go_later(cancel)
            # Resolving the outputs has announced them: there is nothing to load.
            context.setLayersToLoadOnCompletion(loading)
            feedback.pushInfo(translate("CarbonPlanner", "Cancelled. Nothing has been written."))
            return {}
        except PlannerError as error:
            raise QgsProcessingException(error.text(language())) from None

    def _checked_work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Check once more, because a model does not check the parameters of its steps, then work."""
        reason = self.problem(parameters, context)
        if reason:
            raise QgsProcessingException(reason)
        if feedback.isCanceled():
            raise Cancelled
        return self.work(parameters, context, feedback)

    def work(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> dict[str, Any]:
        """Do the work. Raises :class:`~..base.errors.PlannerError` or :class:`~..base.errors.Cancelled`."""
        raise NotImplementedError
