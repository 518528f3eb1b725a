"""What the name of a class field says of the class system: the usual names of survey and plan databases."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path

from ..storage.library import library
from ..storage.schema import GET_FIELD_PROFILES

# Systems that share their field names: whichever of them fits best is meant.
FAMILIES = {
    "survey3": ("survey3", "gbt21010"),
    "landsea2023": ("landsea2023", "landsea2020"),
}
# Meaning of a field in the profiles → system. 基期地类编码 is left out: it holds either code, by province.
_MEANINGS = {
    "地类编码": "survey3",
    "扣除地类编码": "survey3",
    "变更前地类编码": "survey3",
    "变更后地类编码": "survey3",
    "用地用海分类代码": "landsea2023",
    "规划地类编码": "landsea2023",
}


@lru_cache(maxsize=1)
def _fields() -> tuple[tuple[str, str], ...]:
    """(field name in capitals, system), the longest names first."""
    found: dict[str, str] = {}
    with library() as connection:
        for row in connection.execute(GET_FIELD_PROFILES):
            system = _MEANINGS.get(row["name_zh"])
            if system:
                for name in (row["field"], *filter(None, row["aliases"].split("|"))):
                    found.setdefault(name.upper(), system)
    with Path(__file__).with_name("hints.csv").open(encoding="utf-8", newline="") as handle:
        found.update({row["field"].upper(): row["system"] for row in csv.DictReader(handle)})
    return tuple(sorted(found.items(), key=lambda item: -len(item[0])))


def hinted_systems(field: str) -> tuple[str, ...]:
    """Systems that a field name points to, () where it says nothing.

    A prefix does not count (``GHYDYHFLDM`` is the planned, ``XZYDYHFLDM`` the present 用地用海分类代码).
    """
    name = field.strip().upper()
    for ending, system in _fields():
        if name == ending or (len(ending) >= 4 and name.endswith(ending)):
            return FAMILIES.get(system, (system,)) if system else ()
    return ()
