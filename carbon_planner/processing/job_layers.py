"""Jobs in layers: found in metadata, read from files, with the layers that they were run on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsProcessingContext, QgsProcessingException, QgsVectorLayer
from qgis.PyQt.QtCore import QCoreApplication

if TYPE_CHECKING:
    import pandas as pd

    from ..bridge.feedback import ProcessingFeedback
    from ..bridge.reading import BaseLayer, ZoneLayer
    from ..bridge.source import Source
    from ..jobs.job import Job
    from .base import PlannerAlgorithm

translate = QCoreApplication.translate

KEY = "cp_zone_id"


def job_in(layer: QgsVectorLayer) -> Job | None:
    """The job in the history of a layer's metadata, None where there is none."""
    from ..base.errors import InputError
    from ..jobs.job import Job

    for text in _history(layer):
        if not text.startswith("{"):
            continue
        try:
            return Job.from_json(text)
        except InputError as error:
            if error.message.id not in ("JOB_NONE", "JOB_NO_JSON"):
                raise
    return None


def _history(layer: QgsVectorLayer) -> list[str]:
    """History of the metadata; a layer opened by its path has not read the file beside it (``.qmd``)."""
    history = list(layer.metadata().history())
    if history:
        return history
    again = QgsVectorLayer(layer.source(), layer.name(), layer.providerType())
    again.loadDefaultMetadata()
    return list(again.metadata().history())


def given_job(alg: PlannerAlgorithm, parameters: dict[str, Any], context: QgsProcessingContext) -> Job:
    """The job of the parameter JOB, else of the layer INPUT."""
    from ..jobs.job import Job

    path = str(alg.parameterAsFile(parameters, "JOB", context) or "")
    if path:
        return Job.read(Path(path))
    layer = alg.parameterAsVectorLayer(parameters, "INPUT", context)
    if layer is None:
        raise QgsProcessingException(translate("CarbonPlanner", "Give a result layer (INPUT) or a job file (JOB)."))
    found = job_in(layer)
    if found is None:
        raise QgsProcessingException(
            translate(
                "CarbonPlanner", "The metadata of layer {layer} hold no job. Give the job file of the run in JOB."
            ).format(layer=layer.name())
        )
    return found


def zones_of(layer: QgsVectorLayer | None, voice: ProcessingFeedback) -> pd.DataFrame | None:
    """The attributes of evaluated zones as a frame, None for a layer that holds none."""
    import pandas as pd

    from ..bridge.attributes import Rows
    from ..bridge.source import open_layer

    if layer is None or layer.fields().lookupField(KEY) < 0:
        return None
    source, rows = open_layer(layer, voice), Rows()
    for feature in source.features(voice):
        rows.add(feature)
    names = [spec.name() for spec in source.fields]
    return pd.DataFrame({name: _typed(rows.column(place)) for place, name in enumerate(names)})


def _typed(values: list[Any]) -> Any:
    """Numbers as doubles, all else as objects."""
    import numpy as np

    held = [value for value in values if value is not None]
    if held and all(isinstance(value, float) for value in held):
        return np.array([np.nan if value is None else value for value in values])
    return np.array(values, dtype=object)


def read_job(
    alg: PlannerAlgorithm,
    job: Job,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    voice: ProcessingFeedback,
) -> tuple[ZoneLayer, BaseLayer | None]:
    """Read the sources of a job: the layers ZONES and BASE where they are given, else where the job says they lie."""
    from ..accounting.phasing import LINEAR
    from ..bridge.reading import BaseFields, ZoneFields, read_base, read_zones
    from ..jobs.sources import BASE, ZONES

    curve = job.curve or LINEAR
    points = curve if isinstance(curve, str) else tuple((float(x), float(y)) for x, y in curve)
    fields = ZoneFields.from_used(job.sources[ZONES].fields, points)
    zones = read_zones(_source(alg, job, ZONES, "ZONES", parameters, context, voice), fields, voice)
    if BASE not in job.sources:
        return zones, None
    source = _source(alg, job, BASE, "BASE", parameters, context, voice)
    return zones, read_base(
        source, BaseFields.from_used(job.sources[BASE].fields), zones, context.transformContext(), voice
    )


def _source(
    alg: PlannerAlgorithm,
    job: Job,
    name: str,
    parameter: str,
    parameters: dict[str, Any],
    context: QgsProcessingContext,
    voice: ProcessingFeedback,
) -> Source:
    from ..bridge.locations import open_record
    from ..bridge.source import open_layer, open_source

    record = job.sources[name]
    given = open_source(alg.parameterDefinition(parameter), parameters, context, voice, record.encoding)
    if given is not None:
        return given
    layer = open_record(record, parameter)
    # The context keeps the layer as long as the run lasts.
    context.temporaryLayerStore().addMapLayer(layer)
    source = open_layer(layer, voice, record.encoding)
    source.only = record.selection
    return source
