"""The rules for the optional fields of a factor: validity, tier and scope, distribution, pedigree, dates, states."""

from __future__ import annotations

import datetime
import math
import re
import uuid
from collections.abc import Callable, Iterator

from ..base.errors import FactorError
from ..base.messages import message
from .pedigree import parse_scores
from .problems import ERROR, WARNING, Finding
from .records import STATES, Factor

YEARS = (1900, 2200)
TIERS = SCOPES = ("", "1", "2", "3")
GWP_SETS = ("", "SAR", "TAR", "AR4", "AR5", "AR6")
# Modules of EN 15978 and ISO 21930, then those of fuels: well to tank, tank to wheel, well to wheel.
STAGES = (
    "", "A1", "A2", "A3", "A1-A3", "A4", "A5", "A4-A5", "A1-A5", "B1", "B2", "B3", "B4", "B5", "B2-B5", "B6", "B7", "B",
    "C1", "C2", "C3", "C4", "C1-C4", "D", "A-C", "WTT", "TTW", "WTW",
)  # fmt: skip
AMORTISATION = (1, 500)
_MISS = 1e-6  # by which shares may miss 1
_SHARE = re.compile(r"\s*([A-Za-z][\w-]*)\s*=\s*(\d*\.?\d+(?:[eE][+-]?\d+)?)\s*")


def full_findings(factor: Factor) -> list[Finding]:
    """Findings about the fields of the full record."""
    return [*_words(factor), *_years(factor), *_distribution(factor), *_shares(factor), *_forms(factor)]


def _words(factor: Factor) -> Iterator[Finding]:
    lists = (("tier", TIERS), ("scope", SCOPES), ("gwp", GWP_SETS), ("status", ("", *STATES)))
    for name, words in lists:
        value = getattr(factor, name)
        if value not in words:
            known = ", ".join(w for w in words if w)
            yield ERROR, name, message("WORD_UNKNOWN", value=value, known=known)
    if factor.stage not in STAGES:
        known = ", ".join(w for w in STAGES if w)
        yield WARNING, "stage", message("STAGE_UNKNOWN", value=factor.stage, known=known)


def _years(factor: Factor) -> Iterator[Finding]:
    for name in ("year", "valid_from", "valid_to", "calc_year"):
        year = getattr(factor, name)
        if year is not None and not YEARS[0] <= year <= YEARS[1]:
            yield ERROR, name, message("YEAR_BAD", year=year, first=YEARS[0], last=YEARS[1])
    first, last = factor.valid_from, factor.valid_to
    if first is not None and last is not None and first > last:
        yield ERROR, "valid_to", message("VALIDITY_REVERSED", first=first, last=last)
    years = factor.amortise_yr
    if years is not None and not AMORTISATION[0] <= years <= AMORTISATION[1]:
        yield ERROR, "amortise_yr", message("AMORTISATION_BAD", years=years, most=AMORTISATION[1])


def _distribution(factor: Factor) -> Iterator[Finding]:
    """Whatever a draw would stumble over later is told now, at its cell."""
    from .distributions import of_factor  # needs NumPy, which is not there when the plugin loads

    if factor.params and not factor.distribution and not _only_limits(factor.params):
        yield ERROR, "distribution", message("DISTRIBUTION_EMPTY")
        return
    try:
        of_factor(factor)
    except FactorError as error:
        if error.message.id != "PEDIGREE_BAD":  # said by itself
            yield ERROR, "distribution" if error.message.id == "DISTRIBUTION_UNKNOWN" else "params", error.message
    except (ValueError, ZeroDivisionError, OverflowError):
        yield ERROR, "params", message("DISTRIBUTION_IMPOSSIBLE", text=factor.params)


def _only_limits(params: str) -> bool:
    from .stated import parse_params

    return set(parse_params(params)).issubset({"at_least", "at_most"}) if "=" in params else False


def _shares(factor: Factor) -> Iterator[Finding]:
    parts = [part for part in factor.gas_split.split(";") if part.strip()]
    found = [_SHARE.fullmatch(part) for part in parts]
    names = [match[1] for match in found if match]
    if len(set(names)) < len(parts):
        yield ERROR, "gas_split", message("SHARES_UNREADABLE", text=factor.gas_split)
    elif parts and abs(math.fsum(float(match[2]) for match in found if match) - 1.0) > _MISS:
        yield ERROR, "gas_split", message("SHARES_NOT_ONE", text=factor.gas_split)


def _forms(factor: Factor) -> Iterator[Finding]:
    if factor.pedigree:
        yield from _pedigree(factor.pedigree)
    if factor.accessed and not _is(datetime.date.fromisoformat, factor.accessed):
        yield ERROR, "accessed", message("DATE_BAD", text=factor.accessed)
    if factor.uuid and not _is(uuid.UUID, factor.uuid):
        yield ERROR, "uuid", message("UUID_BAD", text=factor.uuid)


def _pedigree(text: str) -> Iterator[Finding]:
    try:
        parse_scores(text)
    except FactorError as error:
        yield ERROR, "pedigree", error.message


def _is(form: Callable[[str], object], text: str) -> bool:
    try:
        form(text)
    except ValueError:
        return False
    return True
