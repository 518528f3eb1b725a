"""The encoding of a DBF: what is declared beside it, checked against what its bytes can be.

Neither the ``.cpg`` file nor the language byte (LDID) is taken on trust: many programs write GBK without declaring it,
declare UTF-8 out of habit or copy a ``.cpg`` along with the wrong table. Order of evidence:

1. Bytes that are UTF-8 throughout are UTF-8; text in another encoding fails within a few characters.
2. A declaration (``.cpg``, then LDID) that fits every text.
3. GBK, GB18030 or Big5, whichever fits and gives ordinary characters (``common_characters.txt``: the most frequent
   ones and those of land-use terms, simplified and traditional).
4. Western text with lone accented letters: Windows-1252, as a guess.

Where nothing fits, nothing is decoded: the user is asked for ``ENCODING``.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Optional

from ..base.errors import SettingsError
from ..base.messages import Message, message
from .dbf import DbfHeader, companion, foreign_texts, read_bytes, read_header

UTF8, GBK, GB18030, BIG5, LATIN = "UTF-8", "GBK", "GB18030", "Big5", "windows-1252"
CHINESE = (GBK, GB18030, BIG5)
# What ENCODING offers; any other name that Python knows is taken as well.
OFFERED = (UTF8, GBK, GB18030, BIG5, LATIN, "ISO-8859-1", "Shift_JIS", "EUC-KR")

# Share of ordinary characters below which decoded Chinese text is taken for noise, and the lead that decides.
_PLAUSIBLE, _LEAD = 0.25, 0.10

_LDID = {
    0x01: "cp437", 0x02: "cp850", 0x03: LATIN, 0x13: "Shift_JIS", 0x4D: GBK, 0x4E: "cp949", 0x4F: BIG5, 0x50: "cp874",
    0x57: "ISO-8859-1", 0x58: LATIN, 0x59: LATIN, 0x64: "cp852", 0x65: "cp866", 0x78: BIG5, 0x79: "cp949", 0x7A: GBK,
    0x7B: "Shift_JIS", 0x7C: "cp874", 0xC8: "windows-1250", 0xC9: "windows-1251", 0xCA: "windows-1254",
    0xCB: "windows-1253", 0xCC: "windows-1257",
}  # fmt: skip
_NUMBERED = {"65001": UTF8, "936": GBK, "54936": GB18030, "950": BIG5, "932": "Shift_JIS", "949": "cp949"}
# One spelling per encoding, one that Qt, GDAL and Python all know.
_SPELLING = {
    "utf-8": UTF8, "gbk": GBK, "gb2312": GBK, "gb18030": GB18030, "big5": BIG5, "cp950": BIG5, "cp1252": LATIN,
    "iso8859-1": "ISO-8859-1", "shift_jis": "Shift_JIS", "cp932": "Shift_JIS", "euc_kr": "EUC-KR", "ascii": UTF8,
}  # fmt: skip
_DECODER = {BIG5: "cp950", "Shift_JIS": "cp932"}


@dataclass(frozen=True)
class Detection:
    """What was found: the encoding ("" where none fits), why, whether it is a guess, what was declared."""

    encoding: str
    evidence: Message
    guessed: bool = False
    declared: str = ""
    scores: dict[str, float] = field(default_factory=dict)

    @property
    def contradicts(self) -> bool:
        """Whether the declaration is wrong."""
        return bool(self.declared and self.encoding and self.declared != self.encoding)


def canonical_name(name: str) -> str:
    """The one spelling of an encoding's name as it stands in a ``.cpg``, a QGIS layer or a parameter; "" if unknown."""
    clean = re.sub(r"^(?:ansi|oem|ms|cp|windows|code\s*page)?[\s_-]*(?=\d+$)", "", name.strip().lower())
    if clean in _NUMBERED:
        return _NUMBERED[clean]
    if clean.isdigit():
        clean = f"iso8859-{clean[-1]}" if clean.startswith("8859") else f"cp{clean}"
    if clean.startswith("8859-"):
        clean = "iso" + clean
    try:
        found = codecs.lookup(clean).name
    except LookupError:
        return ""
    return _SPELLING.get(found, f"windows-{found[2:]}" if re.match(r"cp125\d$", found) else found)


def chosen_encoding(name: str) -> str:
    """The encoding a user asked for. Raises :class:`SettingsError` for a name nobody knows."""
    known = canonical_name(name)
    if not known:
        raise SettingsError("ENCODING_UNKNOWN", encoding=name, offered=", ".join(OFFERED))
    return known


