"""Carbon Planner: what a territorial plan does to carbon."""


def classFactory(iface: object) -> object:
    """Give QGIS the plugin; ``iface`` is None in qgis_process."""
    from .plugin import CarbonPlanner

    return CarbonPlanner(iface)
