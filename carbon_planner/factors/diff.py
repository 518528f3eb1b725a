"""What changed between two factor sets or versions: records added, removed, changed, field by field."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..base.messages import Message, message
from .cells import guard, write_number
from .plausibility import carbon_scale
from .problems import lines
from .records import FACTOR_FIELDS, INFO_FIELDS, INTEGERS, NUMBERS, Factor, FactorSet
from .unitnames import try_unit

if TYPE_CHECKING:
    import pandas as pd

SET, ADDED, REMOVED, CHANGED = "set", "added", "removed", "changed"
COLUMNS = ("kind", "factor_id", "item", "name", "parameter", "region", "field", "old", "new", "relative")
# What a figure is; all else is what is said of it.
FIGURE_FIELDS = (*NUMBERS, "range_kind", "unit", "gas", "gwp", "distribution", "params", "amortise_yr", "gas_split")
Pair = tuple[Factor, Factor]


@dataclass(frozen=True)
class FieldChange:
    """One field of one record (``before`` and ``after``), with its texts; of the set itself where both are None.

    ``relative`` is (new − old)/|old| of a figure, in one unit; None where that makes no sense.
    """

    field: str
    old: str
    new: str
    relative: float | None = None
    before: Factor | None = None
    after: Factor | None = None


@dataclass(frozen=True)
class SetDiff:
    """The differences of two sets; ``pairs`` are the records that both hold, changed or not."""

    old: FactorSet
    new: FactorSet
    info: tuple[FieldChange, ...]
    added: tuple[Factor, ...]
    removed: tuple[Factor, ...]
    changed: tuple[FieldChange, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs but id and version of the set."""
        return not (self.info or self.added or self.removed or self.changed)

    @property
    def changed_ids(self) -> tuple[str, ...]:
        """Ids (in the new set) of the records of which a field changed, in order."""
        return tuple(dict.fromkeys(c.after.factor_id for c in self.changed if c.after))

    @property
    def figures(self) -> tuple[FieldChange, ...]:
        """The changes that can move a result: values, ranges, units, gases."""
        return tuple(c for c in self.changed if c.field in FIGURE_FIELDS)

    def rows(self, lang: str = "en") -> Iterator[tuple[Any, ...]]:
        """Rows of the table of differences, as :data:`COLUMNS` names them."""
        for change in self.info:
            yield (SET, "", "", "", "", "", change.field, change.old, change.new, None)
        for kind, factors in ((REMOVED, self.removed), (ADDED, self.added)):
            for factor in factors:
                figure = _figure(factor)
                texts = (figure, "") if kind == REMOVED else ("", figure)
                yield (kind, *_about(factor, lang), "value", *texts, None)
        for change in self.changed:
            if change.after:
                yield (CHANGED, *_about(change.after, lang), change.field, change.old, change.new, change.relative)

    def frame(self, lang: str = "en") -> pd.DataFrame:
        """The table of differences; ``relative`` is NaN where there is none."""
        import pandas as pd

        table = pd.DataFrame(list(self.rows(lang)), columns=list(COLUMNS))
        return table.astype({"relative": "float64"})

    def to_csv(self, lang: str = "en") -> bytes:
        """The table of differences as CSV for spreadsheets: UTF-8 with BOM, nothing in it runs as a formula."""
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for *texts, relative in self.rows(lang):
            writer.writerow([*(guard(text) for text in texts), write_number(relative)])
        return codecs.BOM_UTF8 + buffer.getvalue().encode("utf-8")

    def summary(self) -> Message:
        """How much changed, in a sentence."""
        counts = {"added": len(self.added), "removed": len(self.removed), "changed": len(self.changed_ids)}
        figures = len({c.after.factor_id for c in self.figures if c.after})
        refs = {"old": self.old.ref, "new": self.new.ref}
        return message("DIFF_SAME" if self.same else "DIFF_SUMMARY", **refs, **counts, figures=figures)

    def message(self) -> Message:
        """The summary and a line for every difference."""
        found = [self.summary()]
        found += [message("DIFF_SET", field=c.field, old=c.old, new=c.new) for c in self.info]
        found += [message("DIFF_REMOVED", factor=f.factor_id, value=_figure(f)) for f in self.removed]
        found += [message("DIFF_ADDED", factor=f.factor_id, value=_figure(f)) for f in self.added]
        found += [_line(change) for change in self.changed]
        return lines(found)

    def text(self, lang: str = "en") -> str:
        """The differences in words."""
        return self.message().text(lang)


