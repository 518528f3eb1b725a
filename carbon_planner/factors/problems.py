"""Findings about a factor set: what is wrong, where it stands in the file, and all of them in one error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..base.errors import FactorError
from ..base.messages import Message, message

ERROR, WARNING = "error", "warning"
Finding = tuple[str, str, Message]  # level, field, message
SHOWN = 200  # lines in the text of an error; the full list is in its ``problems``


@dataclass(frozen=True)
class Place:
    """Where a factor stands: a row of a table with the cells that hold its fields, an entry of a JSON file, or an id.

    ``headers`` and ``cells`` give header and cell address (``D7``) by field name; a field that has no column of its
    own (a default, the pool of a wide table) is reported by its row.
    """

    row: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    cells: Mapping[str, str] = field(default_factory=dict, hash=False)
    factor_id: str = ""
    entry: bool = False

    def label(self, name: str) -> Message:
        """The place in words."""
        if self.entry:
            return message("PLACE_ENTRY", row=self.row, field=name) if self.row else message("PLACE_SET", field=name)
        if self.row is None:
            return message("PLACE_FACTOR", factor=self.factor_id, field=name)
        if name in self.cells:
            return message("PLACE_CELL", row=self.row, column=self.headers[name], cell=self.cells[name])
        return message("PLACE_ROW", row=self.row)


@dataclass(frozen=True)
class Problem:
    """One finding. ``level`` is ``error`` (the set is refused) or ``warning``; ``cell`` is a cell address or ""."""

    level: str
    message: Message
    field: str = ""
    row: int | None = None
    column: str = ""
    cell: str = ""

    @property
    def id(self) -> str:
        """Id of the finding's own message, without its place."""
        inner = self.message.params.get("problem")
        return inner.id if isinstance(inner, Message) else self.message.id


def at(level: str, place: Place, name: str, finding: Message) -> Problem:
    """A finding about one field of one factor."""
    text = message("AT_PLACE", place=place.label(name), problem=finding)
    return Problem(level, text, name, place.row, place.headers.get(name, ""), place.cells.get(name, ""))


def about_set(level: str, finding: Message) -> Problem:
    """A finding about the set as a whole."""
    return Problem(level, finding)


@dataclass(frozen=True)
class Lines(Message):
    """Several messages, one per line, in whichever language is asked for."""

    items: tuple[Message, ...] = ()

    def text(self, lang: str = "en") -> str:
        """The lines; beyond :data:`SHOWN` only their number."""
        shown = [item.text(lang) for item in self.items[:SHOWN]]
        if len(self.items) > SHOWN:
            shown.append(message("MORE_LINES", count=len(self.items) - SHOWN).text(lang))
        return "\n".join(shown)


def lines(items: Iterable[Message]) -> Lines:
    """Join messages to one that shows a line for each."""
    return Lines("LINES", {}, tuple(items))


class InvalidSet(FactorError):  # noqa: N818 - reads as what it is
    """A factor set that breaks rules: all findings at once, in :attr:`problems` and in the text."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        errors = [p for p in problems if p.level == ERROR]
        self.problems = tuple(problems)
        super().__init__("SET_INVALID", set=name, count=len(errors), problems=lines(p.message for p in errors))


def raise_errors(name: str, problems: Sequence[Problem]) -> None:
    """Raise :class:`InvalidSet` if one of the findings is an error."""
    if any(p.level == ERROR for p in problems):
        raise InvalidSet(name, problems)
