"""A factor and a set for tests; keywords change single fields."""

from carbon_planner.factors.records import Factor, FactorSet, SetInfo

BASE = {
    "factor_id": "f1", "category": "stock_pool", "system": "generic", "item": "forest", "item_en": "Forest",
    "item_zh": "乔木林地", "parameter": "soil", "region": "CN-CQ", "value": 90.9, "low": 70.0, "high": 110.0,
    "range_kind": "minmax", "unit": "tC/ha", "gas": "C", "year": 2009, "source": "Wang 2009", "confidence": "verified",
    "evidence": "text", "notes": "to 1 m",
}  # fmt: skip


def factor(**changes):
    return Factor(**{**BASE, **changes})


def make_set(factors, **info):
    return FactorSet(SetInfo(**{"id": "mine", "version": "1.0.0", "kind": "land_stock", **info}), tuple(factors))
