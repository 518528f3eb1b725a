"""Transport of a zone: trips by mode, freight, and how a network shifts the shares of modes.

E = persons · trips · distance · share · factor/occupancy · days, by mode and year (as in Ilmakalu and other models).
Tail-pipe emissions belong to the trips: counted at the zone or on the network, not twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...base.errors import SettingsError
from .arrays import Floats, Numbers, divided, floats

DAYS = 365.0


def distance_travelled(
    persons: Numbers, trips_per_day: Numbers, km: Floats, shares: Floats, days: float = DAYS
) -> Floats:
    """Person-km per year by mode (last axis): persons · trips · share · km · days.

    Raises :class:`SettingsError` where the shares of the modes do not sum to 1.
    """
    check_shares(shares)
    return np.asarray(floats(persons)[..., None] * floats(trips_per_day)[..., None] * floats(shares) * km * days)


def trip_emissions(person_km: Floats, factors: Floats, occupancy: Floats) -> Floats:
    """Emission per year by mode, person-km · factor/occupancy: t where the factor is in t per vehicle-km.

    Factors per person-km take an occupancy of 1. An occupancy of 0 or null gives null.
    """
    return floats(person_km) * divided(factors, occupancy)


def freight_emissions(activity: Numbers, tonnes: Numbers, km: Numbers, factor: Numbers) -> Floats:
    """Emission per year of freight: activity (m² of floor area or jobs) · t per activity · km · factor per t·km."""
    return floats(activity) * tonnes * km * factor


def check_shares(shares: Floats) -> None:
    """Raise :class:`SettingsError` where shares lie outside 0–1 or do not sum to 1 over the last axis."""
    total = floats(shares).sum(axis=-1)
    if np.any(floats(shares) < 0.0) or np.any(np.abs(total - 1.0) > 1e-9):
        raise SettingsError("METHOD_MODE_SHARES", value=f"{float(np.ravel(total)[0]):g}")


@dataclass(frozen=True)
class ModeShares:
    """Shares of modes as a stored function of the network: a multinomial logit, or points to read between.

    ``constant`` and ``slope[variable]`` have one entry per mode; a share is e^u/Σ e^u with u = constant + Σ slope·x.
    ``variables`` such as coverage by rapid transit or length of cycle tracks are named by the source that fitted it.
    """

    modes: tuple[str, ...]
    constant: Floats
    slope: Mapping[str, Floats]
    source: str

    def shares(self, variables: Mapping[str, Numbers]) -> Floats:
        """Shares, shape (…, modes). Raises :class:`SettingsError` for a variable that is not given."""
        missing = [name for name in self.slope if name not in variables]
        if missing:
            raise SettingsError("METHOD_COLUMNS", columns=", ".join(missing))
        utility = floats(self.constant)
        for name, slope in self.slope.items():
            utility = utility + floats(variables[name])[..., None] * slope
        weight = np.exp(utility - utility.max(axis=-1, keepdims=True))
        return np.asarray(weight / weight.sum(axis=-1, keepdims=True))


def mode_shares(rows: Sequence[Mapping[str, str]]) -> ModeShares:
    """A stored function from table rows with ``mode``, ``variable`` ("" for the constant), ``value`` and ``source``.

    A slope that no row gives for a mode is 0. Raises :class:`SettingsError` where a mode and variable stand twice, or a
    mode has no constant.
    """
    modes = tuple(dict.fromkeys(row["mode"] for row in rows))
    variables = tuple(dict.fromkeys(row["variable"] for row in rows))
    found: dict[tuple[str, str], float] = {}
    for row in rows:
        key = (row["mode"], row["variable"])
        if key in found:
            raise SettingsError("METHOD_TWICE", value=" ".join(key).strip())
        found[key] = float(row["value"])
    if any((mode, "") not in found for mode in modes):
        raise SettingsError("METHOD_COLUMNS", columns="constant")
    columns = {name: np.array([found.get((mode, name), 0.0) for mode in modes]) for name in variables}
    sources = dict.fromkeys(row["source"] for row in rows if row["source"])
    return ModeShares(modes, columns.pop(""), columns, "; ".join(sources))


def shifted_shares(coverage: Numbers, known: Floats, shares: Floats) -> Floats:
    """Shares between two or more observed states of a network: straight between ``known`` coverages, flat outside.

    ``shares`` has shape (coverages, modes), each row summing to 1; so does the result, shape (…, modes).
    """
    check_shares(shares)
    if np.any(np.diff(known) <= 0):
        raise SettingsError("METHOD_NOT_RISING", parameter="coverage")
    columns = [np.interp(floats(coverage), known, floats(shares)[:, mode]) for mode in range(floats(shares).shape[1])]
    return np.asarray(np.stack(columns, axis=-1))
