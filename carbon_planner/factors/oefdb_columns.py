"""Columns of the Open Emission Factors Database in all its forms, and what its columns of gases hold."""

from __future__ import annotations

FIELDS = {
    "uuid": ("uuid",),
    "sector": ("sector",),
    "category": ("category",),
    "activity_id": ("activity_id", "id"),
    "name": ("name",),
    "activity_unit": ("activity_unit", "unit"),
    "factor": ("factor",),
    "kgco2e-ar5": ("kgco2e-ar5",),
    "kgco2e-ar4": ("kgco2e-ar4",),
    "kgco2": ("kgco2",),
    "kgch4": ("kgch4",),
    "kgn2o": ("kgn2o",),
    "kgco2e-otherghgs-ar5": ("kgco2e-otherghgs-ar5",),
    "kgco2e-otherghgs-ar4": ("kgco2e-otherghgs-ar4",),
    "uncertainty": ("uncertainty",),
    "scope": ("scope",),
    "lca_activity": ("lca_activity", "activity"),
    "source": ("source",),
    "dataset": ("dataset",),
    "year": ("year_released", "year"),
    "years_valid": ("years_valid", "year_valid_from", "year_valid"),
    "years_calculated_from": ("years_calculated_from", "year_calculated_from"),
    "region": ("region",),
    "data_quality": ("data_quality",),
    "contributor": ("contributor",),
    "date_accessed": ("date_accessed", "data_accessed"),
    "description": ("description",),
    "source_link": ("source_link",),
}
NEEDED = ("activity_id", "activity_unit", "source", "region", "year")
# Column of the figure: substance of its numerator, GWP set, what the factor's parameter is called.
GASES = {
    "factor": ("CO2e", "", "CO2e"),
    "kgco2e-ar5": ("CO2e", "AR5", "CO2e AR5"),
    "kgco2e-ar4": ("CO2e", "AR4", "CO2e AR4"),
    "kgco2": ("CO2", "", "CO2"),
    "kgch4": ("CH4", "", "CH4"),
    "kgn2o": ("N2O", "", "N2O"),
    "kgco2e-otherghgs-ar5": ("CO2e", "AR5", "CO2e of other gases AR5"),
    "kgco2e-otherghgs-ar4": ("CO2e", "AR4", "CO2e of other gases AR4"),
}
# Flags of data quality (DATA_GUIDANCE.md) and the messages that say what they mean.
QUALITY = {
    "o": "OEFDB_FLAG_O",
    "e": "OEFDB_FLAG_E",
    "d": "OEFDB_FLAG_D",
    "p": "OEFDB_FLAG_P",
    "h": "OEFDB_FLAG_H",
    "m": "OEFDB_FLAG_M",
}
