"""Factor records: one factor, what a set says of itself, and the set that holds both. Immutable.

Texts and numbers take one canonical form when a record is made, so that a record reads the same after a trip through
CSV, XLSX, JSON or the store: texts are trimmed, line ends become LF, invisible control characters go, numbers are
floats and never NaN. An empty cell of ``value``, ``low`` or ``high`` is None: *not estimated*, which is not zero.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from ..base.errors import FactorError
from ..base.hashing import SHORT, canonical, content_hash

KINDS = ("land_stock", "land_flux", "other")
# ``draft`` may change; all others are published and never do. ``reference`` sets serve checks, ``comparison`` sets are
# kept to reproduce papers, ``example`` sets are not data.
STATUSES = ("draft", "published", "reference", "comparison", "example")
RANGE_KINDS = ("95", "minmax", "unknown", "none")
CONFIDENCES = ("verified", "derived", "recalled")
EVIDENCES = ("text", "transcription", "memory", "computed", "judgement", "")
FILE_VERSION = "file"  # the version of a set that was read from a file and is in no store

# Carbon held per hectare, by pool. ``vegetation`` is above and below together, ``total`` is everything, ``litter`` is
# the part of ``dead`` that lies on the ground; the last two are parts of ``vegetation`` in forest inventories.
POOLS = ("above", "below", "vegetation", "dead", "litter", "soil", "total")
POOL_PARTS = ("vegetation_tree", "vegetation_understorey")
# Exchange with the atmosphere per hectare and year, + emission, - removal. ``net_flux`` is what the flux method takes,
# the gross figures are information.
NET_FLUX = "net_flux"
FLUXES = (NET_FLUX, "gross_emission", "gross_uptake")

_HASH_RULE = "carbon planner factor set 1"
# What no text cell needs and XML cannot hold: control characters, surrogates, byte order mark, non-characters.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
_SPACES = re.compile(r"[^\S\n\t]")


def clean(text: object) -> str:
    """A text in canonical form: "" for None, trimmed, LF as line end, no control characters, plain spaces."""
    if text is None:
        return ""
    raw = str(text)
    if raw.isprintable():
        return raw.strip()
    lines = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _SPACES.sub(" ", _INVISIBLE.sub("", lines)).strip()


def _number(value: Any, name: str) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not math.isfinite(number):
        raise FactorError("FACTOR_NOT_FINITE", field=name)
    return number + 0.0  # turns -0.0 into 0.0, which would otherwise hash differently


def _canonical(record: Any, numbers: tuple[str, ...]) -> None:
    """Bring a frozen record into canonical form; called once, when it is made."""
    for spec in fields(record):
        value = getattr(record, spec.name)
        if spec.name == "year":
            value = None if value in (None, "") else int(value)
        elif spec.name in numbers:
            value = _number(value, spec.name)
        else:
            value = clean(value)
        object.__setattr__(record, spec.name, value)


@dataclass(frozen=True)
class Factor:
    """One stored figure and all that must be known to use it.

    ``system`` and ``item`` say what it is for (a class system and a code, ``generic`` and a generic class, or "" and a
    free name outside the land sectors), ``parameter`` what is measured; ``unit`` is text that ``base.units`` parses;
    ``gas`` is the substance of the numerator (C, CO2, CO2e, CH4, N2O) or "". ``low`` and ``high`` are read as
    ``range_kind`` says. ``year`` is that of the figure or of its document.
    """

    factor_id: str
    category: str
    system: str
    item: str
    item_en: str
    item_zh: str
    parameter: str
    region: str
    value: float | None
    low: float | None
    high: float | None
    range_kind: str
    unit: str
    gas: str
    year: int | None
    source: str
    confidence: str
    evidence: str = ""
    notes: str = ""

    def __post_init__(self) -> None:
        _canonical(self, NUMBERS)

    @property
    def key(self) -> tuple[str, str, str]:
        """(system, item, parameter): what a factor is looked up by."""
        return (self.system, self.item, self.parameter)

    def name(self, lang: str = "en") -> str:
        """Name of the item in a language, else in the other, else its code."""
        first, second = (self.item_zh, self.item_en) if lang == "zh" else (self.item_en, self.item_zh)
        return first or second or self.item


def as_dict(record: Factor | SetInfo) -> dict[str, Any]:
    """The fields of a record by name; shallow and thus faster than ``dataclasses.asdict``."""
    return {spec.name: getattr(record, spec.name) for spec in fields(record)}


NUMBERS = ("value", "low", "high")
FACTOR_FIELDS = tuple(spec.name for spec in fields(Factor))


@dataclass(frozen=True)
class SetInfo:
    """What a set says of itself. ``system`` is the class system by which most of its rows are keyed."""

    id: str
    version: str
    kind: str
    system: str = ""
    title_en: str = ""
    title_zh: str = ""
    region: str = ""
    year: int | None = None
    licence: str = ""
    description_en: str = ""
    description_zh: str = ""
    status: str = "draft"

    def __post_init__(self) -> None:
        _canonical(self, ())

    @property
    def ref(self) -> str:
        """``id@version``."""
        return f"{self.id}@{self.version}"

    def title(self, lang: str = "en") -> str:
        """Title in a language, else in the other, else the id."""
        first, second = (self.title_zh, self.title_en) if lang == "zh" else (self.title_en, self.title_zh)
        return first or second or self.id


INFO_FIELDS = tuple(spec.name for spec in fields(SetInfo))
# Facts of a set that bear on its figures and their use. Titles, descriptions, status and the name itself do not.
_HASHED_INFO = ("kind", "system", "region", "year", "licence")


@dataclass(frozen=True)
class FactorSet:
    """A set of factors under one id and version."""

    info: SetInfo
    factors: tuple[Factor, ...]

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the content, 64 hexadecimal digits.

        It covers every field of every factor (source, evidence and notes too: a figure with another source is another
        record) and kind, class system, region, year and licence of the set. It does not depend on the order of rows,
        nor on id, version, titles, descriptions and status.
        """
        rows = sorted(canonical(as_dict(f)) for f in self.factors)
        info = {name: getattr(self.info, name) for name in _HASHED_INFO}
        return content_hash({"rule": _HASH_RULE, "set": info, "factors": rows})

    @property
    def ref(self) -> str:
        """``id@version#12 hex``: names the set and pins its content; what layers and reports print."""
        return f"{self.info.ref}#{self.content_hash[:SHORT]}"

    @cached_property
    def _by_key(self) -> Mapping[tuple[str, str, str], tuple[Factor, ...]]:
        index: dict[tuple[str, str, str], tuple[Factor, ...]] = {}
        for factor in self.factors:
            index[factor.key] = (*index.get(factor.key, ()), factor)
        return index

    @cached_property
    def parameters(self) -> frozenset[str]:
        """All parameters that occur."""
        return frozenset(f.parameter for f in self.factors)

    @cached_property
    def systems(self) -> frozenset[str]:
        """All class systems by which rows are keyed."""
        return frozenset(f.system for f in self.factors)

    def get_all(self, system: str, item: str, parameter: str) -> tuple[Factor, ...]:
        """All factors of a key, for sets that hold several regions or years."""
        return self._by_key.get((system, item, parameter), ())

    def get(self, system: str, item: str, parameter: str) -> Factor | None:
        """The factor of a key, or None. Raises :class:`FactorError` where several years or regions have the key."""
        found = self.get_all(system, item, parameter)
        if len(found) > 1:
            raise FactorError("FACTOR_AMBIGUOUS", set=self.info.ref, item=item, parameter=parameter, count=len(found))
        return found[0] if found else None

    def __len__(self) -> int:
        return len(self.factors)
