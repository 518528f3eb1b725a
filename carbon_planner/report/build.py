"""Write a report: one self-contained page and its JSON twin, both whole or not at all."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..base.errors import InputError, MissingLibrary
from ..storage.aside import aside
from .context import page
from .drawing import draw_charts, zone_map
from .facts import facts

if TYPE_CHECKING:
    from ..accounting.evaluate import Evaluation

TEMPLATES = Path(__file__).with_name("templates")
# What a picture from outside could bring into the page: scripts, handlers, foreign content, references elsewhere.
_UNSAFE = re.compile(
    r"<\s*(script|foreignobject|image|iframe|style)|<[^>]*\son\w+\s*=|href\s*=\s*[\"'](?!#)|url\(\s*[\"']?(?!#)|@import",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class ReportPaths:
    """Where the page and its twin were written."""

    html: Path
    json: Path


def write_report(
    evaluation: Evaluation,
    path_html: str | os.PathLike[str],
    *,
    language: str = "en",
    title: str = "",
    map_svg: str | None = None,
    created: str = "",
    provenance: Mapping[str, Any] | None = None,
) -> ReportPaths:
    """Write ``path_html`` and, beside it, the same numbers as ``.json``.

    ``map_svg`` takes the place of the map that is drawn from the zones, "" leaves it out; ``created`` is a date as it
    shall be printed; ``provenance`` further things to print and store (versions, sources, parameters), in their order.
    Raises :class:`StorageError` where the target cannot be written, :class:`MissingLibrary` without Jinja2 and
    :class:`InputError` for a map picture that is not self-contained.
    """
    html = Path(path_html)
    if html.suffix.lower() == ".json":
        raise InputError("REPORT_NAME_IS_JSON", path=str(html))
    paths = ReportPaths(html, html.with_suffix(".json"))
    text, twin = compose(
        evaluation, language=language, title=title, map_svg=map_svg, created=created, provenance=provenance
    )
    # both are written before either takes its place
    with aside(paths.json) as data, aside(paths.html) as page_file:
        data.write_bytes(twin)
        page_file.write_bytes(text)
    return paths


def compose(
    evaluation: Evaluation,
    *,
    language: str = "en",
    title: str = "",
    map_svg: str | None = None,
    created: str = "",
    provenance: Mapping[str, Any] | None = None,
) -> tuple[bytes, bytes]:
    """Page and JSON twin as UTF-8, for callers that publish files themselves; arguments as :func:`write_report`."""
    known = facts(evaluation, title=title, created=created, provenance=provenance)
    picture = zone_map(evaluation, language) if map_svg is None else map_svg
    text = render(known, language=language, map_svg=picture)
    twin = json.dumps(known, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    # lone surrogates, which broken encodings leave in attributes, are no text and cannot be written
    return text.encode("utf-8", "replace"), twin.encode("utf-8", "replace")


def render(known: dict[str, Any], *, language: str = "en", map_svg: str | None = None) -> str:
    """The page as text. Raises as :func:`write_report`, but for the target."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError as error:
        raise MissingLibrary("REPORT_NEEDS_JINJA2") from error
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    if map_svg and _UNSAFE.search(map_svg):
        raise InputError("REPORT_MAP_UNSAFE")
    variables = page(known, language=language, map_svg=map_svg, charts=draw_charts(known, language))
    return environment.get_template("report.html.j2").render(**variables)
