"""Tables of a batch: one row per layer, one row per thing that is wrong. Constants, as all SQL."""

from __future__ import annotations

from .schema import Table

SUMMARY_COLUMNS = (
    ("source", "text"), ("layer", "text"), ("status", "text"), ("result", "text"), ("plan_class", "text"),
    ("plan_system", "text"), ("base_class", "text"), ("base_system", "text"), ("zone_id", "text"),
    ("green_ratio", "text"), ("building_density", "text"), ("plot_ratio", "text"), ("encoding", "text"),
    ("crs", "text"), ("zone_count", "int"), ("area_ha", "real"), ("unknown_ha", "real"), ("net", "real"),
    ("low", "real"), ("high", "real"), ("emissions", "real"), ("removals", "real"), ("covered_share", "real"),
    ("cp_land_t", "real"), ("cp_bldg_t", "real"), ("cp_tran_t", "real"), ("cp_wast_t", "real"),
    ("cp_sink_t", "real"), ("cp_oth_t", "real"), ("warnings", "int"), ("content", "text"),
)  # fmt: skip
ERROR_COLUMNS = (
    ("source", "text"), ("layer", "text"), ("severity", "text"), ("message_id", "text"), ("reason_en", "text"),
    ("reason_zh", "text"), ("remedy_en", "text"), ("remedy_zh", "text"),
)  # fmt: skip

SUMMARY = Table(
    "cp_batch_summary",
    "Batch summary",
    """CREATE TABLE cp_batch_summary (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  source TEXT, layer TEXT, status TEXT, result TEXT, plan_class TEXT, plan_system TEXT, base_class TEXT,
  base_system TEXT, zone_id TEXT, green_ratio TEXT, building_density TEXT, plot_ratio TEXT, encoding TEXT, crs TEXT,
  zone_count INTEGER, area_ha REAL, unknown_ha REAL, net REAL, low REAL, high REAL, emissions REAL, removals REAL,
  covered_share REAL, cp_land_t REAL, cp_bldg_t REAL, cp_tran_t REAL, cp_wast_t REAL, cp_sink_t REAL, cp_oth_t REAL,
  warnings INTEGER, content TEXT
)""",
)
ERRORS = Table(
    "cp_batch_errors",
    "Batch errors",
    """CREATE TABLE cp_batch_errors (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  source TEXT, layer TEXT, severity TEXT, message_id TEXT, reason_en TEXT, reason_zh TEXT, remedy_en TEXT,
  remedy_zh TEXT
)""",
)
PUT_SUMMARY = """INSERT INTO cp_batch_summary (source, layer, status, result, plan_class, plan_system, base_class,
  base_system, zone_id, green_ratio, building_density, plot_ratio, encoding, crs, zone_count, area_ha, unknown_ha, net,
  low, high, emissions, removals, covered_share, cp_land_t, cp_bldg_t, cp_tran_t, cp_wast_t, cp_sink_t, cp_oth_t,
  warnings, content)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
PUT_ERRORS = """INSERT INTO cp_batch_errors (source, layer, severity, message_id, reason_en, reason_zh, remedy_en,
  remedy_zh) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
