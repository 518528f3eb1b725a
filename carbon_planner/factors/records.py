"""Factor records: one factor, what a set says of itself, and the set that holds both. Immutable.

Texts and numbers take one canonical form when a record is made, so that a record reads the same after a trip through
CSV, XLSX, JSON or the store: texts are trimmed, line ends become LF, invisible control characters go, numbers are
floats and never NaN. An empty cell of ``value``, ``low`` or ``high`` is None: *not estimated*, which is not zero.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from ..base.errors import FactorError
from ..base.hashing import SHORT, canonical, content_hash
from ..storage.record_columns import FACTOR_COLUMNS, INTEGER, REAL, names
from .canonical import canonical_form, filled

KINDS = ("land_stock", "land_flux", "other")
# States of a set under review, in order; only the content of a ``draft`` may change. ``published`` sets have seen no
# review of their team; ``reference`` sets serve checks, ``comparison`` sets are kept to reproduce papers, ``example``
# sets are not data.
DRAFT, REVIEWED, APPROVED, SUPERSEDED, PUBLISHED = "draft", "reviewed", "approved", "superseded", "published"
STATES = (DRAFT, REVIEWED, APPROVED, SUPERSEDED)
STATUSES = (*STATES, PUBLISHED, "reference", "comparison", "example")
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

# The second rule adds the fields of the full record; a set that uses none of them keeps the hash of the first.
_HASH_RULES = ("carbon planner factor set 1", "carbon planner factor set 2")
_UUID_SPACE = uuid.UUID("6c0b1f52-6d2e-5c0e-9d0c-7a1f3d4f0b21")  # of ids that are made from set and factor id


@dataclass(frozen=True)
class Factor:
    """One stored figure and all that must be known to use it.

    ``system`` and ``item`` say what it is for (a class system and a code, ``generic`` and a generic class, or "" and a
    free name outside the land sectors), ``parameter`` what is measured; ``unit`` is text that ``base.units`` parses;
    ``gas`` is the substance of the numerator (C, CO2, CO2e, CH4, N2O) or "". ``low`` and ``high`` are read as
    ``range_kind`` says. ``year`` is that of the figure or of its document, ``calc_year`` that of the data behind it.

    All that follows ``notes`` is optional. ``uuid`` names the record across versions (:meth:`FactorSet.uuid_of` makes
    one where none is given); ``tier``, ``scope`` are 1–3; ``stage`` is a life-cycle stage (``A1-A3``, ``B6``, ``WTW``);
    ``gas_split`` the shares of a mixture (``CO2=0.98;CH4=0.02``); ``gwp`` the set behind a CO2e figure (``AR6``);
    ``valid_from`` and ``valid_to`` are years, both included; ``distribution`` and ``params`` (``mean=2;sd=0.1``) say
    more than a range can; ``pedigree`` holds five scores from 1 (best) to 5: reliability, completeness, time, region,
    technology; ``accessed`` is a date; ``amortise_yr`` the years over which a figure is spread. ``status``,
    ``reviewer`` and ``replaced_by`` (id of a factor) tell where the record stands; they are no part of its content.
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
    uuid: str = ""
    tier: str = ""
    method: str = ""
    scope: str = ""
    stage: str = ""
    gas_split: str = ""
    gwp: str = ""
    valid_from: int | None = None
    valid_to: int | None = None
    calc_year: int | None = None
    distribution: str = ""
    params: str = ""
    pedigree: str = ""
    link: str = ""
    page: str = ""
    licence: str = ""
    accessed: str = ""
    amortise_yr: int | None = None
    status: str = ""
    reviewer: str = ""
    replaced_by: str = ""

    def __post_init__(self) -> None:
        canonical_form(self, _REALS, _INTEGERS)

    @property
    def key(self) -> tuple[str, str, str]:
        """(system, item, parameter): what a factor is looked up by."""
        return (self.system, self.item, self.parameter)

    @property
    def content_hash(self) -> str:
        """SHA-256 of what the factor says, as the hash of its set counts it; its state is left out."""
        return content_hash(filled(self, FIRST_FIELDS, _LATER_CONTENT))

    def name(self, lang: str = "en") -> str:
        """Name of the item in a language, else in the other, else its code."""
        first, second = (self.item_zh, self.item_en) if lang == "zh" else (self.item_en, self.item_zh)
        return first or second or self.item


def as_dict(record: Factor | SetInfo) -> dict[str, Any]:
    """The fields of a record by name; shallow and thus faster than ``dataclasses.asdict``."""
    return {spec.name: getattr(record, spec.name) for spec in fields(record)}


FACTOR_FIELDS = tuple(spec.name for spec in fields(Factor))
NUMBERS = tuple(c.name for c in FACTOR_COLUMNS if c.kind == REAL)  # value, low, high
INTEGERS = tuple(c.name for c in FACTOR_COLUMNS if c.kind == INTEGER)
_REALS, _INTEGERS = frozenset(NUMBERS), frozenset(INTEGERS)
# What a record was before it was made full (schema 1): always part of the hash, whatever it holds.
FIRST_FIELDS = names(FACTOR_COLUMNS, 1)
# Where a record stands; changes of these are logged and leave the content alone.
STATE_FIELDS = ("status", "reviewer", "replaced_by")
CONTENT_FIELDS = tuple(name for name in FACTOR_FIELDS if name not in STATE_FIELDS)
_LATER_CONTENT = tuple(name for name in CONTENT_FIELDS if name not in FIRST_FIELDS)


@dataclass(frozen=True)
class SetInfo:
    """What a set says of itself. ``system`` is the class system by which most of its rows are keyed.

    ``released`` is the date of publication, ``reviewer`` who reviewed it last, ``replaced_by`` the version
    (``id@version``) that superseded it.
    """

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
    released: str = ""
    reviewer: str = ""
    replaced_by: str = ""

    def __post_init__(self) -> None:
        canonical_form(self, _REALS, _INTEGERS)

    @property
    def ref(self) -> str:
        """``id@version``."""
        return f"{self.id}@{self.version}"

    def title(self, lang: str = "en") -> str:
        """Title in a language, else in the other, else the id."""
        first, second = (self.title_zh, self.title_en) if lang == "zh" else (self.title_en, self.title_zh)
        return first or second or self.id


INFO_FIELDS = tuple(spec.name for spec in fields(SetInfo))
LATER_INFO = ("released", "reviewer", "replaced_by")  # unknown to schema 1
INFO_STATE = ("status", *LATER_INFO)
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
        nor on id, version, titles, descriptions and states. Fields of the full record count where they hold something,
        so that a set without them has the hash that it had before there were any.
        """
        contents = [filled(f, FIRST_FIELDS, _LATER_CONTENT) for f in self.factors]
        later = any(len(content) > len(FIRST_FIELDS) for content in contents)
        info = {name: getattr(self.info, name) for name in _HASHED_INFO}
        rows = sorted(canonical(content) for content in contents)
        return content_hash({"rule": _HASH_RULES[later], "set": info, "factors": rows})

    @property
    def ref(self) -> str:
        """``id@version#12 hex``: names the set and pins its content; what layers and reports print."""
        return f"{self.info.ref}#{self.content_hash[:SHORT]}"

    def uuid_of(self, factor: Factor) -> str:
        """The UUID of a factor: its own, else one made from set id and factor id, the same in every version."""
        return factor.uuid or str(uuid.uuid5(_UUID_SPACE, f"{self.info.id}/{factor.factor_id}"))

    def status_of(self, factor: Factor) -> str:
        """The state of a factor: its own, else that of the set."""
        return factor.status or self.info.status

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
