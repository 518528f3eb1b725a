"""All tables of the sectors in one object: the shipped ones, and those with the folders that others registered."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

from ...base.errors import FactorError
from ...base.hashing import content_hash
from ...base.messages import message
from ...factors.packs import packs
from ...factors.records import FACTOR_FIELDS, Factor, FactorSet, SetInfo
from . import tables
from .check import SectorError, check_tables
from .rule_types import CompiledRule, compile_rules
from .tables import Conflict, Place, Quantity, Rule, SectorInfo, Symbol, UseType

HERE = Path(__file__).parent
DEFAULTS = SetInfo(
    id="sector_defaults", version="1.0.0", kind="other", region="CN", year=2024, status="published",
    licence="GPL-2.0-or-later",
    title_en="Defaults of the sector rules", title_zh="部门规则默认参数",
    description_en="Shares and parameters that the factor library does not hold. All are judgement, recalled or "
    "computed, and say so; a zone's own figure goes first.",
    description_zh="因子库未收录的比例与参数，均为专家判断、记忆或计算值并已注明；分区自报数值优先。",
)  # fmt: skip
_FACTOR_NUMBERS = ("value", "low", "high")
_REQUIRED = [spec.name for spec in fields(Factor) if spec.default is MISSING]
T = TypeVar("T")


@dataclass(frozen=True)
class Catalogue:
    """Tables of sectors. Immutable; :meth:`extended` gives one with a folder more."""

    quantities: Mapping[str, Quantity]
    use_types: Mapping[str, UseType]
    uses: Mapping[tuple[str, str], tuple[tuple[str, float], ...]]
    symbols: Mapping[str, Mapping[str, Symbol]]
    rules: tuple[Rule, ...]
    sectors: Mapping[str, SectorInfo]
    conflicts: tuple[Conflict, ...]
    factors: FactorSet

    @cached_property
    def compiled(self) -> tuple[CompiledRule, ...]:
        """The rules with their formulas parsed and their units checked."""
        return compile_rules(self.rules, self.quantities, self.symbols, self.floor_uses)

    @cached_property
    def floor_uses(self) -> tuple[str, ...]:
        """All uses of buildings."""
        return tuple(name for name, use in self.use_types.items() if use.kind == tables.FLOOR)

    def extended(self, folder: Path) -> Catalogue:
        """With the tables of a folder, whose rows add to these and may not change them."""
        more = _read_folder(folder)
        factors = FactorSet(self.factors.info, (*self.factors.factors, *more.factors.factors))
        return Catalogue(
            {**more.quantities, **self.quantities}, {**more.use_types, **self.use_types}, {**more.uses, **self.uses},
            {name: {**more.symbols.get(name, {}), **self.symbols.get(name, {})}
             for name in (*self.symbols, *more.symbols)},
            (*self.rules, *more.rules), {**self.sectors, **more.sectors}, (*self.conflicts, *more.conflicts), factors,
        )  # fmt: skip


def shipped() -> Catalogue:
    """The tables that come with the plugin."""
    return _shipped()


@lru_cache(maxsize=1)
def _shipped() -> Catalogue:
    found = _read_folder(HERE)
    problems = check_tables(found)
    if problems:
        raise SectorError("SECTOR_TABLES_INVALID", problems, folder=HERE.name)
    return found


def _read_folder(folder: Path) -> Catalogue:
    """Tables of a folder; a table that is not there is empty. Raises :class:`SectorError` for what cannot be read."""
    try:
        return _tables_of(folder)
    except (OSError, ValueError, csv.Error, FactorError) as error:
        reason = error.message if isinstance(error, FactorError) else message("SECTOR_UNREADABLE", reason=str(error))
        raise SectorError("SECTOR_TABLES_INVALID", [reason], folder=folder.name) from error


def _tables_of(folder: Path) -> Catalogue:
    quantities = _table(folder, "quantities.csv", tables.QUANTITY_COLUMNS, tables.quantity)
    use_types = _table(folder, "use_types.csv", tables.USE_TYPE_COLUMNS, tables.use_type)
    symbols: dict[str, dict[str, Symbol]] = {}
    for symbol in _table(folder, "symbols.csv", tables.SYMBOL_COLUMNS, tables.symbol):
        symbols.setdefault(symbol.name, {})[symbol.use] = symbol
    rules: list[Rule] = []
    names = [Path("rules") / p.name for p in sorted((folder / "rules").glob("*.csv"))] or [Path("rules.csv")]
    for name in names:
        rules += _table(folder, str(name), tables.RULE_COLUMNS, tables.rule)
    sectors = _table(folder, "sectors.csv", tables.SECTOR_COLUMNS, tables.sector_info)
    return Catalogue(
        {q.name: q for q in quantities}, {u.name: u for u in use_types}, _uses(folder), symbols, tuple(rules),
        {s.name: s for s in sectors},
        tuple(_table(folder, "conflicts.csv", tables.CONFLICT_COLUMNS, tables.conflict)),
        FactorSet(DEFAULTS, tuple(_factors(folder))),
    )  # fmt: skip


def _table(folder: Path, name: str, columns: tuple[str, ...], make: Callable[[tables.Cells, Place], T]) -> list[T]:
    path = folder / name
    return [make(row, place) for row, place in tables.read_rows(path, columns)] if path.is_file() else []


def _uses(folder: Path) -> dict[tuple[str, str], tuple[tuple[str, float], ...]]:
    found: dict[tuple[str, str], tuple[tuple[str, float], ...]] = {}
    path = folder / "uses.csv"
    for row, _ in tables.read_rows(path, tables.USE_COLUMNS) if path.is_file() else ():
        key = (row["system"], row["code"])
        share = tables.number(row["share"])
        found[key] = (*found.get(key, ()), (row["use"], float("nan") if share is None else share))
    return found


def _factors(folder: Path) -> Iterable[Factor]:
    path = folder / "factors.csv"
    if not path.is_file():
        return
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for row in csv.DictReader(handle):
            cells: dict[str, object] = {name: row[name] or "" for name in FACTOR_FIELDS if name in row}
            cells.update((name, "") for name in _REQUIRED if name not in row)
            for name in _FACTOR_NUMBERS:
                cells[name] = tables.number((row.get(name) or "").strip())
            cells["year"] = row.get("year") or None
            yield Factor(**cells)  # type: ignore[arg-type]


class _Registered:
    """Folders that others registered, and the catalogue with them; replaced as a whole, so that threads may read."""

    folders: tuple[Path, ...] = ()
    catalogue: Catalogue | None = None
    packed: tuple[object, Catalogue, Catalogue] | None = (
        None  # what it was made of, the tables without packs, with them
    )


def current() -> Catalogue:
    """The tables in force: the shipped ones, those of registered folders and those of factor packs.

    Raises :class:`SectorError` where the sectors of a pack break rules: a run must not lack a sector unnoticed.
    """
    base = _Registered.catalogue or shipped()
    folders = packs().sectors()
    if not folders:
        return base
    files = [path for folder in folders for path in sorted(folder.rglob("*.csv"))]
    state = (folders, tuple((path, path.stat().st_mtime_ns) for path in files))
    kept = _Registered.packed
    if kept is None or kept[0] != state or kept[1] is not base:
        whole = base
        for folder in folders:
            whole = _checked(whole, folder)
        kept = _Registered.packed = (state, base, whole)
    return kept[2]


def _checked(base: Catalogue, folder: Path) -> Catalogue:
    """The tables with those of a folder, or all that is wrong with these."""
    whole = base.extended(folder)
    problems = _clashes(base, _read_folder(folder)) + check_tables(whole)
    if problems:
        raise SectorError("SECTOR_TABLES_INVALID", problems, folder=folder.name)
    return whole


def register_sector_folder(path: Path) -> tuple[str, ...]:
    """Add the sector of a folder: ``sectors.csv``, ``rules.csv`` and whichever other tables it needs.

    Returns the names of its sectors. Raises :class:`SectorError` with all problems at once; nothing is added then.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise SectorError("SECTOR_FOLDER_MISSING", [], folder=str(folder))
    whole = _checked(_Registered.catalogue or shipped(), folder)
    _Registered.catalogue, _Registered.folders = whole, (*_Registered.folders, folder)
    return tuple(_read_folder(folder).sectors)


