"""Runs with all sectors for tests of the report, and the words of a page."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np
from report_cases import quads

from carbon_planner.accounting.evaluate import evaluate
from carbon_planner.accounting.inputs import BaseParcels, PlanZones, Settings
from carbon_planner.geometry.crs import Crs

GRID = Crs.from_text("EPSG:4545")
PLAN = ("0701", "1401", "0901", "1207", "1001", "0804", "0701")
BASE = ("0103", "0101", "0301", "0404", "0702", "1101", "0201")
SECTORS = ("land", "buildings", "supply", "transport", "waste", "water", "industry", "agriculture", "sinks")


def evaluated(**settings):
    """Twelve zones with plot ratios on parcels that leave a part uncovered; one of industry without figures."""
    ids = [f"A-{i + 1:02d}" for i in range(12)]
    ratio = np.where(np.arange(12) % 3 == 0, 2.0, np.nan)
    zones = PlanZones(
        "zones", ids, quads(12), GRID, [PLAN[i % len(PLAN)] for i in range(12)], quantities={"plot_ratio": ratio}
    )
    under = BaseParcels(
        "base", [str(i) for i in range(40)], quads(40, seed=5), GRID, [BASE[i % len(BASE)] for i in range(40)]
    )
    found = {"plan_system": "landsea2023", "base_system": "survey3", "sectors": SECTORS, "end_year": 2045, **settings}
    return evaluate(zones, under, Settings(**found))


class Texted(HTMLParser):
    """All visible text."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.text, self.skip = [], 0

    def handle_starttag(self, tag, attrs):
        self.skip += tag in ("style", "code", "svg")

    def handle_endtag(self, tag):
        self.skip -= tag in ("style", "code", "svg")

    def handle_data(self, data):
        if not self.skip and data.strip():
            self.text.append(data.strip())


def words(page):
    parser = Texted()
    parser.feed(page)
    return parser.text
