"""Attributes of survey parcels that change what a class means: planting attribute, parcel refinement.

The third national land survey records cropland that carries trees as cropland with a planting attribute (种植属性,
``ZZSXDM``), and heavy emitters among industrial land by a refinement code (图斑细化, ``TBXHDM``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Optional

from ..storage.library import library
from ..storage.schema import GET_SURVEY_CODES

# Fields whose codes are understood, by the standard names of the survey database.
FIELDS = ("ZZSXDM", "TBXHDM")
BIOMASS, EMISSION = "biomass", "emission"
# Attributes describe the classes that they are recorded for; elsewhere they are entries to be ignored.
CROPLAND, GRASSLAND, INDUSTRY = ("0101", "0102", "0103"), ("0401", "0403", "0404"), ("0601",)


@dataclass(frozen=True)
class SurveyCode:
    """One code of an attribute field: what kind of effect it has, and the generic class that grows there."""

    field: str
    code: str
    name_en: str
    name_zh: str
    effect_kind: str
    generic: str


@lru_cache(maxsize=1)
def survey_codes() -> Mapping[tuple[str, str], SurveyCode]:
    """All codes by (field, code)."""
    with library() as connection:
        rows = connection.execute(GET_SURVEY_CODES).fetchall()
    codes = (
        SurveyCode(r["field"], r["code"], r["name_en"], r["name_zh"], r["effect_kind"], r["generic_class"])
        for r in rows
    )
    return {(code.field, code.code): code for code in codes}


def vegetation(system_code: Optional[str], attributes: Mapping[str, Optional[str]]) -> str:
    """Generic class of what grows on a parcel where its attributes say other than its class, else ""."""
    for field, allowed in (("ZZSXDM", CROPLAND), ("TBXHDM", GRASSLAND)):
        found = _code(field, attributes)
        if found is not None and found.effect_kind == BIOMASS and found.generic and (system_code or "") in allowed:
            return found.generic
    return ""


def heavy_emitter(attributes: Mapping[str, Optional[str]]) -> Optional[SurveyCode]:
    """The code of a heavy emitter, for which no factor per hectare holds (carbon rule 14), or None."""
    found = _code("TBXHDM", attributes)
    return found if found is not None and found.effect_kind == EMISSION else None


def _code(field: str, attributes: Mapping[str, Optional[str]]) -> Optional[SurveyCode]:
    value = (attributes.get(field) or "").strip().upper()
    return survey_codes().get((field, value)) if value else None
