"""Fields of outputs: from the typed table of the plugin to QgsField, and names that every format can hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qgis.core import Qgis, QgsField
from qgis.PyQt.QtCore import QMetaType, QVariant

from ..base.fields import NAME_BYTES, FieldSpec

# QGIS 3.38 wants QMetaType and warns of QVariant in each user's log; before, QgsField takes nothing but QVariant.
_KINDS = (
    {"text": QMetaType.Type.QString, "real": QMetaType.Type.Double, "int": QMetaType.Type.LongLong}
    if Qgis.QGIS_VERSION_INT >= 33800
    else {"text": QVariant.String, "real": QVariant.Double, "int": QVariant.LongLong}
)
_TYPE_NAMES = {"text": "String", "real": "Real", "int": "Integer64"}


ZONES, PIECES, LEDGER = "cp_zones", "cp_pieces", "cp_ledger"  # outputs by their layer names

# Pieces carry few fields; they are described here because they belong to no other output.
_PIECE_SPECS = (
    FieldSpec("zone_id", "text", 80, 0, "", "Zone id", "分区编号", "Identifier of the plan zone", "规划分区的标识"),
    FieldSpec("base_class", "text", 80, 0, "", "Existing class", "现状地类", "Class in the baseline", "基线状态的地类"),
    FieldSpec("plan_class", "text", 80, 0, "", "Planned class", "规划地类", "Class under the plan", "规划的地类"),
    FieldSpec("area_ha", "real", 18, 6, "ha", "Area", "面积", "Area of the piece", "图块面积"),
    FieldSpec(
        "counted", "int", 1, 0, "", "Counted", "计入", "1 if the totals hold the piece, 0 if another zone counts it",
        "1 表示计入总量，0 表示与其他分区重叠并由其计入",
    ),
)  # fmt: skip


def piece_fields() -> tuple[FieldSpec, ...]:
    """Fields of the pieces."""
    return _PIECE_SPECS


def make_field(name: str, kind: str, width: int = 0, precision: int = 0) -> QgsField:
    """A field of kind ``text``, ``real`` or ``int``."""
    return QgsField(name, _KINDS[kind], _TYPE_NAMES[kind], width, precision)


def field_of(spec: FieldSpec, lang: str) -> QgsField:
    """The field of a specification with its alias and meaning in a language."""
    field = make_field(spec.name, spec.kind, spec.width, spec.precision)
    field.setAlias(spec.alias(lang))
    field.setComment(spec.meaning(lang))
    return field


def kind_of(field: QgsField) -> str:
    """``text``, ``real``, ``int`` or "other" (dates, booleans, lists)."""
    return next((kind for kind, number in _KINDS.items() if int(number) == int(field.type())), _integer(field))


def _integer(field: QgsField) -> str:
    return "int" if int(field.type()) in (int(QVariant.Int), int(QVariant.UInt)) else "other"


def unique_names(names: Iterable[str], reserved: Iterable[str] = ()) -> list[str]:
    """Names that differ in more than upper and lower case; the second ``a`` of ``A, a`` becomes ``a_2``."""
    taken = {name.casefold() for name in reserved}
    result = []
    for name in names:
        fresh, count = name, 1
        while fresh.casefold() in taken:
            count += 1
            fresh = f"{name}_{count}"
        taken.add(fresh.casefold())
        result.append(fresh)
    return result


def cut(text: str, encoding: str, limit: int) -> str:
    """The text as far as its bytes in the encoding reach the limit, never half a character."""
    raw = text.encode(encoding, "ignore")
    return raw[:limit].decode(encoding, "ignore") if len(raw) > limit else raw.decode(encoding, "ignore")


def dbf_names(names: Sequence[str], encoding: str, reserved: Iterable[str] = ()) -> list[str]:
    """Names of at most ten bytes in the encoding, all different; those that fit already keep their name.

    ``reserved`` are names that must not be taken (the plugin's own fields come later in the table).
    """
    taken = {name.casefold() for name in reserved}
    result = [""] * len(names)
    fitting = {i for i, name in enumerate(names) if 0 < len(name.encode(encoding, "replace")) <= NAME_BYTES}
    for i in [*sorted(fitting), *(i for i in range(len(names)) if i not in fitting)]:
        stem = cut(names[i], encoding, NAME_BYTES) or "F"
        fresh, count = stem, 0
        while fresh.casefold() in taken:
            count += 1
            suffix = f"_{count}"
            fresh = cut(stem, encoding, NAME_BYTES - len(suffix)) + suffix
        taken.add(fresh.casefold())
        result[i] = fresh
    return result
