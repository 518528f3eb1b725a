"""Versions of the libraries under QGIS, for diagnostics."""

from __future__ import annotations


def gdal_version() -> str:
    """Version of GDAL."""
    from osgeo import gdal

    return str(gdal.VersionInfo("RELEASE_NAME"))


def proj_version() -> str:
    """Version of the PROJ that GDAL, and with it QGIS, uses; pyproj may bring another one."""
    from osgeo import osr

    return f"{osr.GetPROJVersionMajor()}.{osr.GetPROJVersionMinor()}.{osr.GetPROJVersionMicro()}"
