"""Layer metadata: where a result comes from and what it does not say, in the layer itself.

Title, abstract (with the plain statement of what is not included), the factor set with its full hash, versions,
parameters, CRS, area method, baseline, sectors, time, licence, rights. The fields that were evaluated are kept as
keywords, so that :mod:`.writeback` can tell later which results are stale.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from qgis.core import QgsBox3d, QgsLayerMetadata

from ..base.messages import Message, message
from .reading import ZoneLayer
from .tables import LEDGER, PIECES, ZONES, Table

if TYPE_CHECKING:
    from ..accounting.evaluate import Evaluation

TITLES = {ZONES: "TITLE_ZONES", PIECES: "TITLE_PIECES", LEDGER: "TITLE_LEDGER"}
FIELDS_VOCABULARY = "carbon_planner:fields"
SYSTEMS_VOCABULARY = "carbon_planner:class_systems"


def title(kind: str, layer: str, lang: str) -> str:
    """Name of a result layer as it stands in the layer tree."""
    return message(TITLES[kind], layer=layer).text(lang)


def group_name(layer: str, lang: str) -> str:
    """Name of the layer tree group for the results of a layer."""
    return message("TITLE_GROUP", layer=layer).text(lang)


def describe_table(
    table: Table, evaluation: Evaluation, zones: ZoneLayer, made: Mapping[str, Any], created: str
) -> Table:
    """Give a table its title, its class system and its metadata; returns the table.

    ``made`` says with what and from what (software, libraries, sources, parameters; plain data), ``created`` is the
    time as ISO 8601.
    """
    table.title = title(table.kind, zones.source.name, table.lang)
    table.class_system = evaluation.plan_system or evaluation.base_system
    table.metadata = layer_metadata(table, evaluation, zones, made, created)
    return table


def layer_metadata(
    table: Table, evaluation: Evaluation, zones: ZoneLayer, made: Mapping[str, Any], created: str
) -> QgsLayerMetadata:
    """Metadata of one result layer in the language of the table."""
    lang = table.lang
    factor_set = evaluation.factor_set
    settings = evaluation.settings
    result = QgsLayerMetadata()
    result.setType("dataset")
    result.setIdentifier(f"carbon-planner:{table.kind}:{created}")
    result.setLanguage("zh-CN" if lang == "zh" else "en")
    result.setTitle(table.title)
    lines = [_line("METADATA_METHOD", lang, method=_first(evaluation, "cp_method"))]
    lines += [_line("METADATA_BASELINE", lang, baseline=_first(evaluation, "cp_bl"))]
    lines += [_line("METADATA_SCOPE", lang, scope=_first(evaluation, "cp_scope"))]
    lines += [_line("METADATA_AREA", lang, method=settings.area_method, crs=zones.crs.userFriendlyIdentifier())]
    lines += [_line("METADATA_FACTORS", lang, ref=factor_set.ref, hash=factor_set.content_hash)]
    lines += ["", _line("METADATA_STATEMENT", lang)]
    lines += [f"– {part.text(lang)}" for part in evaluation.statement]
    if evaluation.warnings:
        lines += ["", _line("METADATA_WARNINGS", lang)]
        lines += [f"– {part.text(lang)}" for part in evaluation.warnings]
    result.setAbstract("\n".join(lines))
    result.setHistory([f"{created} {made.get('software', 'Carbon Planner')}", _json(made)])
    info = factor_set.info
    result.setLicenses([f"{info.id}@{info.version}: {info.licence}"] if info.licence else [])
    result.setRights([_line("METADATA_RIGHTS", lang, layer=zones.source.name)])
    result.setKeywords(
        {
            FIELDS_VOCABULARY: [f"{role}={name}" for role, name in zones.fields.used().items()],
            SYSTEMS_VOCABULARY: [
                f"plan={evaluation.plan_system}",
                f"base={evaluation.base_system}",
                f"factors={factor_set.ref}",
            ],
        }
    )
    if table.spatial:
        _place(result, zones)
    return result


def _place(result: QgsLayerMetadata, zones: ZoneLayer) -> None:
    result.setCrs(zones.crs)
    if zones.extent.isNull() or not zones.extent.isFinite():
        return
    box = QgsLayerMetadata.SpatialExtent()
    box.extentCrs = zones.crs
    box.bounds = QgsBox3d(zones.extent)
    extent = QgsLayerMetadata.Extent()
    extent.setSpatialExtents([box])
    result.setExtent(extent)


def evaluated_fields(metadata: QgsLayerMetadata) -> dict[str, str]:
    """Role → field of the evaluation that made a layer; empty where the metadata do not say."""
    pairs = (text.partition("=") for text in metadata.keywords().get(FIELDS_VOCABULARY, []))
    return {role: name for role, _, name in pairs if name}


def _line(msg_id: str, lang: str, **params: Any) -> str:
    return Message(msg_id, params).text(lang)


def _first(evaluation: Evaluation, field: str) -> str:
    """The value of a text field of the run, the same in all zones that have one."""
    values = evaluation.zones[field].dropna() if field in evaluation.zones else ()
    return str(values.iloc[0]) if len(values) else "—"


def _json(made: Mapping[str, Any]) -> str:
    return json.dumps(made, ensure_ascii=False, sort_keys=True, default=str)
