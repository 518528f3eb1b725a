"""Help texts of the algorithms, kept as data: ``help/<language>/<algorithm>.md``.

A file holds a head of ``key: value`` lines, a line ``---``, the short help as paragraphs, and one section
``## NAME: label`` per parameter or output. Lists (``- item``) and ``**bold**`` are the only mark-up. A line
``## = algorithm: FIRST … LAST`` stands for these sections of another algorithm, so that shared parameters are
explained once.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("help")
_SECTION = re.compile(r"^## (?P<name>[A-Z0-9_]+): (?P<label>.+)$", re.MULTILINE)
_SHARED = re.compile(r"^## = (?P<algorithm>\w+): (?P<first>[A-Z0-9_]+) … (?P<last>[A-Z0-9_]+)$", re.MULTILINE)
_BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True)
class HelpText:
    """Help of one algorithm in one language; ``parameters`` maps a name to its label and its text."""

    title: str
    summary: str
    tags: tuple[str, ...]
    body: str
    parameters: dict[str, tuple[str, str]]

    def short_html(self) -> str:
        """The short help as HTML."""
        return to_html(self.body)

    def parameter(self, name: str) -> str:
        """Help of one parameter or output as plain text, empty where there is none."""
        return _BOLD.sub(r"\1", self.parameters.get(name, ("", ""))[1]).replace("\n", " ")


def parse(text: str) -> HelpText:
    """Parse a help file. Raises :class:`ValueError` where the head is incomplete."""
    head, found, rest = text.partition("\n---\n")
    if not found:
        raise ValueError("a help file needs a head that ends with ---")
    fields = dict(line.split(":", 1) for line in head.strip().splitlines())
    parts = _SECTION.split(rest)
    names = zip(parts[1::3], parts[2::3], parts[3::3])
    return HelpText(
        title=fields["title"].strip(),
        summary=fields["summary"].strip(),
        tags=tuple(tag.strip() for tag in re.split(r"[,，、]", fields["tags"]) if tag.strip()),
        body=parts[0].strip(),
        parameters={name: (label.strip(), body.strip()) for name, label, body in names},
    )


def read(path: Path) -> HelpText:
    """Read a help file with the sections that it shares. Raises as :func:`parse`, and where there are no such."""
    text = path.read_text(encoding="utf-8")
    return parse(_SHARED.sub(lambda found: _sections(path.with_name(f"{found['algorithm']}.md"), found), text))


def _sections(path: Path, wanted: re.Match[str]) -> str:
    """The sections of another file from the first to the last that are named, as they stand there."""
    text = path.read_text(encoding="utf-8")
    starts = {found["name"]: found.start() for found in _SECTION.finditer(text)}
    names = list(starts)
    first, last = names.index(wanted["first"]), names.index(wanted["last"])
    end = starts[names[last + 1]] if last + 1 < len(names) else len(text)
    return text[starts[names[first]] : end].rstrip()


@cache
def help_text(algorithm: str, language: str) -> HelpText:
    """Help of an algorithm; English where the language has none."""
    path = FOLDER / language / f"{algorithm}.md"
    if not path.exists():
        path = FOLDER / "en" / f"{algorithm}.md"
    return read(path)


def _inline(text: str) -> str:
    return _BOLD.sub(r"<b>\1</b>", html.escape(text.replace("\n", " "), quote=False))


def to_html(text: str) -> str:
    """Turn paragraphs and lists into HTML; everything else is escaped."""
    blocks = []
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith("- "):
            items = "".join(f"<li>{_inline(item)}</li>" for item in re.split(r"(?:^|\n)- ", block)[1:])
            blocks.append(f"<ul>{items}</ul>")
        elif block:
            blocks.append(f"<p>{_inline(block)}</p>")
    return "\n".join(blocks)
