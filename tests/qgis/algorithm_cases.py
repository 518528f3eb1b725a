"""Parameters of algorithms that need the results of others; made when they are asked for."""

from __future__ import annotations


def late_case(name, cases, folder):
    """Parameters without destinations of an algorithm, None for one that is not known here."""
    maker = {
        "replayjob": job, "uncertainty": job, "compareruns": two_runs, "areasbyclass": areas, "activities": activities,
        "applyfactors": factors, "decomposition": effects, "valuation": values, "calibrate": totals,
        "mergeplans": plans, "evaluatefolder": plans_in_folder, "batchplan": job_table,
    }.get(name)  # fmt: skip
    return None if maker is None else maker(cases, folder)


def evaluated(cases, folder, **more):
    """Evaluated zones in a file, with their job."""
    import processing

    names = {"OUTPUT": str(folder / "evaluated.gpkg"), "JOB": str(folder / "job.json")}
    return processing.run("carbonplanner:evaluatezones", {**cases["evaluatezones"], **names, **more})


def job(cases, folder):
    plan = cases["evaluatezones"]
    return {"JOB": evaluated(cases, folder)["JOB"], "ZONES": plan["ZONES"], "BASE": plan["BASE"]}


def two_runs(cases, folder):
    layer = evaluated(cases, folder)["OUTPUT"]
    return {"OLD": layer, "NEW": layer}


def areas(cases, folder):
    names = ("ZONES", "ZONE_ID", "ZONE_CLASS", "BASE", "BASE_CLASS")
    return {name: cases["evaluatezones"][name] for name in names}


def activities(cases, folder):
    return cases["evaluatezones"]


def table(folder, name, header, *rows):
    """A CSV whose numbers QGIS reads as such."""
    path = folder / f"{name}.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    kinds = ['"Real"' if cell.replace(".", "").isdigit() else '"String"' for cell in rows[0].split(",")]
    path.with_suffix(".csvt").write_text(",".join(kinds), encoding="utf-8")
    return str(path)


def factors(cases, folder):
    path = table(folder, "quantities", "zone,m2,factor", "a,1000,emb_res_rc", "b,2000,emb_res_rc")
    return {"INPUT": path, "VALUE": "m2", "UNIT": "m2", "FACTOR_FIELD": "factor", "GROUP": "zone",
            "FACTOR_SET": "building"}  # fmt: skip


def effects(cases, folder):
    start = table(folder, "start", "zone,activity,intensity", "a,10,10")
    end = table(folder, "end", "zone,activity,intensity", "a,12,9.5")
    return {"START": start, "END": end, "FACTORS": ["activity", "intensity"], "KEY": "zone"}


def values(cases, folder):
    path = table(folder, "stocks", "zone,before,after", "a,2570,270")
    return {"INPUT": path, "AMOUNT": "after", "BEFORE": "before", "PRICE": 43.0, "FIRST_YEAR": 2020, "LAST_YEAR": 2030}


def totals(cases, folder):
    path = table(folder, "figures", "zone,sector,t", "a,transport,60", "b,transport,40")
    official = table(folder, "official", "sector,t", "transport,120")
    return {"INPUT": path, "ZONE": "zone", "SECTOR": "sector", "VALUE": "t",
            "OFFICIAL": official, "OFFICIAL_SECTOR": "sector", "OFFICIAL_VALUE": "t"}  # fmt: skip


def plans(cases, folder):
    given = cases["evaluatezones"]
    return {"LAYERS": [given["ZONES"], given["BASE"]], "CLASS_FIELDS": "plan;dlbm"}


def plans_in_folder(cases, folder):
    """A folder with one plan, and a place for what comes of it."""
    source = folder / "plans"
    source.mkdir()
    (source / "plan.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"land_use": "0701"}, "geometry":'
        ' {"type": "Polygon", "coordinates": [[[108, 30], [108.001, 30], [108.001, 30.001], [108, 30.001], [108, 30]]]}'
        "}]}",
        encoding="utf-8",
    )
    return {"INPUT": str(source), "OUTPUT": str(folder / "results")}


def job_table(cases, folder):
    plans_in_folder(cases, folder)
    return {"TABLE": table(folder, "jobs", "NAME,ZONES", "a,plans/plan.geojson"), "OUTPUT": str(folder / "results")}
