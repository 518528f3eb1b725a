"""A store as the first version of the plugin made it (schema 1), word for word, for tests of migration."""

from carbon_planner.factors.records import FIRST_FIELDS, as_dict
from carbon_planner.storage import geopackage, sqlite
from carbon_planner.storage.schema import Table

META = """CREATE TABLE cp_meta (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  key TEXT NOT NULL UNIQUE,
  value TEXT NOT NULL
)"""

SETS = """CREATE TABLE cp_sets (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  set_id TEXT NOT NULL,
  version TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('land_stock', 'land_flux', 'other')),
  system TEXT NOT NULL,
  default_for TEXT NOT NULL CHECK (default_for IN ('', 'stock', 'flux')),
  status TEXT NOT NULL,
  title_en TEXT NOT NULL,
  title_zh TEXT NOT NULL,
  region TEXT NOT NULL,
  year INTEGER,
  licence TEXT NOT NULL,
  description_en TEXT NOT NULL,
  description_zh TEXT NOT NULL,
  UNIQUE (set_id, version)
)"""

FACTORS = """CREATE TABLE cp_factors (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  set_id TEXT NOT NULL,
  version TEXT NOT NULL,
  factor_id TEXT NOT NULL,
  category TEXT NOT NULL,
  system TEXT NOT NULL,
  item TEXT NOT NULL,
  item_en TEXT NOT NULL,
  item_zh TEXT NOT NULL,
  parameter TEXT NOT NULL,
  region TEXT NOT NULL,
  value REAL,
  low REAL,
  high REAL,
  range_kind TEXT NOT NULL CHECK (range_kind IN ('95', 'minmax', 'unknown', 'none')),
  unit TEXT NOT NULL,
  gas TEXT NOT NULL,
  year INTEGER,
  source TEXT NOT NULL,
  confidence TEXT NOT NULL CHECK (confidence IN ('verified', 'derived', 'recalled')),
  evidence TEXT NOT NULL,
  notes TEXT NOT NULL,
  UNIQUE (set_id, version, factor_id)
)"""

PUT_SET = """INSERT INTO cp_sets
  (set_id, version, kind, system, default_for, status, title_en, title_zh, region, year, licence, description_en,
   description_zh)
  VALUES (:set_id, :version, :kind, :system, :default_for, :status, :title_en, :title_zh, :region, :year, :licence,
   :description_en, :description_zh)"""

PUT_FACTOR = """INSERT INTO cp_factors
  (set_id, version, factor_id, category, system, item, item_en, item_zh, parameter, region, value, low, high,
   range_kind, unit, gas, year, source, confidence, evidence, notes)
  VALUES (:set_id, :version, :factor_id, :category, :system, :item, :item_en, :item_zh, :parameter, :region, :value,
   :low, :high, :range_kind, :unit, :gas, :year, :source, :confidence, :evidence, :notes)"""
PUT_META = "INSERT INTO cp_meta (key, value) VALUES (:key, :value)"
TABLES = (
    Table("cp_meta", "Store information", META),
    Table("cp_sets", "Factor sets", SETS),
    Table("cp_factors", "Factors", FACTORS),
)


def write_v1(path, sets):
    """A store of schema 1 with some sets, each with the hash that version 1 kept beside it."""
    with sqlite.writing(path, create=True) as connection:
        geopackage.prepare(connection)
        for table in TABLES:
            geopackage.add_table(connection, table)
        connection.execute(PUT_META, {"key": "schema_version", "value": "1"})
        for found in sets:
            key = {"set_id": found.info.id, "version": found.info.version}
            connection.execute(PUT_SET, {**as_dict(found.info), **key, "default_for": ""})
            rows = ({**{n: getattr(f, n) for n in FIRST_FIELDS}, **key} for f in found.factors)
            connection.executemany(PUT_FACTOR, rows)
            connection.execute(PUT_META, {"key": "sha256:" + found.info.ref, "value": found.content_hash})
    return path
