"""What QGIS loads: texts and resources, the Processing provider, and where there is a desktop, the shell."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QResource, QTranslator

from .base.messages import language_of
from .bridge.settings import locale_name

HERE = Path(__file__).parent
RESOURCES = HERE / "resources.rcc"


def load_translator(locale: str) -> QTranslator | None:
    """The translator for a Qt locale name; None where the texts stay English.

    QGIS says ``zh-Hans``, systems say ``zh_CN`` or ``zh``; all are one file. Traditional Chinese is not.
    """
    names = [locale, "zh_CN"] if language_of(locale) == "zh" else [locale]
    for name in names:
        path = HERE / "i18n" / f"carbon_planner_{name}.qm"
        translator = QTranslator()
        if path.is_file() and translator.load(str(path)):
            return translator
    return None


class CarbonPlanner:
    """The plugin; ``unload`` undoes ``initGui`` and ``initProcessing`` in reverse order."""

    def __init__(self, iface) -> None:
        self.iface = iface
        self.translator: QTranslator | None = None
        self.resources = ""
        self.provider = None
        self.shell = None

    def initProcessing(self) -> None:
        """Register the provider; qgis_process calls only this."""
        if self.translator is None:
            self.translator = load_translator(locale_name())
            if self.translator is not None:
                QCoreApplication.installTranslator(self.translator)
        from .bridge.leftovers import remove_leftovers
        from .processing.provider import CarbonPlannerProvider

        remove_leftovers()  # of a run that was killed: old files back in place, unfinished ones gone
        provider = CarbonPlannerProvider()
        # False for a second provider of the same id; the registry has then deleted the object
        if QgsApplication.processingRegistry().addProvider(provider):
            self.provider = provider

    def initGui(self) -> None:
        """Called by the desktop."""
        if RESOURCES.is_file() and QResource.registerResource(str(RESOURCES)):
            self.resources = str(RESOURCES)
        self.initProcessing()
        from .gui.shell import Shell

        self.shell = Shell(self.iface)
        self.shell.start()

    def unload(self) -> None:
        """Leave nothing behind; QGIS calls it at exit, too."""
        if self.shell is not None:
            self.shell.stop()
            self.shell = None
        if self.provider is not None:
            QgsApplication.processingRegistry().removeProvider(self.provider)
            self.provider = None
        if self.translator is not None:
            QCoreApplication.removeTranslator(self.translator)
            self.translator = None
        if self.resources:  # a mapped file would hinder an upgrade on Windows
            QResource.unregisterResource(self.resources)
            self.resources = ""
