"""Data at rest: SQLite, GeoPackage, the schema of the factor store. Knows nothing of what a factor means."""
