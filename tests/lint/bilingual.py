"""Every text of the plugin in both languages, wherever it is kept: for tests of wording."""

from __future__ import annotations

import ast
import csv
import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "carbon_planner"
TS = Path("i18n", "carbon_planner_zh_CN.ts")
CONTEXT = "CarbonPlanner"
LIBRARY = PACKAGE / "factors" / "library"  # names of classes and factors are those of the sources


@dataclass(frozen=True)
class Pair:
    """One text; ``where`` names table and id."""

    where: str
    en: str
    zh: str


def ts_messages(path: Path) -> dict[tuple[str, str], ET.Element]:
    """Translation elements by context and source text."""
    return {
        (context.findtext("name", ""), message.findtext("source", "")): message
        for context in ET.parse(path).getroot().iter("context")
        for message in context.iter("message")
    }


def interface() -> list[Pair]:
    """Texts of the user interface."""
    found = ts_messages(REPOSITORY / TS)
    return [Pair(TS.name, source, message.findtext("translation") or "") for (_, source), message in found.items()]


def bilingual_tables() -> list[Path]:
    """Tables with texts; of the library only the one that describes its sets."""
    tables = [path for path in sorted(PACKAGE.rglob("*.csv")) if LIBRARY not in path.parents]
    return [path for path in [*tables, LIBRARY / "sets.csv"] if _columns(path)]


def _columns(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        names = next(csv.reader(handle))
    pairs = [(name, name[:-2] + "zh") for name in names if name == "en" or name.endswith("_en")]
    return [pair for pair in pairs if pair[1] in names]


def of_table(path: Path) -> list[Pair]:
    """Texts of a table, one pair for each pair of columns."""
    found = []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            key = next(iter(row.values()))
            for en, zh in _columns(path):
                found.append(Pair(f"{path.parent.name}/{path.name} {key}", row[en], row[zh]))
    return found


def help_of_algorithms() -> list[Pair]:
    """Help texts, part by part."""
    if str(REPOSITORY) not in sys.path:
        sys.path.insert(0, str(REPOSITORY))
    from carbon_planner.processing.help_texts import FOLDER, read

    found = []
    for path in sorted((FOLDER / "en").glob("*.md")):
        en, zh = (read(FOLDER / lang / path.name) for lang in ("en", "zh"))
        found += [
            Pair(path.name, *both) for both in ((en.title, zh.title), (en.summary, zh.summary), (en.body, zh.body))
        ]
        for name in en.parameters.keys() & zh.parameters.keys():
            both = zip(en.parameters[name], zh.parameters[name])
            found += [Pair(f"{path.name} {name}", *texts) for texts in both]
    return found


def everything() -> list[Pair]:
    """All texts that are kept in both languages."""
    return [*interface(), *(pair for path in bilingual_tables() for pair in of_table(path)), *help_of_algorithms()]


def chinese_pages() -> dict[str, str]:
    """Text of the Chinese help pages and README without mark-up."""
    pages = {}
    for path in sorted((PACKAGE / "resources" / "help" / "zh").glob("*.html")):
        body = path.read_text(encoding="utf-8").partition("<body>")[2]
        pages[path.name] = re.sub(r"<[^>]+>", "\n", body)
    readme = (REPOSITORY / "docs" / "zh" / "README.md").read_text(encoding="utf-8")
    pages["docs/zh/README.md"] = re.sub(r"```.*?```|`[^`]*`|\]\([^)]*\)", "x", readme, flags=re.DOTALL)
    return pages


@dataclass(frozen=True)
class Term:
    """A row of the glossary."""

    en: str
    zh: str
    avoid: tuple[str, ...]
    always: bool


def glossary() -> list[Term]:
    """Terms of docs/glossary.csv."""
    with (REPOSITORY / "docs" / "glossary.csv").open(encoding="utf-8", newline="") as handle:
        return [
            Term(
                row["term_en"],
                row["term_zh"],
                tuple(word for word in row["avoid"].split("|") if word),
                row["always"] == "yes",
            )
            for row in csv.DictReader(handle)
        ]


def shell_modules() -> list[Path]:
    """Modules whose texts users see through Qt."""
    return [PACKAGE / "plugin.py", *sorted(p for name in ("gui", "processing") for p in (PACKAGE / name).rglob("*.py"))]


def called(node: ast.Call) -> str:
    """Last name of what is called."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def place(path: Path, node: ast.AST) -> str:
    """File and line for a message."""
    return f"{path.relative_to(REPOSITORY)}:{node.lineno}"


def translated_calls(path: Path) -> list[ast.Call]:
    """Calls of ``translate`` that are Qt's, not those of strings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and called(node) == "translate":
            owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
            if owner in ("", "QCoreApplication"):
                found.append(node)
    return found
