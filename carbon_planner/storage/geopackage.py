"""GeoPackage files that hold attribute tables only: factor stores, ledgers. Spatial tables are written through OGR."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from ..base.errors import StorageError
from .schema import FACTOR_TABLES, PUT_META, SCHEMA_VERSION, Table
from .sqlite import reading, table_names, writing

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10300
EPOCH = "2025-01-01T00:00:00.000Z"  # constant, so that the same content gives the same bytes

_SET_APPLICATION_ID = "PRAGMA application_id = 1196444487"
_SET_USER_VERSION = "PRAGMA user_version = 10300"

_SRS = """CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
)"""
_CONTENTS = """CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
)"""
_GEOMETRY_COLUMNS = """CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
)"""
_PUT_SRS = "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)"
_PUT_CONTENTS = """INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change)
  VALUES (?, 'attributes', ?, ?)"""

_WGS84 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AUTHORITY["EPSG","4326"]]'
)
# The three systems that the standard wants in every file, though attribute tables use none.
_SYSTEMS = (
    ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", "undefined Cartesian coordinate reference system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
    ("WGS 84 geodetic", 4326, "EPSG", 4326, _WGS84, "longitude and latitude in degrees on the WGS 84 ellipsoid"),
)


def prepare(connection: sqlite3.Connection) -> None:
    """Make an empty database a GeoPackage. Call before the first table; pragmas need an open, unused file."""
    connection.execute(_SET_APPLICATION_ID)
    connection.execute(_SET_USER_VERSION)
    for statement in (_SRS, _CONTENTS, _GEOMETRY_COLUMNS):
        connection.execute(statement)
    connection.executemany(_PUT_SRS, _SYSTEMS)


def add_table(connection: sqlite3.Connection, table: Table) -> None:
    """Create an attribute table and register it, so that GIS programs list it."""
    connection.execute(table.create)
    connection.execute(_PUT_CONTENTS, (table.name, table.identifier, EPOCH))


def create(path: Path, tables: Iterable[Table]) -> None:
    """Create a GeoPackage with attribute tables. Raises :class:`StorageError` where the file already exists."""
    if path.exists():
        raise StorageError("STORAGE_EXISTS", path=str(path))
    with writing(path, create=True) as connection:
        prepare(connection)
        for table in tables:
            add_table(connection, table)
        connection.execute(PUT_META, {"key": "schema_version", "value": str(SCHEMA_VERSION)})


def create_factor_store(path: Path) -> None:
    """Create an empty store for factor sets, as :mod:`carbon_planner.storage.schema` describes it."""
    create(path, FACTOR_TABLES)


def schema_version(path: Path) -> int:
    """Schema version of a store; 0 where the file is a database but no store of this plugin."""
    with reading(path) as connection:
        if "cp_meta" not in table_names(connection):
            return 0
        row = connection.execute("SELECT value FROM cp_meta WHERE key = 'schema_version'").fetchone()
    return int(row[0]) if row and row[0].isdigit() else 0


def check_store(path: Path) -> None:
    """Raise :class:`StorageError` unless the file is a store that this version of the plugin can read."""
    version = schema_version(path)
    if version == 0:
        raise StorageError("STORAGE_NOT_A_STORE", path=str(path))
    if version > SCHEMA_VERSION:
        raise StorageError("STORAGE_NEWER", path=str(path), version=version, known=SCHEMA_VERSION)
