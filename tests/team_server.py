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

    def _command(self, program: str, *arguments: str) -> tuple[list[str], dict]:
        """A command as the unprivileged user, with nothing of this process's environment."""
        env = {"PATH": f"{self.bin}:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
        user = {"user": self.user} if os.geteuid() == 0 else {}
        return [program, *arguments], {"cwd": self.folder, "env": env, **user}

    def run(self, program: str, *arguments: str) -> None:
        command, options = self._command(program, *arguments)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)

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
            # processes die in the tests, machines do not: what the system has taken over is as good as on the disk
            handle.write("fsync=off\nfull_page_writes=off\n")

    def start(self) -> None:
        """Start the server as a child of this process, so that it is reaped when killed and does not outlive it."""
        guard = ["setpriv", "--pdeathsig", "QUIT"] if shutil.which("setpriv") else []
        command, options = self._command(*guard, "postgres", "-D", str(self.data))
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **options)
        wait_for(self._answers)

    def _answers(self) -> bool:
        import psycopg2

        if self.process.poll() is not None:
            raise RuntimeError((self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:])
        try:
            psycopg2.connect(self.conninfo(database="postgres")).close()
        except psycopg2.OperationalError:
            return False
        return True

    def stop(self, mode: str = "immediate") -> None:
        if self.process.poll() is None:
            self.run("pg_ctl", "-D", str(self.data), "-m", mode, "-w", "stop")
        self.process.wait(timeout=30)

    def kill(self) -> None:
        """kill -9 of the server's first process; the others notice and end."""
        pid = self.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
        self.process.kill()
        self.process.wait(timeout=30)
        wait_for(lambda: not any(is_alive(p) for p in children))

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
            with contextlib.suppress(subprocess.SubprocessError):
                server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
