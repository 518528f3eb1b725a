"""Factor sets from and to files: CSV, XLSX, JSON, InVEST pool tables, tables of OEFDB. One entry for each direction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..base.errors import ClassError, FactorError
from ..classes.library import ClassLibrary
from ..storage.aside import write_whole
from . import invest, io_csv, io_json, io_xlsx
from .codebook import OWN_SYSTEM, CodeBook
from .drafts import Draft, ImportOptions
from .lookup import Lookup
from .problems import Problem, raise_errors
from .records import Factor, FactorSet
from .tables import read_table
from .validation import Reference, check

TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm")
SIZE_LIMIT = 50_000_000  # bytes


@dataclass(frozen=True)
class Imported:
    """A set that was read, and the warnings to show with it."""

    factor_set: FactorSet
    problems: tuple[Problem, ...]


def read_file(
    path: Path,
    options: ImportOptions | None = None,
    *,
    classes: ClassLibrary | None = None,
    reference: Reference | None = None,
) -> Imported:
    """Read a factor set from a file of any supported form; the form is told by suffix and header.

    ``classes`` checks codes, restores leading zeros and detects the class system; ``reference`` catches unit slips
    (:func:`reference_of` the default stock set where classes are given and nothing else is said). Raises
    :class:`InvalidSet` with all errors at once, or :class:`FactorError` for a file that is no table at all.
    """
    options = options or ImportOptions()
    book = CodeBook(classes) if classes else None
    draft = _draft(path, options, book)
    problems = list(draft.problems)
    if draft.factors or not problems:
        known = book.known if book else None
        if classes and reference is None:
            reference = _default_reference(classes) if draft.info.kind == "land_stock" else _shipped_reference()
        problems += check(draft.info, draft.factors, draft.places, known=known, reference=reference)
        # the four pools of a wide row share its code and source: what is wrong with these is said once
        problems = list({(p.level, p.row, p.message.text()): p for p in reversed(problems)}.values())[::-1]
    raise_errors(path.name, problems)
    return Imported(FactorSet(draft.info, draft.factors), tuple(problems))


def write_file(path: Path, factor_set: FactorSet) -> None:
    """Write a set to a CSV, XLSX or JSON file, told by the suffix; an existing file is replaced whole."""
    writers: dict[str, Callable[[FactorSet], bytes]] = {
        ".csv": io_csv.to_bytes,
        ".xlsx": io_xlsx.to_bytes,
        ".json": io_json.to_bytes,
    }
    writer = writers.get(path.suffix.lower())
    if writer is None:
        raise FactorError("FORMAT_UNKNOWN", path=str(path), known=", ".join(writers))
    if not factor_set.factors:
        raise FactorError("SET_EMPTY_EXPORT", set=factor_set.info.ref)
    write_whole(path, writer(factor_set))


def _draft(path: Path, options: ImportOptions, book: CodeBook | None) -> Draft:
    suffix = path.suffix.lower()
    if not path.is_file():
        raise FactorError("SET_FILE_MISSING", path=str(path))
    if path.stat().st_size > SIZE_LIMIT:
        raise FactorError("FILE_TOO_LARGE", path=str(path), limit=SIZE_LIMIT // 1_000_000)
    if suffix == ".json":
        return io_json.read_draft(path, options)
    if suffix not in TABLE_SUFFIXES:
        raise FactorError("FORMAT_UNKNOWN", path=str(path), known=", ".join((*TABLE_SUFFIXES, ".json")))
    grid = io_xlsx.read_grid(path, options.sheet) if suffix.startswith(".xls") else io_csv.read_grid(path, options)
    if invest.is_invest(grid):
        return invest.read_draft(grid, options)
    from . import oefdb  # which needs Imported

    if oefdb.is_oefdb(grid):
        return oefdb.read_draft(grid, options, oefdb.Choice())
    return read_table(grid, options, book=book)


def reference_of(default: FactorSet, classes: ClassLibrary) -> Reference:
    """Gives the factor of a trusted set for the same class and parameter, to compare orders of magnitude."""
    lookup = Lookup(default, classes)

    def reference(factor: Factor) -> Factor | None:
        if not factor.system or factor.system.startswith(OWN_SYSTEM):
            return None
        try:
            found = lookup.find(classes.match(factor.system, factor.item), factor.parameter)
        except ClassError:
            return None
        return found.factor if found else None

    return reference


def _shipped_reference() -> Reference:
    """Gives the shipped factor of the same category, item, parameter and region (of any region, where only one is)."""
    from .store import open_set, shipped_sets

    found: dict[tuple[str, ...], list[Factor]] = {}
    for info in shipped_sets():
        for factor in open_set(info.ref).factors if info.kind == "other" else ():
            for key in (_kind_of(factor), (*_kind_of(factor), factor.region)):
                found.setdefault(key, []).append(factor)

    def reference(factor: Factor) -> Factor | None:
        near = found.get((*_kind_of(factor), factor.region)) or found.get(_kind_of(factor), [])
        return near[-1] if near else None

    return reference


def _kind_of(factor: Factor) -> tuple[str, ...]:
    return factor.category, factor.system, factor.item, factor.parameter, factor.unit


def _default_reference(classes: ClassLibrary) -> Reference:
    from .store import open_set

    return reference_of(open_set(""), classes)