def unregister_all() -> None:
    """Forget all registered folders."""
    _Registered.catalogue, _Registered.folders = None, ()


def registered_folders() -> Sequence[Path]:
    """The folders that are registered."""
    return _Registered.folders


def registered_hashes() -> dict[str, str]:
    """Content hash of each folder in force by its path, packs included: what a run has to name to be repeated."""
    return {str(folder): folder_hash(folder) for folder in (*_Registered.folders, *packs().sectors())}


def folder_hash(folder: Path) -> str:
    """SHA-256 over the names and texts of a folder's tables, line ends aside."""
    files = sorted(p for p in folder.rglob("*.csv") if p.is_file())
    texts = {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8-sig") for p in files}
    return content_hash({"rule": "carbon planner sector folder 1", "files": texts})


def _clashes(base: Catalogue, more: Catalogue) -> list[tables.Finding]:
    """What a folder has and the tables have too: it may add, not change."""
    named = [
        ("sectors.csv", set(base.sectors) & set(more.sectors)),
        ("quantities.csv", set(base.quantities) & set(more.quantities)),
        ("use_types.csv", set(base.use_types) & set(more.use_types)),
        ("symbols.csv", {s for s, of_use in more.symbols.items() if set(of_use) & set(base.symbols.get(s, {}))}),
        ("rules.csv", {r.key for r in more.rules} & {r.key for r in base.rules}),
    ]
    empty = [] if more.sectors and more.rules else [tables.finding("SECTOR_FOLDER_EMPTY")]
    return empty + [
        tables.finding("SECTOR_CHANGES_SHIPPED", table=table, name=name)
        for table, found in named
        for name in sorted(found)
    ]


__all__ = ["Catalogue", "SectorError", "current", "register_sector_folder", "shipped", "unregister_all"]
