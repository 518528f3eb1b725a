"""What the zones state beyond class and ratios: which field holds which quantity, and its reading.

Layers of QGIS and files read by GDAL take the same way through :func:`attributes`, so that both give the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Callable, Optional

from ..accounting.phase_fields import instants
from ..accounting.phasing import LINEAR, S_CURVE, Curve, Phases
from ..accounting.sectors import current
from ..accounting.values import Column, areas, text
from ..base.errors import InputError, SettingsError
from ..base.feedback import Feedback

PLAN, BASE = "plan.", "base."  # before the name of a quantity, where roles of fields are listed
TEXTS = {"uses": "uses", "zone_region": "region"}  # roles of texts, and where the core takes them
PHASES = ("phase_start", "phase_finish", "phase_demolition")
# Quantities that have other parameters of their own.
ELSEWHERE = {"area_m2": "AREA_METHOD", "green_ratio": "GREEN_RATIO", "plot_ratio": "PLOT_RATIO"}


@dataclass(frozen=True)
class MoreFields:
    """Names of fields by role, "" for none; ``plan`` and ``base`` map quantities to fields; ``curve`` is no field."""

    uses: str = ""
    zone_region: str = ""
    phase_start: str = ""
    phase_finish: str = ""
    phase_demolition: str = ""
    curve: Curve = LINEAR
    plan: tuple[tuple[str, str], ...] = ()
    base: tuple[tuple[str, str], ...] = ()

    def used(self) -> dict[str, str]:
        """Role → field of those that are given; quantities have the roles ``plan.NAME`` and ``base.NAME``."""
        single = {role: getattr(self, role) for role in (*TEXTS, *PHASES)}
        found = {role: name for role, name in single.items() if name}
        found.update({PLAN + quantity: name for quantity, name in self.plan})
        found.update({BASE + quantity: name for quantity, name in self.base})
        return found

    @classmethod
    def from_used(cls, roles: Mapping[str, str], curve: Curve = LINEAR) -> MoreFields:
        """The fields from :meth:`used`; roles of others are passed over."""
        sides = {
            side: tuple((role[len(side) :], name) for role, name in roles.items() if role.startswith(side))
            for side in (PLAN, BASE)
        }
        single = {role: roles.get(role, "") for role in (*TEXTS, *PHASES)}
        return cls(**single, curve=curve, plan=sides[PLAN], base=sides[BASE])


def known_quantities() -> Mapping[str, str]:
    """Unit by name of the quantities that a zone may state, those of registered sectors with them."""
    return {name: quantity.unit for name, quantity in current().quantities.items()}


def parse_quantities(written: str) -> tuple[dict[str, str], dict[str, str]]:
    """``quantity=field; base.quantity=field`` as ({quantity: field} of the plan, the same of the existing state).

    Raises :class:`SettingsError` for another form, and for a quantity that is unknown or named twice.
    """
    plan: dict[str, str] = {}
    base: dict[str, str] = {}
    for part in written.replace("；", ";").replace("\n", ";").split(";"):
        if not part.strip():
            continue
        name, sign, field = (piece.strip() for piece in part.partition("="))
        if not (name and sign and field):
            raise SettingsError("QUANTITY_FORM", value=part.strip())
        side = base if name.startswith(BASE) else plan
        name = name[len(BASE) :] if name.startswith(BASE) else name
        if name in side:
            raise SettingsError("QUANTITY_TWICE", quantity=name)
        side[name] = field
    check_quantities([*plan, *base])
    return plan, base


def check_quantities(names: list[str]) -> None:
    """Raise :class:`SettingsError` for a quantity that nothing reads, with those that are known."""
    for name in names:
        if name in ELSEWHERE:
            raise SettingsError("QUANTITY_ELSEWHERE", quantity=name, parameter=ELSEWHERE[name])
        if name not in known_quantities():
            there = ", ".join(known for known in known_quantities() if known not in ELSEWHERE)
            raise SettingsError("QUANTITY_UNKNOWN", quantity=name, known=there)


def parse_curve(written: str) -> Curve:
    """``linear``, ``scurve`` or points ``0 0; 0.4 0.7; 1 1`` (share of the time, share in place)."""
    clean = written.strip()
    if clean in ("", LINEAR):
        return LINEAR
    if clean == S_CURVE:
        return S_CURVE
    points = []
    for part in clean.replace("；", ";").split(";"):
        pair = part.replace(",", " ").split()
        try:
            time, share = (float(piece) for piece in pair)
        except ValueError:
            raise InputError("PHASE_CURVE", curve=written) from None
        points.append((time, share))
    curve = tuple(points)
    Phases(*_nothing(), curve=curve).check()
    return curve


def _nothing() -> tuple[Any, Any, Any]:
    import numpy as np

    return np.zeros(0), np.zeros(0), np.zeros(0)


def attributes(
    fields: MoreFields, column: Callable[[str], Column], rows: int, feedback: Feedback
) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """(arguments of :class:`PlanZones` from the fields, the values by role for stamps).

    ``column`` gives the values of a role of :meth:`MoreFields.used`. Raises :class:`InputError` as the readers of
    numbers and dates do, with layer, field and feature.
    """
    used = fields.used()
    numbers = {role: areas(column(role), feedback) for role in used if role.startswith((PLAN, BASE))}
    found: dict[str, Any] = {}
    told: dict[str, list[Any]] = {role: values.tolist() for role, values in numbers.items()}
    for role, name in TEXTS.items():
        if role in used:
            told[role] = [text(value) for value in column(role).values]
            found[name] = told[role]
    for side, name in ((PLAN, "quantities"), (BASE, "base_quantities")):
        of_side = {role[len(side) :]: values for role, values in numbers.items() if role.startswith(side)}
        if of_side:
            found[name] = of_side
    phases = _phases(fields, column, rows)
    if phases is not None:
        found["phases"] = phases
        told.update({role: getattr(phases, role[len("phase_") :]).tolist() for role in PHASES if role in used})
    return found, told


def _phases(fields: MoreFields, column: Callable[[str], Column], rows: int) -> Optional[Phases]:
    import numpy as np

    used = fields.used()
    if not any(role in used for role in PHASES):
        return None
    values = [
        instants(column(role), end=role == "phase_finish") if role in used else np.full(rows, np.nan) for role in PHASES
    ]
    return Phases(values[0], values[1], values[2], fields.curve)
