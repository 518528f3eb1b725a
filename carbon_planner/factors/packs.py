"""Factor packs: sets, keys, regions and sectors of third parties, registered as a folder of data, without code.

A pack is a folder inside the ``packs`` folder beside the user's factor store. Packs are found when they are asked for
and read again when a file in them changes. A pack that breaks rules is left out as a whole and reported; the others
work on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ..base.errors import FactorError
from ..base.messages import message
from .keys import KeyTable
from .pack_reading import Pack, is_pack, read_pack
from .problems import ERROR, InvalidSet, about_set
from .records import FactorSet, SetInfo
from .regions import RegionTree

FOLDER = "packs"
_Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class BrokenPack:
    """A folder that should be a pack and is none, and why."""

    folder: Path
    error: FactorError


@dataclass(frozen=True)
class FoundPacks:
    """What a folder of packs holds, in the order of the folders' names."""

    packs: tuple[Pack, ...] = ()
    broken: tuple[BrokenPack, ...] = ()

    @property
    def sets(self) -> tuple[FactorSet, ...]:
        """The factor sets of all packs."""
        return tuple(one for pack in self.packs for one in pack.sets)

    def infos(self) -> tuple[SetInfo, ...]:
        """What the sets say of themselves."""
        return tuple(one.info for one in self.sets)

    def get(self, set_id: str, version: str = "") -> FactorSet | None:
        """A set by id and version, None where no pack has it."""
        return next((s for s in self.sets if s.info.id == set_id and version in ("", s.info.version)), None)

    def keys(self) -> KeyTable:
        """The shipped keys with those of the packs."""
        return KeyTable.shipped().extended(row for pack in self.packs for row in pack.keys)

    def regions(self) -> RegionTree:
        """The shipped regions with those of the packs."""
        return RegionTree.shipped().extended(region for pack in self.packs for region in pack.regions)

    def sectors(self) -> tuple[Path, ...]:
        """The folders of sector rules."""
        return tuple(pack.sectors for pack in self.packs if pack.sectors is not None)


class _Places:
    """Where packs are looked for; set once by the host, read from every thread."""

    folder: Path | None = None


def use_packs(folder: Path | None) -> None:
    """Name the folder that holds pack folders, or None."""
    _Places.folder = folder


def packs() -> FoundPacks:
    """The packs in use; none where no folder is named or it is not there."""
    folder = _Places.folder
    return find_packs(folder) if folder is not None else FoundPacks()


def find_packs(folder: Path) -> FoundPacks:
    """The packs in a folder, valid and broken."""
    if not folder.is_dir():
        return FoundPacks()
    return _found(folder, _stamp(folder))


def _stamp(folder: Path) -> _Stamp:
    """Name, time and size of every file below a folder: packs are read again only where one of them changed."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple((str(p), status.st_mtime_ns, status.st_size) for p in files for status in (p.stat(),))


@lru_cache(maxsize=4)
def _found(folder: Path, _state: _Stamp) -> FoundPacks:
    good: list[Pack] = []
    broken: list[BrokenPack] = []
    for path in sorted(p for p in folder.iterdir() if p.is_dir() and is_pack(p)):
        taken = {one.info.id for pack in good for one in pack.sets}
        try:
            pack = read_pack(path, taken=lambda set_id, ids=frozenset(taken): set_id in ids or _reserved(set_id))  # type: ignore[misc]
            _alone(pack, good)
        except FactorError as error:
            broken.append(BrokenPack(path, error))
        else:
            good.append(pack)
    return FoundPacks(tuple(good), tuple(broken))


def _alone(pack: Pack, others: list[Pack]) -> None:
    """Refuse a pack whose id or regions another pack has already."""
    if any(other.id == pack.id for other in others):
        raise InvalidSet(pack.folder.name, [about_set(ERROR, message("PACK_TWICE", pack=pack.id))])
    FoundPacks((*others, pack)).regions()


def _reserved(set_id: str) -> bool:
    """Whether an id is that of a shipped set or of one in the user's store."""
    from .store import shipped_sets, user_store

    store = user_store()
    return any(info.id == set_id for info in (*shipped_sets(), *(store.infos() if store else ())))
