"""100-year global warming potentials by gas and assessment report, as stored factors.

AR6 tells methane of fossil origin from other methane, AR4 and AR5 as stored here do not; AR6 is the default. Whatever
the table does not hold is refused: no report stands in for another, because sums in two GWP sets do not add.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from ..base.errors import FactorError
from .records import Factor, FactorSet
from .store import open_set

REPORTS = ("AR4", "AR5", "AR6")
DEFAULT_REPORT = "AR6"
GWP_SET = "gwp"
GWP_NOT_SPLIT = "GWP_NOT_SPLIT"  # the report has one figure for methane, whatever its origin
_PARAMETER = "GWP100 {}"
_METHANE = "CH4"
_ELEMENTS = {"C": "CO2", "CH4-C": "CH4", "N2O-N": "N2O", "N": "N2O"}


@dataclass(frozen=True)
class Potential:
    """The GWP of a gas: kgCO2e per kg, with the factor it comes from and the reference of its set."""

    factor: Factor
    fset: str
    report: str
    flags: tuple[str, ...] = ()

    @property
    def value(self) -> float:
        """kgCO2e per kg of the gas."""
        if self.factor.value is None:
            raise FactorError("GWP_UNKNOWN", report=self.report, gas=self.factor.item, known="-")
        return self.factor.value


class GwpTable:
    """The GWPs of a factor set with the parameters ``GWP100 AR4`` … ``GWP100 AR6``."""

    def __init__(self, factor_set: FactorSet) -> None:
        self._fset = factor_set.ref
        self._factors = {(f.item, f.parameter): f for f in factor_set.factors if f.parameter.startswith("GWP100 ")}

    @staticmethod
    def shipped() -> GwpTable:
        """The table that comes with the plugin."""
        return _shipped()

    def gases(self, report: str) -> tuple[str, ...]:
        """The gases for which a report has a figure, by name. Raises :class:`FactorError` for an unknown report."""
        if report not in REPORTS:
            raise FactorError("GWP_REPORT_UNKNOWN", report=report, known=", ".join(REPORTS))
        return tuple(sorted(gas for gas, parameter in self._factors if parameter == _PARAMETER.format(report)))

    def of(self, gas: str, report: str = DEFAULT_REPORT, *, fossil: bool | None = None) -> Potential:
        """The GWP of a gas.

        ``fossil`` says where methane comes from: where the report tells the two apart its figure for that origin is
        taken, else the one figure it has, with the flag ``GWP_NOT_SPLIT``. Raises :class:`FactorError` for a gas or
        report that the table does not hold, and for elements (``C``, ``N2O-N``), which are no masses of gas.
        """
        if gas in _ELEMENTS:
            raise FactorError("GWP_NEEDS_MOLECULE", gas=gas, molecule=_ELEMENTS[gas])
        known = self.gases(report)
        name = gas
        flags: tuple[str, ...] = ()
        if gas == _METHANE and fossil is not None:
            name = f"{_METHANE} fossil" if fossil else f"{_METHANE} non-fossil"
            if name not in known:
                name, flags = gas, (GWP_NOT_SPLIT,)
        if name not in known:
            raise FactorError("GWP_UNKNOWN", report=report, gas=gas, known=", ".join(known))
        return Potential(self._factors[name, _PARAMETER.format(report)], self._fset, report, flags)


@cache
def _shipped() -> GwpTable:
    return GwpTable(open_set(GWP_SET))
