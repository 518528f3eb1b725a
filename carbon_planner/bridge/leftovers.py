"""What killed runs have left: cleared when the plugin starts. Light, because it is looked for at every start."""

from __future__ import annotations

import contextlib
from pathlib import Path

from qgis.core import QgsApplication

from .settings import PREFIX


def notes_folder() -> Path:
    """Where runs note in which folder they work, one small file each."""
    return Path(QgsApplication.qgisSettingsDirPath()) / PREFIX / "staging"


def remove_leftovers() -> int:
    """Put old files back in place and clear unfinished ones wherever a run was killed. Gives how many were cleared."""
    notes = sorted(notes_folder().glob("*.txt"))
    if not notes:
        return 0
    from .exchange import clear_folder

    cleared = 0
    for note in notes:
        with contextlib.suppress(OSError):
            folder, _, name = note.read_text(encoding="utf-8").partition("\n")
            cleared += clear_folder(Path(folder))
            if not (Path(folder) / name).exists():
                note.unlink(missing_ok=True)
    return cleared
