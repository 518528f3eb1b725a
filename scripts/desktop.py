#!/usr/bin/python3
"""Start the real QGIS desktop on a private X display with a fresh profile and let a script drive it.

usage: desktop.py [options] SCRIPT [ARG ...]        run a Python script inside the desktop (qgis --code)
       desktop.py [options] --pytest -- ARG ...     run pytest inside the desktop
       desktop.py [options] --install ZIP           install a zip by the plugin installer and check that it works

A SCRIPT finds its arguments in $DESKTOP_ARGS (JSON) and a folder for screenshots in $DESKTOP_SHOTS; it writes its exit
code to the file $DESKTOP_RESULT, for QGIS itself ends with 0 whatever happened. Exit code 124: no end in time; a
screenshot timeout.png then shows what it waited for. Only processes that were started here are ended.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

LIB = Path(__file__).resolve().parent / "lib"
sys.path.insert(0, str(LIB))
from project import BUILD, NAME, STAGE, VENV, environment  # noqa: E402

STARTUP_S = 60.0
GRAB = (
    "import sys; from PyQt5.QtWidgets import QApplication; a = QApplication([]);"
    "a.primaryScreen().grabWindow(0).save(sys.argv[1])"
)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End one process group that this script started."""
    for kill in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
            os.killpg(process.pid, kill)
            process.wait(5)


@contextlib.contextmanager
def started(command: list[str], env: dict[str, str], **more: object) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process group, and end it at the end of the block."""
    process = subprocess.Popen(command, env=env, start_new_session=True, stdin=subprocess.DEVNULL, **more)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        stop(process)


@contextlib.contextmanager
def display(size: str, env: dict[str, str]) -> Iterator[str]:
    """Give a private X display with a window manager; Xvfb itself chooses the number."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    with started(command, env, pass_fds=[write], stderr=subprocess.DEVNULL):
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise SystemExit("desktop: Xvfb did not start")
        with started(
            ["openbox"], {**env, "DISPLAY": f":{number}"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ):
            time.sleep(0.3)
            yield f":{number}"


def make_profile(root: Path, enable: bool, extra: Path | None) -> None:
    """Write a fresh profile; an enabled plugin is all that a start without dialogs needs."""
    ini = root / "profiles" / "default" / "QGIS" / "QGIS3.ini"
    ini.parent.mkdir(parents=True)
    # not enabled where a zip is to be installed: the installer starts only plugins that it sees for the first time
    text = f"[PythonPlugins]\n{NAME}=true\n" if enable else ""
    ini.write_text(text + (extra.read_text(encoding="utf-8") if extra else ""), encoding="utf-8")


def wait(process: subprocess.Popen[bytes], opt: argparse.Namespace, result: Path, env: dict[str, str]) -> int:
    """Wait for the desktop to end; return the exit code that the script inside left."""
    start = time.monotonic()
    code = None
    while code is None:
        seconds = time.monotonic() - start
        with contextlib.suppress(subprocess.TimeoutExpired):
            ended = process.wait(0.2)
            code = int(result.read_text()) if result.exists() else 70
            if ended:
                print(f"desktop: QGIS ended with {ended}", file=sys.stderr)
                code = code or 71
        # a dialog before the script has begun, most often the error of a plugin, waits for ever
        silent = opt.script.parent == LIB and seconds > STARTUP_S and not result.with_suffix(".begun").exists()
        if code is None and (silent or seconds > opt.timeout):
            picture = opt.shots / "timeout.png"
            subprocess.run(["/usr/bin/python3", "-c", GRAB, str(picture)], env=env, timeout=20, check=False)
            print(f"desktop: no {'start' if silent else 'end'} after {seconds:.0f} s, see {picture}", file=sys.stderr)
            code = 124
    print(f"desktop: exit code {code} after {time.monotonic() - start:.1f} s", flush=True)
    return code


def arguments(argv: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="scripts/desktop.py", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--lang", default="", help="language of QGIS, such as zh-Hans")
    parser.add_argument("--venv", type=Path, default=VENV, help="its packages go before the system's")
    parser.add_argument("--timeout", type=float, default=180, help="seconds")
    parser.add_argument("--size", default="1600x1000")
    parser.add_argument("--shots", type=Path, default=BUILD / "shots", help="folder of screenshots")
    parser.add_argument("--plugins", default=str(STAGE), help="QGIS_PLUGINPATH; empty for none")
    parser.add_argument("--ini", type=Path, help="lines added to the fresh profile's QGIS3.ini")
    parser.add_argument("--env", action="append", default=[], metavar="KEY=VALUE", help="more for QGIS's environment")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--pytest", action="store_true")
    mode.add_argument("--install", type=Path, metavar="ZIP")
    parser.add_argument("script", nargs="?")
    parser.add_argument("args", nargs=argparse.REMAINDER)
    opt = parser.parse_args(argv)
    if opt.pytest:
        opt.args = [*([opt.script] if opt.script else []), *opt.args]
        opt.script = LIB / "inside_pytest.py"
    elif opt.install:
        opt.args, opt.script, opt.plugins = [str(opt.install.resolve())], LIB / "inside_install.py", ""
    elif not opt.script:
        parser.error("a SCRIPT, --pytest or --install is needed")
    opt.args = [a for a in opt.args if a != "--"]
    opt.script = Path(opt.script).resolve()
    return opt


def main(argv: list[str] | None = None) -> int:
    """Command line."""
    opt = arguments(argv)
    # whoever ends this script must not leave its display and its QGIS behind
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if opt.plugins and not (Path(opt.plugins) / NAME).is_dir():
        print(f"desktop: no {opt.plugins}/{NAME}; run scripts/package --stage-only", file=sys.stderr)
        return 2
    opt.shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="qgis-desktop-") as folder:
        work = Path(folder)
        (work / "run").mkdir(mode=0o700)
        make_profile(work, bool(opt.plugins), opt.ini)
        result = work / "result"
        env = environment(
            opt.venv.resolve(),
            QT_QPA_PLATFORM="xcb",
            LIBGL_ALWAYS_SOFTWARE="1",
            XDG_RUNTIME_DIR=str(work / "run"),
            DESKTOP_LIB=str(LIB),
            DESKTOP_RESULT=str(result),
            DESKTOP_SHOTS=str(opt.shots.resolve()),
            DESKTOP_ARGS=json.dumps(opt.args),
        )
        env.update(pair.partition("=")[::2] for pair in opt.env)
        if opt.plugins:
            env["QGIS_PLUGINPATH"] = str(Path(opt.plugins).resolve())
        program = shutil.which("qgis", path=env["PATH"])
        if program is None:
            print("desktop: QGIS is not installed; run scripts/setup", file=sys.stderr)
            return 3
        command = [program, "--profiles-path", str(work), "--profile", "default", "--noversioncheck", "--nologo"]
        command += ["--lang", opt.lang] if opt.lang else []
        command += ["--code", str(opt.script)]
        with display(opt.size, env) as number:
            env["DISPLAY"] = number
            with started(command, env) as qgis:
                return wait(qgis, opt, result, env)


if __name__ == "__main__":
    sys.exit(main())
