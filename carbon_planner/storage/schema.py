"""Tables of the factor store, as constants.

One schema serves the shipped library and a user's store: both are GeoPackages whose tables are *attribute* tables, so
QGIS, ogrinfo and any SQLite tool open them. Every table has an integer key ``fid`` as the standard asks. An empty text
is ``''``, an unknown number is NULL. All statements are constants with parameters.

``cp_sets``     one row per factor set and version.
``cp_factors``  the factors of the sets. A composed set holds copies of its members' rows under their own ``factor_id``.
``cp_changes``  the log: who changed which set, factor and field, when, why, with the hash of the row before.
``cp_classes``, ``cp_class_systems``, ``cp_crosswalks``  class systems and the way from each to the generic classes.
``cp_generic``, ``cp_cover_defaults``  generic classes and the default cover of each planned class.
``cp_targets``, ``cp_field_profiles``, ``cp_survey_codes``  policy targets, usual layers and fields, survey attributes.
``cp_meta``     key and value: ``schema_version``, ``library_version``, ``source_digest``.
"""

from __future__ import annotations

from dataclasses import dataclass

from .record_columns import CHANGE_COLUMNS, FACTOR_COLUMNS, SET_COLUMNS, SET_KEY, create, insert, select

SCHEMA_VERSION = 2

META = """CREATE TABLE cp_meta (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  key TEXT NOT NULL UNIQUE,
  value TEXT NOT NULL
)"""

SETS = create("cp_sets", SET_COLUMNS, ("set_id", "version"))
FACTORS = create("cp_factors", (*SET_KEY, *FACTOR_COLUMNS), ("set_id", "version", "factor_id"))
CHANGES = create("cp_changes", CHANGE_COLUMNS, ())

CLASS_SYSTEMS = """CREATE TABLE cp_class_systems (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  system_id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name_en TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  hierarchy TEXT NOT NULL CHECK (hierarchy IN ('pairs', 'letters', 'digits', 'flat')),
  year INTEGER,
  source TEXT NOT NULL
)"""

CLASSES = """CREATE TABLE cp_classes (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  system TEXT NOT NULL,
  code TEXT NOT NULL,
  level INTEGER NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  parent TEXT NOT NULL,
  scope TEXT NOT NULL,
  year INTEGER,
  source TEXT NOT NULL,
  confidence TEXT NOT NULL,
  evidence TEXT NOT NULL,
  notes TEXT NOT NULL,
  UNIQUE (system, code)
)"""

CROSSWALKS = """CREATE TABLE cp_crosswalks (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  from_system TEXT NOT NULL,
  from_code TEXT NOT NULL,
  to_system TEXT NOT NULL,
  to_code TEXT NOT NULL,
  relation TEXT NOT NULL,
  alternatives TEXT NOT NULL,
  year INTEGER,
  source TEXT NOT NULL,
  confidence TEXT NOT NULL,
  evidence TEXT NOT NULL,
  notes TEXT NOT NULL,
  UNIQUE (from_system, from_code, to_system)
)"""

GENERIC = """CREATE TABLE cp_generic (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  generic_class TEXT NOT NULL UNIQUE,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  parent TEXT NOT NULL,
  built_up TEXT NOT NULL CHECK (built_up IN ('y', 'n')),
  ipcc_category TEXT NOT NULL,
  year INTEGER,
  source TEXT NOT NULL,
  confidence TEXT NOT NULL,
  evidence TEXT NOT NULL,
  notes TEXT NOT NULL
)"""

COVER_DEFAULTS = """CREATE TABLE cp_cover_defaults (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  code TEXT NOT NULL UNIQUE,
  level INTEGER NOT NULL,
  name_zh TEXT NOT NULL,
  generic_class TEXT NOT NULL,
  cover_mode TEXT NOT NULL CHECK (cover_mode IN ('natural', 'mixed', 'keep_base')),
  green_share REAL, green_share_low REAL, green_share_high REAL, green_class TEXT NOT NULL,
  building_share REAL, building_share_low REAL, building_share_high REAL, building_class TEXT NOT NULL,
  other_sealed_share REAL, other_sealed_share_low REAL, other_sealed_share_high REAL, other_sealed_class TEXT NOT NULL,
  water_share REAL, water_share_low REAL, water_share_high REAL, water_class TEXT NOT NULL,
  bare_share REAL, bare_share_low REAL, bare_share_high REAL, bare_class TEXT NOT NULL,
  plot_ratio REAL, plot_ratio_low REAL, plot_ratio_high REAL,
  storeys REAL, storeys_low REAL, storeys_high REAL,
  population_per_ha REAL, population_per_ha_low REAL, population_per_ha_high REAL,
  jobs_per_ha REAL, jobs_per_ha_low REAL, jobs_per_ha_high REAL,
  green_rule TEXT NOT NULL, green_rule_confidence TEXT NOT NULL,
  year INTEGER, source TEXT NOT NULL, confidence TEXT NOT NULL, evidence TEXT NOT NULL, notes TEXT NOT NULL
)"""

TARGETS = """CREATE TABLE cp_targets (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  target_id TEXT NOT NULL UNIQUE,
  scope TEXT NOT NULL,
  indicator_zh TEXT NOT NULL,
  indicator_en TEXT NOT NULL,
  value REAL, low REAL, high REAL,
  unit TEXT NOT NULL,
  base_year TEXT NOT NULL, year INTEGER,
  kind TEXT NOT NULL, source TEXT NOT NULL, confidence TEXT NOT NULL, evidence TEXT NOT NULL, notes TEXT NOT NULL
)"""

