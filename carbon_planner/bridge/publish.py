"""All outputs of a run, put in place together or not at all.

    targets = resolve([self.parameterDefinition(n) for n in ("OUTPUT", "PIECES", "LEDGER")],
                      {"OUTPUT": ZONES, "PIECES": PIECES, "LEDGER": LEDGER}, parameters, context)
    check_targets(targets.values(), [report], feedback)  # before the work: is the place writable, is it free?
    …
    results = publish([Output(targets["OUTPUT"], table), …], [Document(path, page)], context, feedback)
    load(results, outputs, context, group=…)             # styles, names and groups on completion (loading.py)

``publish`` gives {parameter: what the algorithm returns for it}. Order of events: every file is made aside and read
back; then old files are kept at hand and new ones put in place; then database tables; then memory layers. An error or a
cancel in any of these steps leaves everything as it was.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Union

from qgis.core import QgsProcessingContext

from ..base.errors import StorageError
from ..base.feedback import Feedback, Part, check
from .database_copy import probe
from .geopackage import GeoPackageOutput
from .layersinks import MemoryOutput, ProviderOutput
from .shapefile import ShapefileOutput
from .staging import Staging
from .storage_errors import storage_error
from .tables import Table
from .targets import GPKG, MEMORY, PROVIDER, SHAPEFILE, Target
from .textfiles import FileOutput

FileLike = Union[GeoPackageOutput, ShapefileOutput, FileOutput]


@dataclass(frozen=True)
class Output:
    """One table and where it goes."""

    target: Target
    table: Table


@dataclass(frozen=True)
class Document:
    """A finished file that belongs to the outputs: the report, its JSON twin."""

    path: Path
    content: bytes


def check_targets(targets: Iterable[Target], documents: Iterable[Path], feedback: Feedback) -> None:
    """Raise :class:`StorageError` where a target could not be written now: folder missing or read-only, file locked.

    Asked before the work, so that nobody waits for a result that cannot be saved.
    """
    for path in [*(t.path for t in targets if t.path is not None), *documents]:
        _check_place(path, feedback)


def _check_place(path: Path, feedback: Feedback) -> None:
    try:
        _look(path)
    except OSError as error:
        raise storage_error(error, path) from error
    if path.suffix.lower() == ".gpkg" and path.exists():
        probe(path, feedback)


def _look(path: Path) -> None:
    if not path.parent.is_dir():
        raise StorageError("FOLDER_MISSING", file=str(path.parent), detail="", free="")
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not os.access(path.parent, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise StorageError("FOLDER_READ_ONLY", file=str(path), detail="", free="")


def publish(
    outputs: Sequence[Output], documents: Sequence[Document], context: QgsProcessingContext, feedback: Feedback
) -> dict[str, str]:
    """Write all outputs. Raises :class:`StorageError` and :class:`Cancelled`, with everything as it was before."""
    with contextlib.ExitStack() as stack:
        stagings: dict[Path, Staging] = {}

        def staging(path: Path) -> Staging:
            folder = Path(os.path.realpath(path)).parent
            if folder not in stagings:
                stagings[folder] = stack.enter_context(Staging(folder))
            return stagings[folder]

        files = _files(outputs, staging)
        for file in files:
            if isinstance(file, GeoPackageOutput):
                stack.callback(file.close)
        loose: list[Union[MemoryOutput, ProviderOutput]] = [
            (MemoryOutput if o.target.kind == MEMORY else ProviderOutput)(o.target, o.table, context)
            for o in outputs
            if o.target.kind in (MEMORY, PROVIDER)
        ]
        steps = [*files, *loose]
        for number, step in enumerate(steps):
            stack.callback(getattr(step, "undo", _nothing))
            step.stage(Part(feedback, number / len(steps), (number + 0.98) / len(steps)))
        for document in documents:
            _stage_document(document, staging(document.path))
        feedback.progress(0.98)  # the last moment at which a cancel leaves everything as it was
        check(feedback)
        _exchange(files, list(stagings.values()))
        for sink in loose:
            sink.place()
        for place in stagings.values():
            place.commit()
        for sink in loose:
            sink.commit()
    feedback.progress(1.0)
    results = {o.target.parameter: o.target.layer_id for o in outputs}
    results.update({sink.target.parameter: sink.layer_id for sink in loose})
    return results


def _nothing() -> None:
    """Files are undone by their staging folder."""


def _files(outputs: Sequence[Output], staging) -> list[FileLike]:
    """Outputs that are files; all tables of one GeoPackage are one of them."""
    files: list[FileLike] = []
    packages: dict[str, list[tuple[Target, Table]]] = {}
    for output in outputs:
        target, table = output.target, output.table
        if target.kind == GPKG:
            packages.setdefault(target.key[0], []).append((target, table))
        elif target.kind == SHAPEFILE:
            files.append(ShapefileOutput(target, table, staging(target.path)))
        elif target.path is not None:
            files.append(FileOutput(target, table, staging(target.path)))
    for group in packages.values():
        path = group[0][0].path
        files.append(GeoPackageOutput(path, group, staging(path)))
    return files


def _stage_document(document: Document, staging: Staging) -> None:
    made = staging.new / document.path.name
    try:
        made.write_bytes(document.content)
    except OSError as error:
        raise storage_error(error, document.path) from error
    staging.replace(made, Path(os.path.realpath(document.path)))


def _exchange(files: Sequence[FileLike], stagings: Sequence[Staging]) -> None:
    for file in files:
        if isinstance(file, GeoPackageOutput):
            file.release()
    done: list[Staging] = []
    try:
        for place in stagings:
            done.append(place)
            place.exchange(alone=len(stagings) == 1)
    except StorageError:
        for place in done:
            place.undo()
        raise