def codec(encoding: str) -> str:
    """Python's name of the codec for a canonical encoding name."""
    return _DECODER.get(encoding, encoding)


def fits(data: bytes, encoding: str) -> bool:
    """Whether the bytes are text in the encoding; a character cut off at the end of a field is forgiven."""
    try:
        codecs.getincrementaldecoder(codec(encoding))("strict").decode(data, final=False)
    except UnicodeDecodeError:
        return False
    return True


def detect_dbf_encoding(path: str) -> Detection:
    """Detect the encoding of a DBF (path of the ``.dbf`` or of its ``.shp``)."""
    table = companion(path, ".dbf") or path
    header = read_header(table)
    if header is None:
        return Detection(UTF8, message("ENCODING_NO_DBF", file=Path(path).name), guessed=True)
    declared, how = _declared(table, header)
    texts = list(foreign_texts(table, header))
    found = _judge(texts, declared)
    names = {"file": Path(table).name, "encoding": found[0], "declared": declared or "—", "by": how}
    return Detection(found[0], message(found[1], **names), found[2], declared, found[3])


def declared_encoding(path: str) -> str:
    """What ``.cpg`` or LDID declare, "" where they say nothing."""
    table = companion(path, ".dbf") or path
    header = read_header(table)
    return _declared(table, header)[0] if header else ""


def _declared(table: str, header: DbfHeader) -> tuple[str, str]:
    cpg = companion(table, ".cpg")
    if cpg:
        name = canonical_name(read_bytes(cpg, 0, 64).decode("ascii", "replace").strip("\ufeff\0 \r\n\t"))
        if name:
            return name, ".cpg"
    if header.ldid in _LDID:
        return _LDID[header.ldid], f"LDID 0x{header.ldid:02X}"
    return "", "—"


def _judge(texts: list[bytes], declared: str) -> tuple[str, str, bool, dict[str, float]]:
    """Encoding, id of the evidence, whether guessed, scores of the candidates."""
    if not texts:
        return declared or UTF8, "ENCODING_ASCII", False, {}
    scores = {name: _ordinary(texts, name) for name in CHINESE if all(fits(t, name) for t in texts)}
    if all(fits(t, UTF8) for t in texts):
        wide = any(ord(c) > 0x7FF for t in texts for c in t.decode(UTF8, "ignore"))
        if wide or declared in ("", UTF8) or scores.get(declared, 0.0) < _PLAUSIBLE:
            return UTF8, "ENCODING_IS_UTF8", False, scores
    best = max(scores, key=lambda name: (scores[name], -CHINESE.index(name)), default="")
    plausible = bool(best) and scores[best] >= _PLAUSIBLE
    if declared and declared != UTF8 and all(fits(t, declared) for t in texts):
        # A one-byte encoding fits any bytes: it stands only where the text makes no sense as Chinese.
        rival = plausible and best != declared and scores[best] > scores.get(declared, 0.0) + _LEAD
        if not rival:
            return declared, "ENCODING_DECLARED", False, scores
    if plausible:
        close = [name for name in scores if name != best and scores[best] - scores[name] < _LEAD]
        guessed = any({name, best} != {GBK, GB18030} for name in close)
        return best, "ENCODING_BY_TEXT", guessed, scores
    if _lone_letters(texts):
        return LATIN, "ENCODING_GUESSED", True, scores
    return "", "ENCODING_UNDETERMINED", True, scores


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    path = Path(__file__).with_name("common_characters.txt")
    return frozenset(path.read_text(encoding="utf-8").replace("\n", ""))


def _ordinary(texts: Iterable[bytes], encoding: str) -> float:
    """Share of ordinary Chinese characters among those outside ASCII."""
    common, total, hits = _common(), 0, 0
    for data in texts:
        for char in data.decode(codec(encoding), "ignore"):
            if ord(char) > 0x7F:
                total += 1
                hits += char in common
    return hits / total if total else 0.0


def _lone_letters(texts: Iterable[bytes]) -> bool:
    """Whether bytes outside ASCII mostly stand alone between letters, as accented ones do."""
    runs = [len(run) for data in texts for run in re.findall(rb"[\x80-\xff]+", data)]
    return bool(runs) and sum(length == 1 for length in runs) >= 0.8 * len(runs)


def damage(text: Optional[str]) -> bool:
    """Whether decoding has destroyed something: the replacement character, anywhere but at the end of a cut text."""
    return text is not None and "\ufffd" in text.rstrip("\ufffd")
