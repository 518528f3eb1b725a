"""The common ground of the charts: style, fonts, and the way from a matplotlib figure to SVG inside a page.

matplotlib's global settings belong to others (the QGIS process, other plugins): everything happens inside
``rc_context`` and without pyplot. Text is drawn as outlines, so that Chinese shows on machines without Chinese fonts;
only where this machine has none itself the text stays text, for the reader's browser to draw.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Callable

from ..numbers import Numbers
from ..ramp import EMISSION, REMOVAL

INK, MUTED, LINE = "#1f2a2e", "#5d6b70", "#dfe5e6"
WIDTH_INCHES = 10.2  # 734 points for a column of some 1040 pixels
FONT_SIZE = 9.0
LEGEND_COLUMNS = 6  # entries that surely fit beside each other

LATIN = ("Open Sans", "Noto Sans", "Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans", "DejaVu Sans")
CHINESE = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC",
    "Hiragino Sans GB", "Heiti SC", "STHeiti", "SimHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
    "Droid Sans Fallback", "Arial Unicode MS",
)  # fmt: skip
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")


@dataclass(frozen=True)
class Chart:
    """A drawn chart: its SVG and the sentence that tells a reader without sight what it shows."""

    svg: str
    label: str


def available() -> bool:
    """Whether matplotlib can be imported."""
    try:
        import matplotlib.backends.backend_svg  # noqa: F401
    except ImportError:
        return False
    return True


def draw(
    name: str, label: str, words: str, paint: Callable[[Any], None], height: float, width: float = WIDTH_INCHES
) -> Chart:
    """Let ``paint`` fill a figure of ``width`` × ``height`` inches; ``words``, all texts in it, decide the fonts."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    style = {key: value for key, value in _style(words).items() if key in matplotlib.rcParams}
    with matplotlib.rc_context(style), warnings.catch_warnings():
        # a rare sign in an id that no installed font has is drawn as a box; the tables hold it
        warnings.filterwarnings("ignore", message="Glyph")
        figure = Figure(figsize=(width, height), dpi=100, layout="constrained")
        figure.patch.set_alpha(0.0)
        FigureCanvasSVG(figure)
        paint(figure)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    return Chart(inline(stream.getvalue(), name, label), label)


def inline(svg: str, name: str, label: str) -> str:
    """The ``<svg>`` element alone, with ids of its own, a role and a label, scaling with the page."""
    body = svg[svg.index("<svg") :]
    # the style sheet of the picture would hold for the whole page; report.css has the same for charts
    body = re.sub(r"<(metadata|style)\b.*?</\1>", "", body, flags=re.DOTALL)
    view = re.search(r'viewBox="([^"]+)"', body)
    inner = body[body.index(">") + 1 :].strip()
    inner = re.sub(r'\bid="', f'id="{name}-', inner)
    inner = re.sub(r'xlink:href="#', f'href="#{name}-', inner)
    inner = inner.replace("url(#", f"url(#{name}-")
    inner = re.sub(r">\s+<", "><", inner)
    head = f'<svg class="chart" role="img" aria-label="{escape(label)}" viewBox="{view.group(1) if view else ""}">'
    return head + inner


def bare(axes: Any, *, grid: str = "x") -> None:
    """Take the frame away and leave light guide lines along the axis of values."""
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, colors=MUTED)
    axes.grid(axis=grid, color=LINE, linewidth=0.8)
    axes.set_axisbelow(True)


def legend_above(axes: Any, entries: Sequence[tuple[str, str]]) -> None:
    """A legend of (colour, label) above the plot, left-aligned with it: one line, or two where there are many."""
    from matplotlib.patches import Patch

    columns = len(entries) if len(entries) <= LEGEND_COLUMNS else -(-len(entries) // 2)

    axes.legend(
        handles=[Patch(facecolor=colour, linewidth=0, label=label) for colour, label in entries],
        loc="lower left", bbox_to_anchor=(0.0, 1.0), ncol=columns, frameon=False, handlelength=1.1,
        handleheight=0.9, borderaxespad=0.2, borderpad=0.0, columnspacing=1.6,
    )  # fmt: skip


def literal(text: str) -> str:
    """A label from data: before matplotlib 3.6 a pair of dollar signs would be read as a formula."""
    from matplotlib import rcParams

    return text if "text.parse_math" in rcParams else text.replace("$", r"\$")


def tick_writer(axis: Any, numbers: Numbers) -> None:
    """Write the ticks of an axis as the report writes its figures."""
    axis.set_major_formatter(lambda value, _position: numbers.factor(float(f"{value:.10g}")).text)


def sign_colour(value: float) -> str:
    """Colour of an emission (+) or a removal (−)."""
    return EMISSION if value > 0 else REMOVAL


def shorten(text: str, width: int = 22) -> str:
    """Cut to a width counted in Latin letters, a Chinese character being two."""
    used = 0
    for i, char in enumerate(text):
        used += 2 if _WIDE.match(char) else 1
        if used > width:
            return text[: max(i - 1, 1)] + "…"
    return text


def _style(words: str) -> dict[str, Any]:
    from matplotlib import font_manager

    installed = {entry.name for entry in font_manager.fontManager.ttflist}
    latin = [f for f in LATIN if f in installed]
    chinese = [f for f in CHINESE if f in installed]
    wide = bool(_WIDE.search(words))
    # The first family decides where matplotlib cannot fall back glyph by glyph (before 3.6).
    family = (chinese[:1] + latin if wide else latin + chinese[:1]) or ["DejaVu Sans"]
    return {
        "font.family": [*family, "DejaVu Sans"],
        "font.size": FONT_SIZE,
        "svg.fonttype": "path" if chinese or not wide else "none",
        "svg.hashsalt": "carbon-planner",
        "axes.unicode_minus": True,
        "axes.edgecolor": LINE,
        "axes.labelcolor": MUTED,
        "axes.facecolor": "none",
        "text.color": INK,
        "text.parse_math": False,
        "xtick.color": MUTED,
        "ytick.color": INK,
        "hatch.linewidth": 0.6,
        "path.simplify": True,
    }
