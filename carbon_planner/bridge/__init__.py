"""The border to QGIS: layers ↔ plain arrays, CRS, encodings, outputs, styles, metadata, write-back, settings."""
