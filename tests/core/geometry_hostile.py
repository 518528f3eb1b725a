"""Hostile geometry for tests: what it is, the issues it must raise, the area it must have."""

import math

import numpy as np
import shapely
from geometry_cases import square

NAN, INF = math.nan, math.inf


def coords(*xy):
    return shapely.polygons(np.array([*xy, xy[0]], dtype=float))


def circle(vertices):
    """A regular polygon of radius 100, clockwise from (100, 0), not closed."""
    turn = -np.arange(vertices) * 2 * math.pi / vertices
    return np.stack([np.cos(turn), np.sin(turn)], axis=1) * 100


def comb(teeth):
    """A comb whose teeth all touch its back from outside in one point: valid only as many parts."""
    xy = [(0, 0)]
    for i in range(teeth):
        xy += [(2 * i, 0), (2 * i + 1, 1), (2 * i + 2, 0)]
    return coords(*xy, (2 * teeth, -1), (0, -1))


def random_ring(count, seed):
    return coords(*map(tuple, np.random.default_rng(seed).uniform(0, 100, (count, 2))))


SQ = "((0 0, 4 0, 4 4, 0 4, 0 0))"
FAR = 4e6

# name: geometry, kinds of issues, area (None: no geometry)
HOSTILE = {
    "nothing": (None, ["NULL"], None),
    "pandas missing": (NAN, ["NULL"], None),
    "text": ("@POLYGON", ["NOT_POLYGON"], None),
    "number": (5, ["NOT_POLYGON"], None),
    "dictionary": ({"type": "Polygon"}, ["NOT_POLYGON"], None),
    "empty polygon": ("POLYGON EMPTY", ["EMPTY"], None),
    "empty multipolygon": ("MULTIPOLYGON EMPTY", ["EMPTY"], None),
    "multipolygon of empties": ("MULTIPOLYGON (EMPTY, EMPTY)", ["EMPTY"], None),
    "empty collection": ("GEOMETRYCOLLECTION EMPTY", ["EMPTY"], None),
    "collection of empties": ("GEOMETRYCOLLECTION (POLYGON EMPTY, POINT EMPTY)", ["EMPTY"], None),
    "empty point": ("POINT EMPTY", ["EMPTY"], None),
    "empty with heights": ("POLYGON Z EMPTY", ["EMPTY"], None),
    "point": ("POINT (1 1)", ["NOT_POLYGON"], None),
    "multipoint": ("MULTIPOINT ((1 1), (2 2))", ["NOT_POLYGON"], None),
    "line": ("LINESTRING (0 0, 1 1)", ["NOT_POLYGON"], None),
    "closed line": ("LINESTRING (0 0, 1 0, 1 1, 0 0)", ["NOT_POLYGON"], None),
    "ring": (shapely.linearrings([(0, 0), (1, 0), (1, 1), (0, 0)]), ["NOT_POLYGON"], None),
    "multiline": ("MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))", ["NOT_POLYGON"], None),
    "collection without polygon": ("GEOMETRYCOLLECTION (POINT (0 0), LINESTRING (0 0, 1 1))", ["NOT_POLYGON"], None),
    "nested collection without polygon": (
        "GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (POINT (0 0)), MULTIPOINT ((1 1)))", ["NOT_POLYGON"], None,
    ),
    "collection with polygon": (f"GEOMETRYCOLLECTION (POLYGON {SQ}, LINESTRING (0 0, 9 9))", ["REPAIRED"], 16),
    "nested collection": (f"GEOMETRYCOLLECTION (GEOMETRYCOLLECTION (POLYGON {SQ}), POINT (9 9))", ["REPAIRED"], 16),
    "collection of overlapping polygons": (
        f"GEOMETRYCOLLECTION (POLYGON {SQ}, POLYGON ((2 0, 6 0, 6 4, 2 4, 2 0)))", ["REPAIRED"], 24,
    ),
    "collection with multipolygon": (f"GEOMETRYCOLLECTION (MULTIPOLYGON ({SQ}), POINT (0 0))", ["REPAIRED"], 16),
    "nan": (shapely.polygons([(0, 0), (1, 0), (NAN, 1), (0, 0)]), ["NOT_FINITE"], None),
    "infinity": (shapely.polygons([(0, 0), (1, 0), (1, INF), (0, 0)]), ["NOT_FINITE"], None),
    "infinite all over": (shapely.polygons([(INF, INF)] * 4), ["NOT_FINITE"], None),
    "nan in a hole": (
        shapely.polygons(shapely.linearrings([(0, 0), (9, 0), (9, 9), (0, 0)]),
                         [shapely.linearrings([(4, 1), (5, 1), (5, NAN), (4, 1)])]), ["NOT_FINITE"], None,
    ),
    "nan height": (shapely.polygons([(0, 0, 1), (4, 0, NAN), (4, 4, 1), (0, 0, 1)]), ["Z_DROPPED"], 8),
    "heights": ("POLYGON Z ((0 0 5, 4 0 5, 4 4 5, 0 4 5, 0 0 5))", ["Z_DROPPED"], 16),
    "bow tie": ("POLYGON ((0 0, 2 2, 2 0, 0 2, 0 0))", ["REPAIRED"], 2),
    "bow tie with heights": ("POLYGON Z ((0 0 1, 2 2 1, 2 0 1, 0 2 1, 0 0 1))", ["REPAIRED", "Z_DROPPED"], 2),
    "unequal bow tie": ("POLYGON ((0 0, 4 4, 4 0, 0 1, 0 0))", ["REPAIRED"], 0.4 + 6.4),
    "bow tie far from the origin": (
        coords((FAR, FAR), (FAR + 2, FAR + 2), (FAR + 2, FAR), (FAR, FAR + 2)), ["REPAIRED"], 2,
    ),
    "bow tie in a multipolygon": (
        "MULTIPOLYGON (((0 0, 2 2, 2 0, 0 2, 0 0)), ((9 9, 10 9, 10 10, 9 10, 9 9)))", ["REPAIRED"], 3,
    ),
    "bow tie as a hole": ("POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 3 3, 3 1, 1 3, 1 1))", ["REPAIRED"], 79),
    "pentagram": (
        coords(*((math.sin(k * 4 * math.pi / 5), math.cos(k * 4 * math.pi / 5)) for k in range(5))), ["REPAIRED"],
        1.1225699414489634,  # ten triangles round its centre
    ),
    "ring twice round": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0, 4 0, 4 4, 0 4, 0 0))", ["REPAIRED"], 16),
    "loop inside the ring": ("POLYGON ((0 0, 6 0, 6 6, 3 6, 3 3, 5 3, 5 5, 2 5, 2 6, 0 6, 0 0))", ["REPAIRED"], 35),
    "figure of eight": ("POLYGON ((0 0, 2 0, 2 2, 4 2, 4 4, 2 4, 2 2, 0 2, 0 0))", ["REPAIRED"], 8),
    "ring touches itself, enclosing a hole": (
        "POLYGON ((0 0, 6 0, 6 6, 3 6, 4 4, 2 4, 3 6, 0 6, 0 0))", ["REPAIRED"], 34,
    ),
    "clockwise shell": ("POLYGON ((0 0, 0 4, 4 4, 4 0, 0 0))", [], 16),
    "hole turning like its shell": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 2 1, 2 2, 1 2, 1 1))", [], 15),
    "hole outside": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (6 6, 7 6, 7 7, 6 7, 6 6))", ["REPAIRED"], 17),
    "hole across the shell": ("POLYGON ((0 0, 2 0, 2 2, 0 2, 0 0), (1 1, 3 1, 3 3, 1 3, 1 1))", ["REPAIRED"], 3),
    "hole equal to shell": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (0 0, 4 0, 4 4, 0 4, 0 0))", ["EMPTY"], None),
    "hole larger than shell": (
        "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (-1 -1, 5 -1, 5 5, -1 5, -1 -1))", ["EMPTY"], None,
    ),
    "hole along the shell": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (0 1, 1 1, 1 2, 0 2, 0 1))", ["REPAIRED"], 15),
    "hole touching the shell in a point": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (0 2, 1 1, 1 3, 0 2))", [], 15),
    "hole touching the shell twice": (
        "POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (0 2, 2 1, 4 2, 2 3, 0 2))", ["REPAIRED"], 12,
    ),
    "overlapping holes": (
        "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 4 1, 4 4, 1 4, 1 1), (2 2, 6 2, 6 6, 2 6, 2 2))", ["REPAIRED"], 60,
    ),
    "hole in a hole": (
        "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1), (3 3, 4 3, 4 4, 3 4, 3 3))", ["REPAIRED"], 32,
    ),
    "the same hole twice": (
        "POLYGON ((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 4 1, 4 4, 1 4, 1 1), (1 1, 4 1, 4 4, 1 4, 1 1))", ["REPAIRED"], 72,
    ),
    "empty hole": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), EMPTY)", [], 16),
    "empty hole first": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), EMPTY, (1 1, 2 1, 2 2, 1 2, 1 1))", [], 15),
    "collapsed hole": ("POLYGON ((0 0, 4 0, 4 4, 0 4, 0 0), (1 1, 3 3, 2 2, 1 1))", ["REPAIRED"], 16),
    "island": (
        "MULTIPOLYGON (((0 0, 9 0, 9 9, 0 9, 0 0), (1 1, 8 1, 8 8, 1 8, 1 1)), ((3 3, 4 3, 4 4, 3 4, 3 3)))", [], 33,
    ),
    "parts overlap": ("MULTIPOLYGON (((0 0, 2 0, 2 2, 0 2, 0 0)), ((1 1, 3 1, 3 3, 1 3, 1 1)))", ["REPAIRED"], 7),
    "part in a part": ("MULTIPOLYGON (((0 0, 4 0, 4 4, 0 4, 0 0)), ((1 1, 2 1, 2 2, 1 2, 1 1)))", ["REPAIRED"], 16),
    "the same part twice": (f"MULTIPOLYGON ({SQ}, {SQ})", ["REPAIRED"], 16),
    "the same part three times": (f"MULTIPOLYGON ({SQ}, {SQ}, {SQ})", ["REPAIRED"], 16),
    "parts share an edge": ("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((1 0, 2 0, 2 1, 1 1, 1 0)))", ["REPAIRED"], 2),
    "parts touch in a point": ("MULTIPOLYGON (((0 0, 1 0, 1 1, 0 1, 0 0)), ((1 1, 2 1, 2 2, 1 2, 1 1)))", [], 2),
    "an empty part": (f"MULTIPOLYGON ({SQ}, EMPTY)", [], 16),
    "a collapsed part": (f"MULTIPOLYGON ({SQ}, ((7 7, 8 8, 9 9, 7 7)))", ["REPAIRED"], 16),
    "duplicate vertices": ("POLYGON ((0 0, 4 0, 4 0, 4 0, 4 4, 0 4, 0 4, 0 0, 0 0))", [], 16),
    "vertices on a straight edge": ("POLYGON ((0 0, 1 0, 2 0, 3 0, 4 0, 4 4, 0 4, 0 0))", [], 16),
    "spike outward": ("POLYGON ((0 0, 2 0, 2 2, 2 9, 2 2, 0 2, 0 0))", ["REPAIRED"], 4),
    "spike inward": ("POLYGON ((0 0, 4 0, 4 4, 2 4, 2 1, 2 4, 0 4, 0 0))", ["REPAIRED"], 16),
    "bridge to an island": (
        "POLYGON ((0 0, 2 0, 2 1, 5 1, 5 0, 7 0, 7 2, 5 2, 5 1, 2 1, 2 2, 0 2, 0 0))", ["REPAIRED"], 8,
    ),
    "needle": (coords((0, 0), (1e5, 0), (1e5, 1e-6)), [], 0.05),
    "flat": ("POLYGON ((0 0, 4 0, 2 0, 0 0))", ["EMPTY"], None),
    "one point": ("POLYGON ((1 1, 1 1, 1 1, 1 1))", ["EMPTY"], None),
    "back and forth": ("POLYGON ((0 0, 1 1, 2 2, 1 1, 0 0))", ["EMPTY"], None),
    "tiny": (square(0, 0, 1e-9), [], 1e-18),
    "too small for a number": (square(0, 0, 1e-170), ["EMPTY"], None),
    "huge": (square(-1e150, -1e150, 2e150), [], 4e300),
    "comb": (comb(50), [], 150),
    "random scribble": (random_ring(40, 1), ["REPAIRED"], "structure"),
    "large scribble": (random_ring(300, 2), ["REPAIRED"], "structure"),
    "spiral staircase": (
        coords(*((r * math.cos(r), r * math.sin(r)) for r in np.linspace(1, 30, 200)), (0, 0)), ["REPAIRED"],
        "structure",
    ),
    "million vertices": (shapely.polygons(circle(10**6)), [], math.pi * 1e4),
    "million vertices and an ear": (
        shapely.polygons(np.concatenate([circle(10**6), [(100, 0), (200, -50), (200, 50), (100, 0)]])), ["REPAIRED"],
        math.pi * 1e4 + 5000.0,
    ),
}  # fmt: skip


def hostile(name):
    shape = HOSTILE[name][0]
    if isinstance(shape, str) and not shape.startswith("@"):
        return shapely.from_wkt(shape)
    return shape
