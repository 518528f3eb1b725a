"""What each layer of scripts/test runs."""

from __future__ import annotations

import os
from pathlib import Path

from project import BUILD, NAME, ROOT, version
from steps import LOGS, Step

SYSTEM_PYTHON = "/usr/bin/python3"
TYPED = ("base", "geometry", "storage", "classes", "factors", "accounting", "analysis", "report", "jobs")
ENVIRONMENTS = (".venv", ".venv-oldest", ".venv-newest")
SUITES = ("trixie", "forky")  # QGIS 3.40 and 3.44
CHROOTS = Path(os.environ.get("CHROOT_DIR", "/var/tmp/qgis-roots"))
PYLIB = BUILD / "pylib"
LONG_LIMIT_S = 4 * 3600.0

TITLES = {
    "L0": "core, without QGIS",
    "L1": "real QGIS of this system",
    "L2": "zip and desktop",
    "L3": "newer QGIS in chroots",
}
BUDGETS_S = {"L0": 300, "L1": 360, "L2": 300, "L3": 300}


class Options:
    """What the command line asked for."""

    def __init__(self, long: bool, extra: list[str]) -> None:
        self.long = long
        self.extra = extra

    def pytest(self, python: str, *folders: str, marks: str = "") -> list[str]:
        """Command for pytest on those of the folders that exist."""
        command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(["-m", marks] if marks else [])]
        if self.long:
            command += ["--timeout", "7200"]
        return [*command, *(f for f in folders if (ROOT / f).is_dir()), *self.extra]

    def limit_s(self) -> float:
        """Time after which a step is ended."""
        return LONG_LIMIT_S if self.long else 900.0

    def env(self) -> dict[str, str]:
        """Environment that tells the tests about --long."""
        return {"CARBON_PLANNER_LONG": "1"} if self.long else {}


def tool(name: str, *args: str) -> list[str]:
    """A tool of the test environment."""
    return [str(ROOT / ".venv" / "bin" / name), *args]


def stage_step() -> Step:
    """Lay the plugin folder that QGIS loads."""
    return Step("stage the plugin", [str(ROOT / "scripts" / "package"), "--stage-only"])


def layer0(opt: Options) -> list[Step]:
    """Lint, types, import rules, rules of the project."""
    typed = [f"{NAME}/{name}" for name in TYPED if (ROOT / NAME / name).is_dir()]
    return [
        Step("ruff check", tool("ruff", "check", "--quiet", ".")),
        Step("ruff format", tool("ruff", "format", "--check", "--quiet", ".")),
        Step("mypy --strict", tool("mypy", "--no-error-summary", *typed)),
        Step("import-linter", tool("lint-imports", "--no-logo", "--no-cache")),
        plain_pytest(opt, ".venv", "tests/lint"),
    ]


def core_steps(opt: Options) -> list[Step]:
    """The core's tests with three sets of libraries; those of the team store start a PostgreSQL server of their own."""
    return [plain_pytest(opt, ".venv", "tests/team"), *(plain_pytest(opt, name, "tests/core") for name in ENVIRONMENTS)]


def plain_pytest(opt: Options, environment: str, folder: str) -> Step:
    """Tests that need no QGIS."""
    command = opt.pytest(str(ROOT / environment / "bin" / "python"), folder)
    command[3:3] = ["-p", "no:pytest_qgis"]  # it would start QGIS
    return Step(f"{folder} in {environment}", command, opt.env(), (folder,), opt.limit_s(), bool(opt.extra))


def layer1(opt: Options) -> list[Step]:
    """The plugin in this system's QGIS, in process and through qgis_process."""
    folders = ("tests/qgis", "tests/data_cases")
    env = {"QT_QPA_PLATFORM": "offscreen", **opt.env()}
    return [
        stage_step(),
        Step("scripts/run evaluates the sample", [str(ROOT / "scripts" / "run"), "--out", "build/test/run"]),
        matrix_step("qgis_process on this system", "system"),
        Step(
            "tests/qgis and tests/data_cases",
            opt.pytest(tool("python")[0], *folders),
            env,
            folders,
            opt.limit_s(),
            bool(opt.extra),
        ),
    ]


