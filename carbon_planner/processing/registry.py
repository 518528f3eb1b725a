"""All algorithms, in the order of the toolbox. A new one is added here and nowhere else."""

from __future__ import annotations

from .base import PlannerAlgorithm


def algorithms() -> tuple[type[PlannerAlgorithm], ...]:
    """The classes of all algorithms."""
    from .selftest import SelfTest

    return (SelfTest,)
