"""QgsProcessingFeedback ↔ the feedback protocol of the core."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsFeedback, QgsProcessingFeedback

from ..base.messages import Message
from .settings import language


class ProcessingFeedback:
    """Gives the core a voice in Processing, in the language of the user interface.

    ``warnings`` collects what was warned of, each text once, for outputs and reports; ``qgis`` is the object that
    providers can watch for cancellation. Progress is passed on in steps of a thousandth: a signal for each feature
    would cost more than the feature.
    """

    def __init__(self, feedback: Optional[QgsProcessingFeedback] = None, lang: str = "") -> None:
        self.qgis: QgsFeedback = feedback if feedback is not None else QgsProcessingFeedback(False)
        self.lang = lang or language()
        self.warnings: list[Message] = []
        self._seen: set[str] = set()
        self._shown = -1.0

    def progress(self, share: float) -> None:
        """Say how much is done, 0 to 1."""
        share = min(max(share, 0.0), 1.0)
        if abs(share - self._shown) >= 0.001 or share == 1.0:
            self._shown = share
            self.qgis.setProgress(100.0 * share)

    def info(self, message: Message) -> None:
        """Tell something worth knowing."""
        self.qgis.pushInfo(message.text(self.lang))

    def warn(self, message: Message) -> None:
        """Tell something that the user should look at; the same text is shown once."""
        text = message.text(self.lang)
        if text not in self._seen:
            self._seen.add(text)
            self.warnings.append(message)
            self.qgis.pushWarning(text)

    def cancelled(self) -> bool:
        """Whether the user wants to stop."""
        return bool(self.qgis.isCanceled())