def diff(old: FactorSet, new: FactorSet) -> SetDiff:
    """Compare two sets. Records are the same where their ids agree, else their UUIDs, else their keys if only once."""
    pairs, removed, added = _matched(old, new)
    changed = [change for one, two in pairs for change in _changes(one, two)]
    info = [
        FieldChange(name, as_text(getattr(old.info, name)), as_text(getattr(new.info, name)))
        for name in INFO_FIELDS
        if name not in ("id", "version") and getattr(old.info, name) != getattr(new.info, name)
    ]
    return SetDiff(old, new, tuple(info), tuple(added), tuple(removed), tuple(changed))


def as_text(value: object) -> str:
    """A field as text: "" for nothing, figures with all their digits."""
    if value is None:
        return ""
    return write_number(value) if isinstance(value, (int, float)) else str(value)


def of_text(field: str, text: str) -> Any:
    """A field from its text; undoes :func:`as_text`."""
    if field in NUMBERS:
        return float(text) if text else None
    if field in INTEGERS:
        return int(text) if text else None
    return text


def _matched(old: FactorSet, new: FactorSet) -> tuple[list[Pair], list[Factor], list[Factor]]:
    keys: tuple[Callable[[FactorSet, Factor], object], ...] = (
        lambda _set, factor: factor.factor_id,
        lambda found, factor: found.uuid_of(factor),
        lambda _set, factor: (*factor.key, factor.category, factor.region, factor.year),
        lambda _set, factor: (*factor.key, factor.category),
    )
    before, after = list(old.factors), list(new.factors)
    pairs: list[Pair] = []
    for key in keys:
        if not before or not after:
            break
        one, two = _once([(key(old, f), f) for f in before]), _once([(key(new, f), f) for f in after])
        found = [(factor, two[name]) for name, factor in one.items() if name in two]
        pairs += found
        gone, come = {id(a) for a, _ in found}, {id(b) for _, b in found}
        before = [f for f in before if id(f) not in gone]
        after = [f for f in after if id(f) not in come]
    order = {id(factor): number for number, factor in enumerate(new.factors)}
    pairs.sort(key=lambda pair: order[id(pair[1])])
    return pairs, before, after


def _once(named: Sequence[tuple[object, Factor]]) -> dict[object, Factor]:
    """Records by a key that only one of them has."""
    counts = Counter(name for name, _ in named)
    return {name: factor for name, factor in named if counts[name] == 1}


def _changes(one: Factor, two: Factor) -> Iterator[FieldChange]:
    for name in FACTOR_FIELDS:
        old, new = getattr(one, name), getattr(two, name)
        if old != new:
            relative = _relative(one, two, old, new) if name in NUMBERS else None
            yield FieldChange(name, as_text(old), as_text(new), relative, one, two)


def _relative(one: Factor, two: Factor, old: float | None, new: float | None) -> float | None:
    if not old or new is None:
        return None
    scale = 1.0
    if one.unit != two.unit:
        units = try_unit(one.unit), try_unit(two.unit)
        scales = [carbon_scale(unit) if unit else None for unit in units]
        if not scales[0] or not scales[1]:
            return None
        scale = scales[1] / scales[0]
    return (new * scale - old) / abs(old)


def _figure(factor: Factor) -> str:
    return f"{as_text(factor.value)} {factor.unit}".strip()


def _about(factor: Factor, lang: str) -> tuple[str, str, str, str, str]:
    return factor.factor_id, factor.item, factor.name(lang), factor.parameter, factor.region


def _line(change: FieldChange) -> Message:
    factor = change.after.factor_id if change.after else ""
    told = {"factor": factor, "field": change.field, "old": change.old or "–", "new": change.new or "–"}
    if change.relative is None:
        return message("DIFF_CHANGED", **told)
    return message("DIFF_MOVED", **told, percent=f"{100.0 * change.relative:+.3g}")
