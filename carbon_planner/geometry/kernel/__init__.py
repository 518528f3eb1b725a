"""Areas of zones × parcels without building a geometry; how it works: ``docs/engine.md``. NumPy only."""

from .cross import Base, Limits, areas_over, cross_areas
from .density import Density
from .rings import Rings
from .tree import BoxTree

__all__ = ["Base", "BoxTree", "Density", "Limits", "Rings", "areas_over", "cross_areas"]
