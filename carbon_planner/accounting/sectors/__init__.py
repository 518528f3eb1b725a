"""Sectors beside the land, as data: quantities of zones × rule tables × factors → columns and terms of the ledger.

``quantities.csv`` names what a zone may state, ``uses.csv`` which building uses a class holds, ``symbols.csv`` which
factors formulas speak of, ``rules/*.csv`` what is emitted or removed. :func:`build_sectors` evaluates them;
:func:`register_sector_folder` adds the sector of somebody else.
"""

from __future__ import annotations

from .build import build_sectors
from .catalogue import current, register_sector_folder, registered_folders, registered_hashes, shipped, unregister_all
from .check import SectorError
from .request import SectorPart, SectorRequest

__all__ = [
    "SectorError",
    "SectorPart",
    "SectorRequest",
    "build_sectors",
    "current",
    "register_sector_folder",
    "registered_folders",
    "registered_hashes",
    "shipped",
    "unregister_all",
]
