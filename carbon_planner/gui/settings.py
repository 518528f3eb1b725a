"""Settings of the desktop; the accessor and the other keys are in :mod:`..bridge.settings`.

=====================  ======  ====================================================================================
key                    kind    meaning
=====================  ======  ====================================================================================
landMethod             text    ``stock`` or ``flux``: what the dialog *Evaluate* starts with
stockSet, fluxSet      text    factor set that the dialog starts with; empty: the default of the method
startYear, endYear     number  years that the dialog starts with
recentClasses/SYSTEM   text    recently used class codes, newest first
zoneForm/size          size    size of the zone form
=====================  ======  ====================================================================================
"""

from __future__ import annotations

from ..bridge.settings import Setting

LAND_METHOD = Setting("landMethod", "stock")
STOCK_SET = Setting("stockSet", "")
FLUX_SET = Setting("fluxSet", "")
START_YEAR = Setting("startYear", 2025)
END_YEAR = Setting("endYear", 2060)
