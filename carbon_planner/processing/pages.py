"""Small HTML pages with one table, for algorithms that answer with something to read."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from pathlib import Path

STYLE = (
    "body{font:14px/1.5 sans-serif;color:#1f2d33;margin:1.5em}h1{font-size:1.4em}"
    "table{border-collapse:collapse}th,td{border:1px solid #c5d0d5;padding:.25em .6em;text-align:left}"
    "td{vertical-align:top}th{background:#eef3f5}td.number{text-align:right;white-space:nowrap}.bad{color:#b00020;font-weight:bold}"
)


def page(title: str, notes: Iterable[str], header: Sequence[str], rows: Iterable[Sequence[object]], lang: str) -> str:
    """The page as text; every value is escaped, numbers stand on the right."""
    lines = [
        f'<!DOCTYPE html><html lang="{"zh-CN" if lang == "zh" else "en"}"><head><meta charset="utf-8">',
        f"<title>{html.escape(title)}</title><style>{STYLE}</style></head><body><h1>{html.escape(title)}</h1>",
    ]
    lines += [f"<p>{html.escape(note)}</p>" for note in notes]
    lines.append("<table><tr>" + "".join(f"<th>{html.escape(cell)}</th>" for cell in header) + "</tr>")
    lines += ["<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows]
    return "\n".join([*lines, "</table></body></html>", ""])


def _cell(value: object) -> str:
    if value is None or value == "":
        return "<td>–</td>"
    if isinstance(value, float):
        return f'<td class="number">{value:.10g}</td>'
    if isinstance(value, int) and not isinstance(value, bool):
        return f'<td class="number">{value}</td>'
    return f"<td>{html.escape(str(value))}</td>"


def write_page(path: str, text: str) -> None:
    """Write a page whole: a name beside it first, then the exchange."""
    target = Path(path)
    aside = target.with_name(target.name + ".part")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
