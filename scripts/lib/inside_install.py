"""``qgis --code`` script: install the zip with the plugin installer's own function into the fresh profile."""

import json
import os
import sys
from pathlib import Path

# qgis --code gives no __file__
sys.path.insert(0, os.environ["DESKTOP_LIB"])
from inside_desktop import drive


def work() -> int:
    """Install and look at what a user would have."""
    import pyplugin_installer
    import qgis.utils
    from qgis.core import QgsApplication, QgsSettings

    errors = []
    QgsApplication.messageLog().messageReceived.connect(
        lambda text, tag, *_: errors.append(text) if "Python" in tag else None
    )
    (path,) = json.loads(os.environ["DESKTOP_ARGS"])
    pyplugin_installer.instance().installFromZipFile(path)
    name = "carbon_planner"
    where = Path(sys.modules[name].__file__ or "") if name in sys.modules else Path()
    said = [item.text() for item in qgis.utils.iface.messageBar().items()]
    checks = {
        "active": name in qgis.utils.active_plugins,
        "enabled in the settings": QgsSettings().value(f"PythonPlugins/{name}") in (True, "true"),
        "loaded from the profile": Path(QgsApplication.qgisSettingsDirPath()) in where.parents,
        "algorithm registered": QgsApplication.processingRegistry().algorithmById("carbonplanner:evaluatezones")
        is not None,
        "quiet message bar": not said,
    }
    for what, good in checks.items():
        print("install:", what, "yes" if good else "NO")
    for text in [*said, *errors]:
        print("install: said:", text)
    return 0 if all(checks.values()) else 1


drive(work)
