"""Evaluations made by hand for tests of the report: every figure is chosen, none is computed by the plugin."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import shapely

from carbon_planner.accounting.activities import Activities, Transition
from carbon_planner.accounting.amounts import Amount
from carbon_planner.accounting.covers import Cover
from carbon_planner.accounting.factor_book import FactorBook
from carbon_planner.accounting.inputs import PlanZones, Settings
from carbon_planner.accounting.model import Model
from carbon_planner.accounting.terms import Term
from carbon_planner.accounting.views import Totals
from carbon_planner.base.fields import land_fields
from carbon_planner.base.messages import message
from carbon_planner.factors.records import Factor, FactorSet, SetInfo
from carbon_planner.geometry.crs import Crs

BASE = ("0103", "0101", "0301", "0401", "0701", "1701")
PLAN = ("0701", "0901", "1001", "1207", "1401", "0301")


def quads(count: int, size: float = 180.0, seed: int = 5) -> np.ndarray:
    """A seamless mesh of irregular quadrangles, row by row, near the central meridian of EPSG:4545."""
    columns = int(np.ceil(np.sqrt(count * 1.6)))
    rows = int(np.ceil(count / columns))
    noise = np.random.default_rng(seed).normal(0, size * 0.16, (rows + 1, columns + 1, 2))
    grid = np.stack(np.meshgrid(np.arange(columns + 1) * size, np.arange(rows + 1) * size * 0.8), axis=-1) + noise
    corners = np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1], grid[:-1, :-1]], axis=2)
    return shapely.polygons(corners.reshape(-1, 5, 2) + np.array([463_000.0, 3_268_000.0]))[:count]


def zone_frame(count: int, seed: int = 5, **columns) -> pd.DataFrame:
    """Zones with a net, an interval and no sectors beyond the land."""
    rng = np.random.default_rng(seed)
    area = rng.uniform(0.6, 4.2, count)
    emission = rng.gamma(1.2, 55.0, count) * area
    removal = -rng.gamma(1.0, 40.0, count) * area
    net = emission + removal
    half = 0.22 * (emission - removal) + 4
    found = {
        f.name: np.full(count, np.nan) if f.kind == "real" else np.full(count, None, object) for f in land_fields()
    }
    found.update(
        cp_zone_id=np.array([f"Z{i + 1:03d}" for i in range(count)], dtype=object),
        cp_area_ha=area, cp_unk_ha=np.zeros(count), cp_ovl_ha=np.zeros(count),
        cp_bstk_tc=area * 101.7, cp_pstk_tc=area * 101.7 - net * 12 / 44, cp_stke_t=net * 1.06,
        cp_emis_t=emission, cp_rem_t=removal, cp_net_t=net, cp_land_t=net, cp_net_lo=net - half, cp_net_hi=net + half,
        cp_net_ha=net / area, cp_cmt_t=net * 0.06,
        cp_method=np.full(count, "stock/rule/ellipsoidal/2026-2040", object), cp_bl=np.full(count, "existing", object),
        cp_scope=np.full(count, "land", object), cp_conf=np.full(count, "derived 80%", object),
        cp_flags=np.where(np.arange(count) % 3 == 0, "COVER_CLASS PARTIAL_RANGE", "COVER_CLASS").astype(object),
        cp_fset=np.full(count, "cq_mixed_0_100cm@1.0.0#0123456789ab", object),
    )  # fmt: skip
    found.update(columns)
    return pd.DataFrame({f.name: found[f.name] for f in land_fields()}, index=pd.RangeIndex(count))


CROPLAND, GREEN, SEALED = Cover("cropland", "cropland"), Cover("green_urban", "green_urban"), Cover("sealed", "built")
STOCKS = {"above": (310.0, 180.0), "below": (85.0, 60.0), "dead": (22.0, 14.0), "soil": (4180.0, 3620.0)}


def model(net: float = 4000.0) -> Model:
    """One hectare of each change: stocks by pool, a pulse, soil and growth over 20 years, what is committed after 2040.

    The last transition lies in a row that another zone counts.
    """
    paved, planted, hidden = Transition(CROPLAND, SEALED), Transition(CROPLAND, GREEN), Transition(GREEN, SEALED)
    changes = [
        (0, "change", "cropland>sealed: above lost", 2026, 2026, 0.9, 1),
        (0, "change", "cropland>sealed: soil", 2026, 2040, 0.18, 1),
        (1, "change", "cropland>green_urban: above grown", 2026, 2040, -0.14, 1),
        (0, "committed", "cropland>sealed: soil", 2041, 2045, 0.06, 0),
        (2, "change", "green_urban>sealed: above lost", 2026, 2026, 7.0, 1),
    ]
    terms = [
        Term(
            at, stage, "land_stock", item, "CO2", first, last, Amount(net * share, {0: 1.0}), enters, "set", "-dC*44/12"
        )
        for at, stage, item, first, last, share, enters in changes
    ]
    terms.append(Term(0, "baseline", "flux", "cropland", "CO2e", 2026, 2040, Amount(88.0), 0, "set", "", ("INFO",)))
    for pool, sides in STOCKS.items():
        for stage, year, carbon in zip(("baseline", "plan"), (2025, 2040), sides):
            item = f"cropland>sealed: {pool}"
            terms.append(Term(0, stage, "stock", item, "C", year, year, Amount(carbon), 0, "set", "", ("INFO",)))
    matrix = Activities(np.arange(3), np.arange(3), np.ones(3), (paved, planted, hidden))
    return Model(matrix, terms, FactorBook(), "stock")


def by_class_frame() -> pd.DataFrame:
    """Changes of class with areas and nets; one side unknown in two rows."""
    rows = [
        ("0103", "0701", 18.2, 1480.0), ("0103", "1401", 9.6, -210.0), ("0101", "0901", 7.9, 690.0),
        ("0301", "0701", 6.4, 2210.0), ("0301", "0301", 12.0, 0.0), ("0401", "1207", 3.1, 118.0),
        ("0701", "1401", 2.2, -160.0), ("0101", "1001", 5.0, 402.0),
        ("", "0701", 0.8, np.nan), ("1701", "", 0.4, np.nan),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["base_class", "plan_class", "area_ha", "net_tco2e"])
    frame.insert(3, "compared_ha", np.where(frame["net_tco2e"].notna(), frame["area_ha"], 0.0))
    return frame.sort_values("area_ha", ascending=False, ignore_index=True)


def factor_rows(count: int = 8) -> pd.DataFrame:
    """Used factors with their weights, of all confidences and kinds of range."""
    kinds = (("minmax", 60.0, 140.0), ("95", 80.0, 120.0), ("none", None, None), ("unknown", 70.0, 130.0))
    levels = (("derived", "judgement"), ("verified", "transcription"), ("recalled", "memory"))
    names = (
        ("Dry cropland", "旱地"),
        ("Forest (arbor)", "乔木林地"),
        ("Urban green", "城市绿地"),
        ("Sealed ground", "硬化地面"),
    )
    rows = []
    for i in range(count):
        kind, low, high = kinds[i % 4]
        confidence, evidence = levels[i % 3]
        rows.append({
            "factor_id": f"s_cq_{i}", "category": "set:cq", "system": "generic", "item": "cropland",
            "item_en": names[i % 4][0], "item_zh": names[i % 4][1],
            "parameter": ("soil", "above", "below", "dead")[i % 4], "region": "CN-CQ",
            "value": 91.8 + i, "low": low, "high": high, "range_kind": kind, "unit": "tC/ha", "gas": "C",
            "year": None if i == 2 else 2009, "source": "王鹏程等《三峡库区森林有机碳密度》生态学报 29(1):97",
            "confidence": confidence, "evidence": evidence, "notes": "",
            "fset": "cq@1.0.0#0123456789ab", "weight_t": 2400.0 / (i + 1),
        })  # fmt: skip
    return pd.DataFrame(rows)


def factor_set() -> FactorSet:
    """A set of one factor, with the head of the default set."""
    info = SetInfo(
        "cq_mixed_0_100cm", "1.0.0", "land_stock", system="generic", title_en="Chongqing, pools to 1 m, composed",
        title_zh="重庆碳密度（土壤至1米，综合）", region="CN-CQ", year=2024, licence="CC-BY-4.0", status="published",
    )  # fmt: skip
    factor = Factor(
        "f1", "set", "generic", "cropland", "Dry cropland", "旱地", "soil", "CN-CQ", 91.8, 60.0, 120.0, "minmax",
        "tC/ha", "C", 2009, "source", "derived", "judgement",
    )  # fmt: skip
    return FactorSet(info, (factor,))


def totals(zones: pd.DataFrame, **values) -> Totals:
    """Totals of a frame of zones that do not overlap."""
    net = float(zones["cp_net_t"].sum())
    half = float((zones["cp_net_hi"] - zones["cp_net_t"]).sum()) * 0.7
    found = {
        "zone_count": len(zones), "area_ha": float(zones["cp_area_ha"].sum()),
        "zone_overlap_ha": 0.0, "base_double_ha": 0.0,
        "unknown_ha": 1.2, "has_net": True, "net": net, "low": net - half, "high": net + half,
        "emissions": float(zones["cp_emis_t"].sum()), "removals": float(zones["cp_rem_t"].sum()),
        "committed": float(zones["cp_cmt_t"].sum()), "baseline_stock_tc": 4597.0, "plan_stock_tc": 3874.0,
        "baseline_flux": 31.0, "plan_flux": -12.5, "covered_share": 0.83, "balance_error": 3.1e-14,
        "confidence": {"verified": 0.12, "derived": 0.6, "recalled": 0.28}, "by_class": by_class_frame(),
    }  # fmt: skip
    return Totals(**{**found, **values})


def evaluation(count: int = 24, *, zones: pd.DataFrame | None = None, settings: Settings | None = None, **values):
    """A complete evaluation; ``values`` replace its parts."""
    frame = zone_frame(count) if zones is None else zones
    found = {
        "inputs": PlanZones("zones", frame["cp_zone_id"].tolist(), quads(len(frame)), Crs.from_text("EPSG:4545")),
        "settings": settings or Settings(end_year=2040),
        "plan_system": "landsea2023",
        "base_system": "landsea2023",
        "factor_set": factor_set(),
        "zones": frame,
        "model": model(),
        "counted": np.array([True, True, False]),
        "totals": totals(frame),
        "factors": factor_rows(),
        "warnings": [
            message(
                "AREA_NOT_EVALUATED", layer="规划分区", area="1.2000", count=2,
                reasons=message("REASON_NO_BASE", count=2),
            ),
            message("GEOMETRY_REPAIRED", layer="规划分区", count=1, features="Z007", change="0.1"),
        ],
        "sectors": ("land",),
        "intervals": None,
        "quantities": pd.DataFrame(),
        "statement": [
            message("NOT_INCLUDED_SECTORS"), message("NOT_INCLUDED_FLUX"), message("NOT_INCLUDED_LEAKAGE"),
        ],
    }  # fmt: skip
    return SimpleNamespace(**{**found, **values})
