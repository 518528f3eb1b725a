"""The plan layer: file, schema, style, coordinate reference system, classes."""
