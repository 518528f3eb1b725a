"""What a class code was found to mean."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Optional

from ..base.messages import Message


@dataclass(frozen=True)
class ClassMatch:
    """What a class code means.

    ``requested`` is the text as given, ``code`` the class of ``system`` that serves it (a parent where the code itself
    is unknown, None where nothing serves), ``landsea`` its 用地用海 2023 code, ``generic`` its generic class; None
    where there is none. ``flags`` say how the match came about, ``reason`` why there is none. ``chain`` holds
    (system, code) from the code as given over its parents to the 用地用海 codes: the order in which factors keyed by
    class codes are looked up. ``alternatives`` are other 用地用海 codes that the class may be, ``suggestions`` codes
    that an unreadable one may mean.
    """

    system: str
    requested: str
    code: Optional[str] = None
    landsea: Optional[str] = None
    generic: Optional[str] = None
    name_en: str = ""
    name_zh: str = ""
    flags: tuple[str, ...] = ()
    chain: tuple[tuple[str, str], ...] = ()
    alternatives: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    reason: Optional[Message] = field(default=None, compare=False)

    def name(self, lang: str = "en") -> str:
        """Official name in a language; the text as given where the class is unknown."""
        return (self.name_zh if lang == "zh" else self.name_en) or self.requested


class Named(Message):
    """A name that has an English and a Chinese form, for use inside a message."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__("", {"en": en, "zh": zh})

    def text(self, lang: str = "en") -> str:
        """The name in a language, else in the other."""
        en, zh = self.params["en"], self.params["zh"]
        return str((zh or en) if lang == "zh" else (en or zh))
