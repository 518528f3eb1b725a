"""Content hashes: of factor sets, settings and single features."""

from __future__ import annotations

import hashlib
import json
from typing import Any

SHORT = 12


def canonical(value: Any) -> str:
    """JSON with sorted keys and shortest float forms: the same content gives the same text on every platform."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def content_hash(value: Any) -> str:
    """SHA-256 of :func:`canonical`, 64 hexadecimal digits."""
    return hashlib.sha256(canonical(value).encode("utf-8")).hexdigest()


def stamp(geometry_wkb: bytes, attributes: dict[str, Any]) -> str:
    """Stamp of one feature: changes when its geometry or one of the attributes that went into the result changes."""
    digest = hashlib.sha256(geometry_wkb)
    digest.update(canonical(attributes).encode("utf-8"))
    return digest.hexdigest()[:SHORT]