FIELD_PROFILES = """CREATE TABLE cp_field_profiles (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  dataset TEXT NOT NULL, layer TEXT NOT NULL, layer_zh TEXT NOT NULL,
  field TEXT NOT NULL, aliases TEXT NOT NULL, name_zh TEXT NOT NULL,
  type TEXT NOT NULL, unit TEXT NOT NULL, meaning TEXT NOT NULL, plugin_use TEXT NOT NULL,
  source TEXT NOT NULL, confidence TEXT NOT NULL, evidence TEXT NOT NULL, notes TEXT NOT NULL
)"""

SURVEY_CODES = """CREATE TABLE cp_survey_codes (
  fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  field TEXT NOT NULL, code TEXT NOT NULL, name_zh TEXT NOT NULL, name_en TEXT NOT NULL,
  applies_to TEXT NOT NULL, effect_kind TEXT NOT NULL, generic_class TEXT NOT NULL, effect TEXT NOT NULL,
  year INTEGER, source TEXT NOT NULL, confidence TEXT NOT NULL, evidence TEXT NOT NULL, notes TEXT NOT NULL,
  UNIQUE (field, code)
)"""


@dataclass(frozen=True)
class Table:
    """A table: its name, what it holds, and the statement that makes it."""

    name: str
    identifier: str
    create: str


FACTOR_TABLES = (
    Table("cp_meta", "Store information", META),
    Table("cp_sets", "Factor sets", SETS),
    Table("cp_factors", "Factors", FACTORS),
    Table("cp_changes", "Changes", CHANGES),
)

LIBRARY_TABLES = (
    *FACTOR_TABLES,
    Table("cp_class_systems", "Class systems", CLASS_SYSTEMS),
    Table("cp_classes", "Classes", CLASSES),
    Table("cp_crosswalks", "Crosswalks", CROSSWALKS),
    Table("cp_generic", "Generic classes", GENERIC),
    Table("cp_cover_defaults", "Cover defaults", COVER_DEFAULTS),
    Table("cp_targets", "Policy targets", TARGETS),
    Table("cp_field_profiles", "Field profiles", FIELD_PROFILES),
    Table("cp_survey_codes", "Survey attribute codes", SURVEY_CODES),
)

# Statements that readers and writers of the store share.
PUT_META = """INSERT INTO cp_meta (key, value) VALUES (:key, :value)
  ON CONFLICT (key) DO UPDATE SET value = excluded.value"""
GET_META = "SELECT value FROM cp_meta WHERE key = :key"

PUT_SET = insert("cp_sets", SET_COLUMNS)
PUT_FACTOR = insert("cp_factors", (*SET_KEY, *FACTOR_COLUMNS))
PUT_CHANGE = insert("cp_changes", CHANGE_COLUMNS)

_OF_SET = "WHERE set_id = :set_id AND version = :version ORDER BY fid"
VERSIONS = tuple(range(1, SCHEMA_VERSION + 1))
# by schema version, so that an old store is read as it is
GET_SETS = {v: select("cp_sets", SET_COLUMNS, "ORDER BY fid", v) for v in VERSIONS}
GET_FACTORS = {v: select("cp_factors", FACTOR_COLUMNS, _OF_SET, v) for v in VERSIONS}
GET_CHANGES = select("cp_changes", CHANGE_COLUMNS, "ORDER BY fid")
GET_LAST_CHANGE = select("cp_changes", CHANGE_COLUMNS, "ORDER BY fid DESC LIMIT 1")

SET_STATE = """UPDATE cp_sets SET status = :status, reviewer = :reviewer, replaced_by = :replaced_by,
  released = :released WHERE set_id = :set_id AND version = :version"""
SET_FACTOR_STATE = """UPDATE cp_factors SET status = :status, reviewer = :reviewer, replaced_by = :replaced_by
  WHERE set_id = :set_id AND version = :version AND factor_id = :factor_id"""

DROP_SET = "DELETE FROM cp_sets WHERE set_id = :set_id AND version = :version"
DROP_FACTORS = "DELETE FROM cp_factors WHERE set_id = :set_id AND version = :version"

GET_CLASS_SYSTEMS = "SELECT system_id, kind, name_en, name_zh, hierarchy FROM cp_class_systems ORDER BY fid"
GET_CLASSES = "SELECT system, code, level, name_zh, name_en, parent, confidence FROM cp_classes ORDER BY fid"
GET_CROSSWALKS = """SELECT from_system, from_code, to_system, to_code, relation, alternatives, confidence, notes
  FROM cp_crosswalks ORDER BY fid"""
GET_GENERIC = "SELECT generic_class, name_en, name_zh, parent, built_up, ipcc_category FROM cp_generic ORDER BY fid"
GET_COVER_DEFAULTS = "SELECT * FROM cp_cover_defaults ORDER BY fid"
GET_SURVEY_CODES = """SELECT field, code, name_en, name_zh, effect_kind, generic_class FROM cp_survey_codes
  ORDER BY fid"""
GET_FIELD_PROFILES = "SELECT dataset, layer, field, aliases, name_zh FROM cp_field_profiles ORDER BY fid"