def matrix_step(title: str, label: str, root: Path | None = None) -> Step:
    """Evaluate the sample by qgis_process from three formats; compare with this system's numbers."""
    script = ["scripts/lib/sample_matrix.py", label]
    if root is None:
        return Step(title, [*tool("python"), *script])
    return Step(title, [str(ROOT / "scripts" / "inroot"), str(root), SYSTEM_PYTHON, *script])


def layer2(opt: Options) -> list[Step]:
    """The zip as the plugin site and a user see it, then the desktop in Chinese."""
    zip_path = f"dist/{NAME}-{version()}.zip"
    shots = "build/shots"
    desktop = [SYSTEM_PYTHON, "scripts/desktop.py", "--shots", shots, "--timeout"]
    tests = ["--lang", "zh-Hans", "--pytest", "--", *opt.pytest("", "tests/desktop")[3:]]
    timeout = str(opt.limit_s() - 30)
    return [
        Step("two builds are byte-equal", [SYSTEM_PYTHON, "scripts/lib/twice.py"]),
        Step("zip by the site's rules", [SYSTEM_PYTHON, "scripts/lib/check_zip.py", zip_path]),
        Step("security scan of the zip", [*tool("python"), "scripts/lib/scan_zip.py", zip_path]),
        Step("install the zip in a clean profile", [*desktop, "120", "--install", zip_path]),
        Step(
            "tests/desktop in zh-Hans",
            [*desktop, timeout, *tests],
            opt.env(),
            ("tests/desktop",),
            opt.limit_s(),
            bool(opt.extra),
        ),
    ]


def layer3(opt: Options, suite: str) -> list[Step]:
    """Golden cases and one desktop smoke test on one newer QGIS."""
    root = CHROOTS / suite
    inside = [str(ROOT / "scripts" / "inroot"), str(root)]
    env = {"EXTRA_PYTHONPATH": "/repo/build/pylib", **opt.env()}
    golden = opt.pytest(SYSTEM_PYTHON, "tests/qgis", marks="golden")
    smoke = opt.pytest("", "tests/desktop", marks="smoke")[3:]
    desktop = [SYSTEM_PYTHON, "scripts/desktop.py", "--venv", "", "--shots", f"build/shots-{suite}", "--pytest", "--"]
    return [
        Step(f"chroot {suite}", [str(ROOT / "scripts" / "make_chroot"), suite, str(root)], limit_s=1500),
        matrix_step(f"qgis_process on {suite}", suite, root),
        Step(
            f"golden cases on {suite}",
            [*inside, "env", "QT_QPA_PLATFORM=offscreen", *golden],
            env,
            ("tests/qgis",),
            opt.limit_s(),
            bool(opt.extra),
            prefix="/repo",
        ),
        Step(
            f"desktop smoke test on {suite}",
            [*inside, *desktop, *smoke],
            env,
            ("tests/desktop",),
            opt.limit_s(),
            bool(opt.extra),
            prefix="/repo",
        ),
    ]


def layer3_common() -> list[Step]:
    """What the chroots share: pytest-qgis is pure Python, so one folder serves all of them."""
    target = ["--target", str(PYLIB), "--upgrade"]
    pip = [*tool("python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-deps", *target]
    steps = [stage_step()]
    if not (PYLIB / "pytest_qgis").is_dir() or not (PYLIB / "pytest_timeout.py").exists():
        pip_env = {key: value for key, value in os.environ.items() if key.startswith(("PIP_", "http", "https"))}
        steps.append(Step("pytest-qgis for the chroots", [*pip, "-r", "scripts/requirements-chroot.txt"], pip_env))
    return steps


__all__ = [
    "BUDGETS_S", "LOGS", "SUITES", "TITLES", "Options", "core_steps", "layer0", "layer1", "layer2", "layer3",
    "layer3_common",
]  # fmt: skip
