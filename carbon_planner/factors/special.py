"""Normal and beta distributions in numpy alone, so that draws are the same whether or not scipy is installed."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# 97.5 % quantile of the normal distribution: half-width of its 95 % interval in standard deviations.
Z95 = 1.959963984540054

# Algorithm AS 241 (Wichura 1988, Applied Statistics 37, 477–484), PPND16: numerators and denominators, highest power
# first, for the centre, the tails, and the far tails.
_CENTRE = (
    (
        2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
        1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.3871328727963666080e0,
    ),
    (
        5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4, 2.1213794301586595867e4,
        5.3941960214247511077e3, 6.8718700749205790830e2, 4.2313330701600911252e1, 1.0,
    ),
)  # fmt: skip
_TAIL = (
    (
        7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1, 1.27045825245236838258e0,
        3.64784832476320460504e0, 5.76949722146069140550e0, 4.63033784615654529590e0, 1.42343711074968357734e0,
    ),
    (
        1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2, 1.48103976427480074590e-1,
        6.89767334985100004550e-1, 1.67638483018380384940e0, 2.05319162663775882187e0, 1.0,
    ),
)  # fmt: skip
_FAR = (
    (
        2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3, 2.65321895265761230930e-2,
        2.96560571828504891230e-1, 1.78482653991729133580e0, 5.46378491116411436990e0, 6.65790464350110377720e0,
    ),
    (
        2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5, 7.86869131145613259100e-4,
        1.48753612908506148525e-2, 1.36929880922735805310e-1, 5.99832206555887937690e-1, 1.0,
    ),
)  # fmt: skip


def normal_quantile(probability: Floats) -> Floats:
    """Φ⁻¹ of probabilities strictly between 0 and 1, to some 1e-16 (AS 241)."""
    p = np.asarray(probability, dtype=np.float64)
    q = p - 0.5
    centre = q * _ratio(_CENTRE, 0.180625 - q * q)
    root = np.sqrt(-np.log(np.minimum(p, 1.0 - p)))
    tail = np.where(root <= 5.0, _ratio(_TAIL, root - 1.6), _ratio(_FAR, root - 5.0))
    return np.asarray(np.where(np.abs(q) <= 0.425, centre, np.copysign(tail, q)))


def _ratio(coefficients: tuple[tuple[float, ...], tuple[float, ...]], x: Floats) -> Floats:
    above, below = (_horner(c, x) for c in coefficients)
    return above / below


def _horner(coefficients: tuple[float, ...], x: Floats) -> Floats:
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value = value * x + coefficient
    return value


def normal_cdf(x: Floats) -> Floats:
    """Φ of numbers."""
    scaled = np.asarray(x, dtype=np.float64) / -math.sqrt(2.0)
    values = [0.5 * math.erfc(value) for value in scaled.reshape(-1).tolist()]
    return np.array(values, dtype=np.float64).reshape(scaled.shape)


def beta_cdf(x: Floats, a: float, b: float) -> Floats:
    """Regularised incomplete beta function I_x(a, b) for 0 ≤ x ≤ 1, by its continued fraction."""
    x = np.asarray(x, dtype=np.float64)
    inside = np.clip(x, 1e-300, 1.0 - 1e-16)
    constant = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front = np.exp(constant + a * np.log(inside) + b * np.log1p(-inside))
    # The fraction converges fast below the mean; above it the symmetry I_x(a, b) = 1 − I_{1−x}(b, a) serves.
    low = inside < (a + 1.0) / (a + b + 2.0)
    left = front * _fraction(np.where(low, inside, 0.5), a, b) / a
    right = 1.0 - front * _fraction(np.where(low, 0.5, 1.0 - inside), b, a) / b
    value = np.where(low, left, right)
    return np.where(x <= 0.0, 0.0, np.where(x >= 1.0, 1.0, value))


def _fraction(x: Floats, a: float, b: float) -> Floats:
    """Continued fraction of the incomplete beta function, by Lentz's method as modified by Thompson and Barnett."""
    tiny = 1e-300
    c, d = np.ones_like(x), 1.0 - (a + b) * x / (a + 1.0)
    d = 1.0 / np.where(np.abs(d) < tiny, tiny, d)
    value = d
    for m in range(1, 300):
        for step in (
            m * (b - m) / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1.0 + step * x * d
            d = 1.0 / np.where(np.abs(d) < tiny, tiny, d)
            c = 1.0 + step * x / c
            c = np.where(np.abs(c) < tiny, tiny, c)
            value = value * (c * d)
        if np.all(np.abs(c * d - 1.0) < 1e-15):
            break
    return value


def beta_quantile(probability: Floats, a: float, b: float) -> Floats:
    """Inverse of :func:`beta_cdf` for a, b ≥ 1: a table, then Newton's steps kept within the table's cells."""
    p = np.asarray(probability, dtype=np.float64)
    nodes = np.sin(np.linspace(0.0, math.pi / 2.0, 2049)) ** 2
    heights = np.maximum.accumulate(beta_cdf(nodes, a, b))
    cell = np.clip(np.searchsorted(heights, p, side="right") - 1, 0, len(nodes) - 2)
    x = np.interp(p, heights, nodes)
    constant = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    for _ in range(4):
        inside = np.clip(x, 1e-300, 1.0 - 1e-16)
        density = np.exp(constant + (a - 1.0) * np.log(inside) + (b - 1.0) * np.log1p(-inside))
        step = (beta_cdf(x, a, b) - p) / np.maximum(density, 1e-300)
        x = np.clip(x - step, nodes[cell], nodes[cell + 1])
    return np.asarray(x)
