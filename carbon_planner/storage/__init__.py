"""Data at rest: SQLite, GeoPackage attribute tables, the schema of the factor store. Knows nothing of factors' meaning."""
