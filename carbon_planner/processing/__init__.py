"""Processing provider: one algorithm per file. Nothing here imports pandas, Shapely or the core when QGIS loads it."""
