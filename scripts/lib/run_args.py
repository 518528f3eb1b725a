"""Command line of scripts/run, and its translation into parameters of ``carbonplanner:evaluatezones``."""

from __future__ import annotations

import argparse
from pathlib import Path

from project import SAMPLE

SAMPLE_ZONES = SAMPLE / "zones.geojson"
SAMPLE_BASE = SAMPLE / "base.geojson"
SAMPLE_FIELDS = {
    "ZONE_ID": "zone_id",
    "ZONE_CLASS": "class_code",
    "GREEN_RATIO": "green_ratio",
    "BUILDING_DENSITY": "bldg_dens",
    "PLOT_RATIO": "plot_ratio",
    "BASE_CLASS": "DLBM",
}

EPILOG = """\
examples:
  scripts/run
      evaluate the sample plan that comes with the plugin
  scripts/run --sectors all
      the same with buildings, transport, waste, water, industry, agriculture and sinks
  scripts/run zones.shp landuse.shp --zone-class YDYHDM --base-class DLBM --out result
      a plan against the existing land use, class systems detected from the codes
  scripts/run zones.gpkg --zone-class plan --zone-base-class now --land-method flux
      the baseline is a field of the zones
  scripts/run districts.shp landuse.gpkg --base-class code
      no plan: the carbon stocks of the existing land use in each district

A layer of a file with several is named as in QGIS: plan.gpkg|layername=zones
exit codes: 0 evaluated, 1 not evaluated, 2 wrong usage, 3 something could not be installed
"""

# option, parameter of the algorithm, help
TEXT_OPTIONS = (
    ("--zone-id", "ZONE_ID", "field with the name or number of a zone"),
    ("--zone-class", "ZONE_CLASS", "field with the planned class"),
    ("--zone-class-system", "ZONE_CLASS_SYSTEM", "class system of the plan, such as landsea2023 (default: detected)"),
    ("--green-ratio", "GREEN_RATIO", "field with the green ratio"),
    ("--building-density", "BUILDING_DENSITY", "field with the building density"),
    ("--plot-ratio", "PLOT_RATIO", "field with the plot ratio"),
    ("--base-class", "BASE_CLASS", "field of BASE with the existing class"),
    ("--base-class-system", "BASE_CLASS_SYSTEM", "class system of the existing land use (default: detected)"),
    ("--zone-base-class", "ZONE_BASE_CLASS", "field of ZONES with the existing class, instead of BASE"),
    ("--factor-set", "FACTOR_SET", "id, id@version or file of a factor set (default: that of the land method)"),
    ("--area-field", "AREA_FIELD", "field of BASE with the survey area, for --area-method field"),
    ("--sectors", "SECTORS", "sectors beside the land: all, or names such as land,buildings,transport (default: land)"),
    ("--population", "POPULATION", "field with the residents of a zone"),
    ("--floor-area", "FLOOR_AREA", "field with the floor area of a zone, m²"),
    ("--draws", "DRAWS", "number of Monte Carlo draws (default: 0, error propagation)"),
    ("--encoding", "ENCODING", "text encoding of shapefiles without a .cpg file, such as GBK"),
)
CHOICES = (
    ("--land-method", "LAND_METHOD", ("stock", "flux"), "change of carbon stock, or yearly fluxes"),
    ("--stock-timing", "STOCK_TIMING", ("rule", "pulse", "linear"), "when a change of stock is counted"),
    ("--area-method", "AREA_METHOD", ("ellipsoidal", "planar", "field"), "how areas are measured"),
    ("--language", "REPORT_LANGUAGE", ("en", "zh"), "language of table, report and field aliases"),
)


def parser() -> argparse.ArgumentParser:
    """All options."""
    made = argparse.ArgumentParser(
        prog="scripts/run",
        description="Evaluate the carbon impact of plan zones. Without arguments: of the sample plan.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("zones", nargs="?", metavar="ZONES", help="polygon layer with the plan zones")
    made.add_argument("base", nargs="?", metavar="BASE", help="polygon layer with the existing land use (baseline)")
    for option, name, text in TEXT_OPTIONS:
        made.add_argument(option, dest=name, default="", metavar="NAME", help=text)
    for option, name, values, text in CHOICES:
        made.add_argument(option, dest=name, choices=values, default=values[0], help=f"{text} (default: {values[0]})")
    made.add_argument("--start-year", dest="START_YEAR", type=int, default=2025, help="default: 2025")
    made.add_argument("--end-year", dest="END_YEAR", type=int, default=2060, help="default: 2060")
    made.add_argument("--pieces", action="store_true", help="also write the pieces of change")
    made.add_argument(
        "--out", type=Path, default=Path("out"), metavar="DIR", help="folder for the results (default: out)"
    )
    made.add_argument("--desktop", action="store_true", help="open QGIS with the plugin and the layers instead")
    return made


def parse(argv: list[str] | None = None) -> argparse.Namespace:
    """Read and check the command line; ends with exit code 2 and a reason where it cannot be used."""
    made = parser()
    opt = made.parse_args(argv)
    for what in (opt.zones, opt.base):
        path = Path(what.split("|")[0]) if what else None
        if path and not path.exists() and ":" not in str(path):  # a colon: a connection or a virtual file
            made.error(f"there is no file {path}")
    if opt.START_YEAR >= opt.END_YEAR:
        made.error("--end-year must be later than --start-year")
    if opt.zones is None:
        opt.zones, opt.base = str(SAMPLE_ZONES), str(SAMPLE_BASE)
        for name, value in SAMPLE_FIELDS.items():
            setattr(opt, name, getattr(opt, name) or value)
    elif not opt.desktop and not (opt.ZONE_CLASS or opt.base or opt.ZONE_BASE_CLASS):
        made.error("nothing to evaluate: give --zone-class, or BASE with --base-class, or both")
    if opt.base and not opt.BASE_CLASS and not opt.desktop:
        made.error("BASE needs --base-class, the field with its classes")
    return opt


def parameters(opt: argparse.Namespace) -> dict[str, str]:
    """Parameters of the algorithm; what is empty is left out and takes the algorithm's default."""
    out = opt.out.resolve()
    package = str(out / "carbon_planner.gpkg")
    values = {name: getattr(opt, name) for _, name, *_ in (*TEXT_OPTIONS, *CHOICES)}
    values.update(ZONES=source(opt.zones), START_YEAR=str(opt.START_YEAR), END_YEAR=str(opt.END_YEAR))
    values.update(BASE=source(opt.base) if opt.base else "", OUTPUT=package, LEDGER=package)
    values.update(PIECES=package if opt.pieces else "", REPORT=str(out / "report.html"))
    return {name: value for name, value in values.items() if value}


def source(text: str) -> str:
    """A layer source with an absolute path."""
    path, bar, rest = text.partition("|")
    return f"{Path(path).resolve()}{bar}{rest}" if Path(path).exists() else text
