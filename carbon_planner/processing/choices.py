"""Values of the choice parameters. They are part of the interface: stored in models, scripts and job files."""

from __future__ import annotations

LAND_METHODS = ("stock", "flux")
STOCK_TIMINGS = ("rule", "pulse", "linear")
AREA_METHODS = ("ellipsoidal", "planar", "field")
REPORT_LANGUAGES = ("auto", "en", "zh")
START_YEAR = 2025
END_YEAR = 2060
YEARS = (1990, 2200)
# The first of each is the default.
GWP_SETS = ("AR6", "AR5", "AR4")
VIEWS = ("responsibility", "territorial")
SECTORS = "land"
BASELINE = "existing"
REGION = "CN-CQ"
GRID_PATH = "frozen"
PHASE_CURVE = "linear"
MAX_DRAWS = 1_000_000
SEED = 1
MAX_SEED = 2_147_483_647
