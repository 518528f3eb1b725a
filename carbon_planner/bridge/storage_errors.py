"""System errors → messages that name the file and a remedy."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
from pathlib import Path
from typing import Union

from ..base.errors import StorageError

# Free space under which a failed write is put down to a full disk: writers rarely say why they failed.
_FULL_BYTES = 256 * 1024
_BUSY_WINDOWS = (32, 33)  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
_BY_ERRNO = {
    errno.ENOSPC: "DISK_FULL",
    getattr(errno, "EDQUOT", errno.ENOSPC): "DISK_FULL",
    errno.EFBIG: "DISK_FULL",
    errno.EROFS: "FOLDER_READ_ONLY",
    errno.ENOENT: "FOLDER_MISSING",
    errno.ENOTDIR: "FOLDER_MISSING",
    errno.EBUSY: "FILE_IN_USE",
}


STAGING_PREFIX, STAGING_SUFFIX = ".carbon_planner-", ".tmp"


def shown(path: Path) -> Path:
    """The file that the user knows: of one that is made in a staging folder, where it is going to lie."""
    for parent in path.parents:
        if parent.name.startswith(STAGING_PREFIX):
            return parent.parent / path.name
    return path


def storage_error(error: Union[OSError, sqlite3.Error], path: Path) -> StorageError:
    """The message for a failed operation on a file or folder."""
    detail = _without_staging(_detail(error))
    return StorageError(_message_id(error, path), file=str(shown(path)), detail=detail, free=_free_text(path))


def _message_id(error: Union[OSError, sqlite3.Error], path: Path) -> str:
    if isinstance(error, sqlite3.Error):
        return _sqlite_id(str(error), path)
    if getattr(error, "winerror", None) in _BUSY_WINDOWS:
        return "FILE_IN_USE"
    if isinstance(error, PermissionError):
        return "FILE_IN_USE" if os.name == "nt" and path.is_file() else "FOLDER_READ_ONLY"
    return _BY_ERRNO.get(error.errno or 0, "WRITE_FAILED")


def _sqlite_id(text: str, path: Path) -> str:
    lower = text.lower()
    if "locked" in lower or "busy" in lower:
        return "FILE_LOCKED"
    if "readonly" in lower or "read-only" in lower:
        return "FOLDER_READ_ONLY"
    if "full" in lower or disk_is_full(path):
        return "DISK_FULL"
    if "not a database" in lower or "malformed" in lower or "encrypted" in lower:
        return "FILE_DAMAGED"
    return "WRITE_FAILED"


def write_failure(path: Path, detail: str) -> StorageError:
    """The message for a writer that failed without saying why."""
    msg_id = "DISK_FULL" if disk_is_full(path) else "WRITE_FAILED"
    detail = _without_staging(detail) or "—"
    return StorageError(msg_id, file=str(shown(path)), detail=detail, free=_free_text(path))


def disk_is_full(path: Path) -> bool:
    """Whether next to nothing can be written in the folder of a path."""
    return free_bytes(path) < _FULL_BYTES


def free_bytes(path: Path) -> int:
    """Free space on the disk of a path, 0 if it cannot be told."""
    place = path if path.is_dir() else path.parent
    try:
        return shutil.disk_usage(place).free
    except OSError:
        return 0


def _free_text(path: Path) -> str:
    return f"{free_bytes(path) / 1e6:.0f} MB"


def _without_staging(text: str) -> str:
    """A writer's message without the folder that nobody knows."""
    return re.sub(rf"{re.escape(STAGING_PREFIX)}\w+{re.escape(STAGING_SUFFIX)}[\\/]\w+[\\/]", "", text)


def _detail(error: Union[OSError, sqlite3.Error]) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
