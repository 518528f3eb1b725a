"""The base layer of a batch: read once per process, kept in the CRS of each kind of plan."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from ..accounting.inputs import BaseParcels
from ..base.errors import InputError
from ..base.feedback import Silent
from ..base.hashing import content_hash
from ..base.messages import Message, message
from ..geometry.crs import Crs
from ..storage.vector_layers import list_layers
from .batch_mapping import LayerMapping, Wanted, find_encoding, find_mapping
from .files import FileSource, LoadedBase, load_base

_KEPT = 3  # coordinate reference systems of plans whose parcels are kept beside the base itself


class _Listener(Silent):
    def __init__(self) -> None:
        self.warnings: list[Message] = []

    def warn(self, message: Message) -> None:
        self.warnings.append(message)


class _Cache:
    """What this process holds of one base."""

    key = ""
    base: Optional[LoadedBase] = None
    notes: list[Message] = []  # noqa: RUF012 - replaced, never appended to
    parcels: OrderedDict[str, tuple[BaseParcels, list[Message]]] = OrderedDict()  # noqa: RUF012 - one per process


def base_for(given: Mapping[str, Any], crs: Crs) -> tuple[BaseParcels, list[Message]]:
    """Parcels of a base in a CRS, with what there is to say of them. Raises :class:`PlannerError`."""
    key = content_hash(dict(given))
    if _Cache.key != key or _Cache.base is None:
        voice = _Listener()
        source = FileSource(Path(given["path"]), given["layer"], given["crs"], given["encoding"])
        _Cache.base, _Cache.key, _Cache.notes = load_base(source, given["fields"], voice), key, voice.warnings
        _Cache.parcels.clear()
    if crs.wkt not in _Cache.parcels:
        voice = _Listener()
        _Cache.parcels[crs.wkt] = (_Cache.base.parcels(crs, voice), voice.warnings)
        while len(_Cache.parcels) > _KEPT:
            _Cache.parcels.popitem(last=False)
    _Cache.parcels.move_to_end(crs.wkt)
    parcels, notes = _Cache.parcels[crs.wkt]
    return parcels, [*_Cache.notes, *notes]


def describe_base(
    path: Path, layer: str = "", class_field: str = "", system: str = "", encoding: str = "", crs: str = "",
    fields: Optional[Mapping[str, str]] = None,
) -> tuple[dict[str, Any], list[Message]]:  # fmt: skip
    """A base as tasks carry it, its class field and encoding detected where they are not given.

    Raises :class:`InputError` for a file, layer or field that is not there.
    """
    encoding, notes = find_encoding(path, encoding)
    layers = [one for one in list_layers(path, encoding) if layer in ("", one.name)]
    if len(layers) != 1:
        shown = ", ".join(one.name for one in list_layers(path, encoding)) or "—"
        if not layers:
            raise InputError("VECTOR_NO_LAYER", path=str(path), layer=layer, layers=shown)
        raise InputError("VECTOR_SEVERAL_LAYERS", path=str(path), layers=shown)
    found = LayerMapping(plan_class=class_field)
    if not class_field:
        found, more = find_mapping(path, layers[0], encoding, Wanted(detect_base=True))
        notes += [*more, message("BATCH_BASE_FIELD", layer=layers[0].name, field=found.base_class or found.plan_class)]
    classes = found.base_class or found.plan_class
    given = {
        "path": str(path.absolute()), "layer": layers[0].name, "crs": crs, "encoding": encoding,
        "fields": {"classes": classes, **{role: name for role, name in (fields or {}).items() if name}},
        "system": system,
    }  # fmt: skip
    return given, notes
