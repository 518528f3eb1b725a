"""A PostgreSQL server of its own for tests: on loopback, with passwords, in a folder that goes away with it.

PostgreSQL refuses to run as root, so a test that runs as root starts it as an unprivileged user. Where no server is
installed the tests that need one are skipped, and say what to install.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ADMIN, PASSWORD = "cp_admin", "s3cret-Geheim-密码"
DATABASE = "规划 plan"
PACKAGES = "postgresql postgresql-15-postgis-3 python3-psycopg2"


def programs() -> Path | None:
    """Folder of the newest server's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


def lacking() -> str:
    """Why no server can be started here, "" where one can."""
    missing = []
    if programs() is None:
        missing.append("no PostgreSQL server")
    if not any(Path("/usr/share/postgresql").glob("*/extension/postgis.control")):
        missing.append("no PostGIS")
    try:
        import psycopg2  # noqa: F401
    except ImportError:
        missing.append("no psycopg2")
    if os.name != "posix":
        missing.append("not a POSIX system")
    return f"{', '.join(missing)}: install {PACKAGES} (scripts/setup does)" if missing else ""


def unprivileged() -> str:
    """The user that the server runs as."""
    if os.geteuid() != 0:
        return getpass.getuser()
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


class Server:
    """A running server; ``conninfo`` gives connection strings."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.bin = programs()
        self.user = unprivileged()
        self.port = free_port()

    def run(self, program: str, *arguments: str, **more) -> subprocess.CompletedProcess:
        env = {"PATH": f"{self.bin}:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "PGPASSWORD": PASSWORD}
        user = {"user": self.user} if os.geteuid() == 0 else {}
        return subprocess.run(
            [program, *arguments], cwd=self.folder, env=env, check=True, stdout=subprocess.DEVNULL, **user, **more
        )

    def make(self) -> None:
        """Make the cluster: only passwords are accepted."""
        secret = self.folder / "secret"
        secret.write_text(PASSWORD + "\n", encoding="utf-8")
        secret.chmod(0o644)  # the folder is the user's alone
        self.run("initdb", "-D", str(self.data), "-U", ADMIN, "-A", "scram-sha-256", "--pwfile", str(secret),
                 "--no-sync", "-E", "UTF8")  # fmt: skip
        secret.unlink()
        log = "log_min_messages=warning\nlog_statement=none\n"
        settings = f"listen_addresses='127.0.0.1'\nport={self.port}\nunix_socket_directories=''\nmax_connections=40\n"
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as handle:
            handle.write(settings + log + "shared_buffers=32MB\nmax_wal_size=128MB\n")

    def start(self) -> None:
        self.run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "-t", "60", "start")

    def stop(self, mode: str = "immediate") -> None:
        self.run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop")

    def kill(self) -> None:
        """kill -9 of the server's first process; the others notice and end."""
        pid = (self.data / "postmaster.pid").read_text(encoding="utf-8").split()[0]
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
        os.kill(int(pid), signal.SIGKILL)
        wait_for(lambda: not any(is_alive(p) for p in [pid, *children]))

    def conninfo(self, user: str = ADMIN, password: str = PASSWORD, database: str = DATABASE) -> str:
        """A libpq connection string."""
        from psycopg2.extensions import make_dsn

        return make_dsn(host="127.0.0.1", port=self.port, dbname=database, user=user, password=password)

    def ask(self, sql: str, *values, database: str = DATABASE):
        """Run a statement as administrator; its rows."""
        import psycopg2

        connection = psycopg2.connect(self.conninfo(database=database))
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, values or None)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()


def is_alive(pid: str) -> bool:
    """Whether a process runs; one that waits to be reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_for(condition, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running_server() -> Iterator[Server]:
    """A server with an empty database that has PostGIS; everything is removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="cp-team-"))
    server = Server(folder)
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, server.user)
        server.make()
        server.start()
        try:
            server.ask(f'CREATE DATABASE "{DATABASE}"', database="postgres")
            server.ask("CREATE EXTENSION postgis")
            yield server
        finally:
            with contextlib.suppress(subprocess.CalledProcessError):
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
