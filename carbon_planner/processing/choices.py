"""Values of the choice parameters. They are part of the interface: stored in models, scripts and job files."""

from __future__ import annotations

LAND_METHODS = ("stock", "flux")
STOCK_TIMINGS = ("rule", "pulse", "linear")
AREA_METHODS = ("ellipsoidal", "planar", "field")
REPORT_LANGUAGES = ("auto", "en", "zh")
START_YEAR = 2025
END_YEAR = 2060
YEARS = (1990, 2200)
