"""Result frames with awkward values, for the tests of outputs."""

import numpy as np
import pandas as pd

from carbon_planner.base.fields import ledger_fields, zone_fields


def frames(zones):
    """Result frames with awkward values: NaN, None, infinity, long text."""
    n = len(zones.plan.ids)
    frame = pd.DataFrame({spec.name: [None] * n for spec in zone_fields()})
    frame["cp_zone_id"] = zones.plan.ids
    frame["cp_area_ha"] = np.arange(1.0, n + 1.0)
    frame["cp_net_t"] = [(-1) ** i * 1234.56789 * (i + 1) for i in range(n)]
    frame.loc[n - 1, "cp_net_t"] = np.nan
    frame["cp_net_lo"] = np.inf
    frame["cp_fset"] = "cq_mixed@1.0.0#0123456789ab"
    frame["cp_stamp"] = zones.plan.stamps
    ledger = pd.DataFrame({spec.name: [None, None] for spec in ledger_fields()})
    ledger["zone_id"] = ["=1+1", "-12"]
    ledger["yr_from"] = [2026, 2026]
    ledger["yr_to"] = pd.array([2060, None], dtype="Int64")
    ledger["tco2e"] = [1.5, np.nan]
    pieces = pd.DataFrame(
        {
            "zone_id": zones.plan.ids[:1],
            "base_class": ["0101"],
            "plan_class": ["0701"],
            "area_ha": [1.0],
            "counted": [True],
            "geometry": [zones.plan.geometry[0]],
        }
    )
    return frame, pieces, ledger
