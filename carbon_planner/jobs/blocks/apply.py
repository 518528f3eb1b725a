"""Activity × factor: a table of activities and a factor set give ledger rows, their units checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from ...accounting.sectors.dimensions import SUBSTANCES, Dimension, dimension
from ...base.errors import FactorError, InputError, PlannerError
from ...base.units import CO2_PER_C
from ...factors.distributions import factor_half_widths
from ...factors.gwp import GwpTable
from ...factors.records import Factor, FactorSet

COLUMNS = ("row", "group", "item", "act_qty", "act_unit", "factor_id", "fset", "factor", "factor_unit", "gas", "gas_t",
           "tco2e", "lo", "hi", "unit", "confidence", "source")  # fmt: skip
TOTAL, YEARLY = "tCO2e", "tCO2e/yr"


@dataclass(frozen=True)
class Fields:
    """Columns of the table of activities, and what holds for all rows where there is no column; "" for none.

    A factor is named by its id, or by its item together with a parameter.
    """

    value: str
    unit: str = ""
    unit_field: str = ""
    factor: str = ""
    factor_field: str = ""
    parameter: str = ""
    parameter_field: str = ""
    group: str = ""


def apply_factors(table: pd.DataFrame, fields: Fields, factor_set: FactorSet, gwp: str = "AR6") -> pd.DataFrame:
    """Ledger rows of :data:`COLUMNS`, one for each row of the table with a value; ``row`` counts from 1.

    The units of activity and factor must multiply to a mass of CO2, CO2e, CH4, N2O or C, with or without "per year";
    ``unit`` says which. Carbon becomes CO2 by 44/12, other gases CO2e by the potentials of ``gwp``. Bounds are those of
    the factor. A null activity is left out, it is not nought.

    Raises :class:`InputError` for a column that is not there or units that do not fit, and :class:`FactorError` for a
    factor that the set does not hold, with the row.
    """
    for name in (fields.value, fields.unit_field, fields.factor_field, fields.parameter_field, fields.group):
        if name and name not in table.columns:
            raise InputError("BLOCK_NO_COLUMN", column=name, columns=", ".join(map(str, table.columns)))
    index = _Index(factor_set)
    table_of_gwp = GwpTable.shipped()
    rows = []
    names = [str(name) for name in table.columns]
    for number, cells in enumerate(zip(*(table[name].tolist() for name in table.columns)), start=1):
        given = dict(zip(names, cells))
        value = _number(given[fields.value])
        if value is None:
            continue
        named = (_text(given, fields.factor_field) or fields.factor).strip()
        factor = index.find(named, _text(given, fields.parameter_field) or fields.parameter, number)
        unit = _text(given, fields.unit_field) or fields.unit
        rows.append((number, _text(given, fields.group), *_row(value, unit, factor, factor_set,
                     table_of_gwp, gwp, number)))  # fmt: skip
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    value: float, unit: str, factor: Factor, factor_set: FactorSet, table: GwpTable, gwp: str, number: int
) -> tuple[Any, ...]:
    """The cells of one ledger row after ``group``."""
    if factor.value is None:
        raise FactorError("BLOCK_NOT_ESTIMATED", row=number, factor=factor.factor_id)
    try:
        whole = dimension(unit).times(dimension(factor.unit))
    except PlannerError as error:
        raise InputError("BLOCK_UNIT", row=number, detail=error.message) from None
    gas, yearly = _gas_of(whole)
    if gas is None:
        raise InputError("BLOCK_UNITS", row=number, activity=unit, factor=factor.unit, product=whole.text())
    mass = value * factor.value * whole.scale * (CO2_PER_C if gas == "C" else 1.0)
    gas = "CO2" if gas == "C" else gas
    potential = 1.0 if gas in ("CO2", "CO2e") else table.of(gas, gwp).value
    per_unit = mass * potential / factor.value if factor.value else 0.0
    down, up, known = factor_half_widths(factor)
    bounds = sorted((-down * per_unit, up * per_unit)) if known else [None, None]
    emission = mass * potential
    low, high = (None if b is None else emission + b for b in bounds)
    return (factor.item, value, unit, factor.factor_id, factor_set.ref, factor.value, factor.unit, gas,
            None if gas == "CO2e" else mass, emission, low, high, YEARLY if yearly else TOTAL, factor.confidence,
            factor.source)  # fmt: skip


def _gas_of(unit: Dimension) -> tuple[Optional[str], bool]:
    """The gas whose mass a unit is, and whether it is that of a year; None where it is no such mass."""
    powers = dict(unit.powers)
    yearly = powers.pop("yr", 0)
    if yearly not in (0, -1) or len(powers) != 1:
        return None, False
    name, power = next(iter(powers.items()))
    gas = name[2:] if name.startswith("t ") else ""
    return (gas, yearly == -1) if power == 1 and gas in SUBSTANCES and gas != "N" else (None, False)


class _Index:
    """Factors of a set by id, and by item and parameter."""

    def __init__(self, factor_set: FactorSet) -> None:
        self._set = factor_set
        self._by_id = {factor.factor_id: factor for factor in factor_set.factors}
        self._by_item: dict[tuple[str, str], list[Factor]] = {}
        for factor in factor_set.factors:
            self._by_item.setdefault((factor.item, factor.parameter), []).append(factor)

    def find(self, name: str, parameter: str, row: int) -> Factor:
        """The factor of a name. Raises :class:`FactorError` where there is none, or more than one."""
        if name in self._by_id:
            return self._by_id[name]
        found = self._by_item.get((name, parameter), [])
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(factor.factor_id for factor in found[:8])
            raise FactorError("BLOCK_FACTORS_SEVERAL", row=row, item=name, parameter=parameter, ids=ids)
        raise FactorError("BLOCK_NO_FACTOR", row=row, item=name, parameter=parameter or "—", fset=self._set.ref)


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    return "" if value is None or value != value else str(value)


def _number(value: Any) -> Optional[float]:
    if value is None or value != value:
        return None
    return float(value)


def total_by(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Sums of tCO2e by some columns and the unit; bounds are left out, for they are never summed."""
    return rows.groupby([*columns, "unit"], dropna=False, sort=True)["tco2e"].sum().reset_index()
