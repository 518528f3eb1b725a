"""What a GeoPackage says of a layer: meaning of its columns, metadata, whose style it carries.

Written by SQL with parameters. QGIS's own functions will not do: that for metadata rewrites those of the other layers,
that for styles asks in a dialog whether to replace one, and both leave the file in write-ahead mode.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from qgis.core import QgsLayerMetadata, QgsVectorLayer
from qgis.PyQt.QtXml import QDomDocument

from .database_copy import connect
from .schema import unique_names
from .storage_errors import storage_error
from .tables import Table

STYLE_NAME = "Carbon Planner"
QGIS_METADATA = "http://mrcc.com/qgis.dtd"

# The schema extension tells what columns mean; GDAL reads it from 3.7 on, other programs earlier.
_TABLES = (
    # GDAL makes it with the first geometry column; a file of attribute tables has none yet
    """CREATE TABLE IF NOT EXISTS gpkg_extensions (
 table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
 CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name))""",
    """CREATE TABLE IF NOT EXISTS gpkg_data_columns (
 table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT,
 constraint_name TEXT, CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
 CONSTRAINT gdc_tn UNIQUE (table_name, name))""",
    """CREATE TABLE IF NOT EXISTS gpkg_data_column_constraints (
 constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN,
 max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
 CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))""",
    """CREATE TABLE IF NOT EXISTS gpkg_metadata (
 id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
 md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml', metadata TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE IF NOT EXISTS gpkg_metadata_reference (
 reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
 timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')), md_file_id INTEGER NOT NULL,
 md_parent_id INTEGER, CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
 CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id))""",
)
# As QGIS makes it, with GDAL's count of rows.
_STYLES = (
    """CREATE TABLE layer_styles (
 id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
 f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
 useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
 update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')))""",
    """INSERT INTO gpkg_contents (table_name, data_type, identifier, description)
 VALUES ('layer_styles', 'attributes', 'layer_styles', '')""",
    "INSERT OR REPLACE INTO gpkg_ogr_contents (table_name, feature_count) VALUES ('layer_styles', 0)",
    """CREATE TRIGGER trigger_insert_feature_count_layer_styles AFTER INSERT ON layer_styles BEGIN
 UPDATE gpkg_ogr_contents SET feature_count = feature_count + 1 WHERE lower(table_name) = lower('layer_styles'); END""",
    """CREATE TRIGGER trigger_delete_feature_count_layer_styles AFTER DELETE ON layer_styles BEGIN
 UPDATE gpkg_ogr_contents SET feature_count = feature_count - 1 WHERE lower(table_name) = lower('layer_styles'); END""",
)
_STYLE = """INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,
 styleQML, styleSLD, useAsDefault, description, owner) VALUES ('', '', ?, ?, ?, ?, '', 1, ?, '')"""
_TABLE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
_SPEC = "http://www.geopackage.org/spec121/#extension_"
_EXTENSIONS = (
    ("gpkg_data_columns", "gpkg_schema", _SPEC + "schema"),
    ("gpkg_data_column_constraints", "gpkg_schema", _SPEC + "schema"),
    ("gpkg_metadata", "gpkg_metadata", _SPEC + "metadata"),
    ("gpkg_metadata_reference", "gpkg_metadata", _SPEC + "metadata"),
)
_KNOWN = "SELECT count(*) FROM gpkg_extensions WHERE table_name = ? AND extension_name = ?"
_EXTENSION = "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, 'read-write')"
_COLUMN = "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) VALUES (?, ?, ?, ?, ?)"
_OLD_METADATA = """DELETE FROM gpkg_metadata WHERE id IN (
 SELECT md_file_id FROM gpkg_metadata_reference WHERE table_name = ? AND md_parent_id IS NULL
 AND md_file_id NOT IN (SELECT md_file_id FROM gpkg_metadata_reference WHERE table_name IS NOT ?))"""
_METADATA = (
    "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata) VALUES ('dataset', ?, 'text/xml', ?)"
)
_REFERENCE = "INSERT INTO gpkg_metadata_reference (reference_scope, table_name, md_file_id) VALUES ('table', ?, ?)"


def describe(path: Path, layer: str, geometry: str, table: Table) -> None:
    """Store aliases, meanings, metadata and, unless the user has his own, the style of a layer in one transaction.

    ``geometry`` is the name of its geometry column, "" without one. Raises :class:`StorageError`.
    """
    try:
        with closing(connect(path)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")  # newer writers leave write-ahead mode behind
            connection.execute("BEGIN")
            for statement in _TABLES:
                connection.execute(statement)
            for name, extension, definition in _EXTENSIONS:
                if not connection.execute(_KNOWN, (name, extension)).fetchone()[0]:
                    connection.execute(_EXTENSION, (name, extension, definition))
            connection.execute("DELETE FROM gpkg_data_columns WHERE table_name = ?", (layer,))
            connection.executemany(_COLUMN, _columns(layer, table))
            if table.metadata is not None:
                connection.execute(_OLD_METADATA, (layer, layer))
                connection.execute("DELETE FROM gpkg_metadata_reference WHERE table_name = ?", (layer,))
                made = connection.execute(_METADATA, (QGIS_METADATA, metadata_xml(table.metadata)))
                connection.execute(_REFERENCE, (layer, made.lastrowid))
            if table.styles().named and not table.own_style:
                if connection.execute(_TABLE, ("layer_styles",)).fetchone() is None:
                    for statement in _STYLES:
                        connection.execute(statement)
                xml = table.styles().named[0][1]
                connection.execute(_STYLE, (layer, geometry, STYLE_NAME, xml, table.title))
            connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise storage_error(error, path) from error


def _columns(layer: str, table: Table) -> list[tuple[Any, ...]]:
    """Rows of the column table: the plugin's fields, and the original ones that have an alias."""
    rows = [(s.name, s.alias(table.lang), s.meaning(table.lang)) for s in table.specs]
    own = {spec.name for spec in table.specs}
    rows += [(f.name(), f.alias(), f.comment()) for f in table.fields if f.name() not in own and f.alias()]
    names = unique_names(alias for _, alias, _ in rows)
    return [(layer, column, name, alias, text or None) for (column, alias, text), name in zip(rows, names)]


def metadata_xml(metadata: QgsLayerMetadata) -> str:
    """Metadata as QGIS stores it."""
    layer = QgsVectorLayer("NoGeometry", "metadata", "memory")
    layer.setMetadata(metadata)
    document = QDomDocument()
    layer.exportNamedMetadata(document, "")
    return str(document.toString())


def take_own_style(path: Path, layer: str) -> bool:
    """Remove our style of an earlier run; whether somebody else's is there, which stays."""
    with closing(connect(path)) as connection:
        if connection.execute(_TABLE, ("layer_styles",)).fetchone() is None:
            return False
        own = (layer, STYLE_NAME)
        connection.execute("DELETE FROM layer_styles WHERE f_table_name = ? AND styleName = ?", own)
        query = "SELECT count(*) FROM layer_styles WHERE f_table_name = ?"
        return bool(connection.execute(query, (layer,)).fetchone()[0])
