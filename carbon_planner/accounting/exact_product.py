"""Matrix products whose bits do not depend on who computes them: any block size, any number of threads, any BLAS.

A sum of floating-point numbers depends on its order, and a BLAS orders sums by block size, threads and processor. Here
both matrices are first rounded to integers small enough that no sum of products can leave the 53 bits of a double
(error-free transformation; Ozaki, Ogita, Oishi and Rump 2012, Numerical Algorithms 59, 95–118). Every partial sum is
then exact, so every order gives the same. Two slices of ``width`` bits per number are kept:

    number = (high + low · 2^−width) · 2^(exponent − width),   |high| ≤ 2^width,  |low| ≤ 2^(width − 1)

A row of n coefficients needs n · 2^(2 width) ≤ 2^53. With 21 bits, for up to 2048 coefficients, each term is right to
10⁻¹² of the largest that its row can have. Longer rows take narrower slices; the width follows from the row alone, so
that it is the same whatever stands beside it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# (coefficients per row at most, bits per slice)
WIDTHS = ((2**11, 21), (2**19, 17), (2**27, 13))


def width_of(count: int) -> int:
    """Bits per slice for a row with ``count`` coefficients."""
    for most, width in WIDTHS:
        if count <= most:
            return width
    raise ValueError(count)


def exponents(largest: Floats) -> Ints:
    """Exponents e with |x| < 2^e for numbers up to ``largest`` in size; 0 for 0."""
    return np.frexp(largest)[1].astype(np.int64)


def slices(numbers: Floats, exponent: Ints, width: int) -> tuple[Floats, Floats]:
    """High and low slices of numbers below 2^exponent in size; ``exponent`` has the shape of the leading axis."""
    scaled = np.ldexp(numbers, (width - exponent)[:, None])
    high = np.rint(scaled)
    scaled -= high
    low = np.rint(np.ldexp(scaled, width, out=scaled), out=scaled)
    return high, low


def stacked(numbers: Floats, exponent: Ints, width: int) -> Floats:
    """Right factor of :func:`multiply`: slices of shape (2k, n), the low ones first."""
    high, low = slices(numbers, exponent, width)
    return np.concatenate([low, high])


def multiply(left: Floats, right: Floats, exponent: Ints, width: int) -> Floats:
    """Product (rows, n) of ``left`` (rows, k) with the numbers that ``right = stacked(…, exponent, width)`` holds.

    No row of ``left`` may have more coefficients than ``width`` allows.
    """
    scaled = np.ldexp(left, exponent[None, :])
    of_row = exponents(np.abs(scaled).max(axis=1, initial=0.0))
    high, low = slices(scaled, of_row, width)
    count = left.shape[1]
    whole = high @ right[count:]
    rest = np.concatenate([high, low], axis=1) @ right
    rest *= 2.0**-width
    whole += rest
    whole *= np.ldexp(1.0, of_row - 2 * width)[:, None]
    return np.asarray(whole)
