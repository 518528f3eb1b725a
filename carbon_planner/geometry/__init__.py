"""Geometry without QGIS: reference systems, areas, validity, and the overlay of zones with parcels."""
