"""What imports of other programs' tables share: cells by field with their addresses, and the way into a checked set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Optional

from ..base.messages import message
from ..storage.xlsx import column_letters
from .cells import NumberStyle, unguard
from .drafts import Draft, Grid, ImportOptions, set_info
from .formats import Imported
from .problems import ERROR, WARNING, Place, Problem, about_set, at, raise_errors
from .records import Factor, FactorSet
from .validation import check

_STYLE = NumberStyle()


def plain(header: str) -> str:
    """A header without what differs between spellings."""
    return header.strip().lstrip("\ufeff").lower()


@dataclass(frozen=True)
class Line:
    """One row: texts by field, what no field stands for by header, and where they stand."""

    cells: Mapping[str, str]
    others: Mapping[str, str]
    place: Place

    def text(self, field: str) -> str:
        """The text of a field, "" where there is none."""
        return self.cells.get(field, "")

    def number(self, field: str, problems: list[Problem], *, known: str = "value") -> Optional[float]:
        """The number of a field; one that cannot be read is a finding about the factor's field ``known``."""
        text = self.text(field)
        try:
            return _STYLE.parse(text)
        except ValueError:
            problems.append(at(ERROR, self.place_of(field, known), known, message("NUMBER_UNREADABLE", text=text)))
            return None

    def number_or_formula(self, field: str) -> tuple[Optional[float], str]:
        """The number of a field, or the text that stands in its place."""
        text = self.text(field)
        try:
            return _STYLE.parse(text), ""
        except ValueError:
            return None, text

    def place_of(self, field: str, known: str) -> Place:
        """The place with a factor's field ``known`` found where the table's field is."""
        if field not in self.place.cells:
            return self.place
        headers, cells = self.place.headers, self.place.cells
        return replace(
            self.place, headers={**headers, known: headers[field]}, cells={**cells, known: cells[field]}
        )  # fmt: skip


def lines(
    rows: Sequence[Sequence[str]], columns: Mapping[str, int], names: Mapping[str, str], *, begin: int, file: str = ""
) -> Iterator[Line]:
    """Rows from ``begin`` (from 0), empty ones left out; ``columns`` gives the index of each field.

    ``names`` are the headers to show by field; ``file`` stands before them where a set comes from several files.
    """
    taken = set(columns.values())
    heads = rows[begin - 1] if begin else []
    for number in range(begin, len(rows)):
        texts = rows[number]
        if not any(text.strip() for text in texts):
            continue
        cells = {field: unguard(texts[i]) for field, i in columns.items() if i < len(texts)}
        others = {heads[i].strip(): unguard(t) for i, t in enumerate(texts) if i not in taken and i < len(heads)}
        prefix = f"{file}: " if file else ""
        place = Place(
            number + 1,
            {field: prefix + names.get(field, field) for field in columns},
            {field: f"{column_letters(i)}{number + 1}" for field, i in columns.items()},
        )
        yield Line(cells, {name: text for name, text in others.items() if name and text}, place)


def columns_of(header: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Index of each field whose header is there; the first alias that is there wins."""
    known = {plain(text): index for index, text in reversed(list(enumerate(header)))}
    found: dict[str, int] = {}
    for field, names in aliases.items():
        index = next((known[name] for name in names if name in known), None)
        if index is not None:
            found[field] = index
    return found


def noted(*parts: str) -> str:
    """Notes of what has no field of its own, one under the other."""
    return "\n".join(part for part in parts if part)


def said(name: str, text: str) -> str:
    """``name: text``, or "" without a text."""
    return f"{name}: {text}" if text else ""


def draft_of(
    grid: Grid, options: ImportOptions, made: Sequence[tuple[Factor, Place]], problems: Sequence[Problem],
    known: Mapping[str, str] | None = None,
) -> Draft:  # fmt: skip
    """A draft of a set outside the land sectors; ``known`` is what the file says of the set."""
    factors = tuple(factor for factor, _ in made)
    info = set_info(grid, replace(options, kind="other"), known or {}, factors)
    found = [*grid.notes, *problems]
    if not info.licence and not any(factor.licence for factor in factors):
        found.append(about_set(WARNING, message("FOREIGN_NO_LICENCE", file=grid.name)))
    if not options.confidence and factors:
        found.append(about_set(WARNING, message("CONFIDENCE_ASSUMED", count=len(factors))))
    return Draft(info, factors, tuple(place for _, place in made), tuple(found))


def finish(name: str, draft: Draft) -> Imported:
    """Check a draft. Raises :class:`InvalidSet` with all errors at once."""
    problems = list(draft.problems)
    if draft.factors or not any(problem.level == ERROR for problem in problems):
        problems += check(draft.info, draft.factors, draft.places)
    unique = {(p.level, p.row, p.message.text()): p for p in reversed(problems)}
    problems = list(unique.values())[::-1]
    raise_errors(name, problems)
    return Imported(FactorSet(draft.info, draft.factors), tuple(problems))
