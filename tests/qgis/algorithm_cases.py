"""Parameters of algorithms that need the results of others; made when they are asked for."""

from __future__ import annotations


def late_case(name, cases, folder):
    """Parameters without destinations of an algorithm, None for one that is not known here."""
    maker = {"replayjob": job, "compareruns": two_runs}.get(name)
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
