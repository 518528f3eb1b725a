"""A server that dies: nothing half-written, nothing committed lost, a clear message, and a retry that works."""

import contextlib
import socket
import threading
import time

import pytest
from factor_cases import factor, make_set
from psycopg2.extensions import make_dsn, parse_dsn

from carbon_planner.factors import team_rows
from carbon_planner.factors.team_store import TeamStore
from carbon_planner.storage.postgres import Place, StorageError


def rows(count, value=90.9):
    return [factor(factor_id=f"f{n}", item=f"i{n}", value=value) for n in range(count)]


@pytest.mark.parametrize("how", ["stop -m immediate", "kill -9"])
@pytest.mark.parametrize("step", ["drop_factors", "change_set", "put_factors", "put_log"])
def test_a_server_killed_in_mid_transaction(team, another, server, monkeypatch, step, how):
    team.add(make_set(rows(50)))
    real = getattr(team_rows, step)
    dead = []

    def then_die(*arguments):
        found = real(*arguments)
        if not dead:
            dead.append(step)
            server.kill() if how == "kill -9" else server.stop("immediate")
        return found

    monkeypatch.setattr(team_rows, step, then_die)
    changed = make_set(rows(60, 95.0))
    with pytest.raises(StorageError) as caught:
        team.add(changed)
    assert caught.value.message.id == ("POSTGRES_LOST_SAVING" if step == "put_log" else "POSTGRES_LOST")
    assert "规划院" in str(caught.value)
    assert "重" in caught.value.text("zh")
    with pytest.raises(StorageError) as caught:
        team.add(changed)
    assert caught.value.message.id == "POSTGRES_NO_CONNECTION"
    server.start()
    assert another().get("mine", "1.0.0") == make_set(rows(50))
    assert len(another().log()) == 1
    assert team.add(changed) == 2  # the same call again
    assert another().get("mine", "1.0.0") == changed
    assert [r.revision for r in team.revisions("mine", "1.0.0")] == [1, 2]


WRITER = """
import sys
from factor_cases import factor, make_set
from carbon_planner.base.errors import StorageError
from carbon_planner.factors.team_store import TeamStore
from carbon_planner.storage.postgres import Place
store = TeamStore(Place(sys.argv[1], sys.argv[2]))
rows = [factor(factor_id=f"f{n}", item=f"i{n}") for n in range(100)]
print("ready", flush=True)
try:
    for n in range(10_000):
        store.add(make_set(rows, id="run" + sys.argv[3], version=f"1.{n}.0", status="published"))
        print(n, flush=True)
except StorageError as error:
    print(error.message.id)
"""


def check_after_kills(team, another, server, place, python, waits):
    """What a writing process has reported as saved is there, whole, and the store goes on."""
    for number, wait in enumerate(waits):
        writer = python(WRITER, place.conninfo, place.schema, number)
        assert writer.stdout.readline() == "ready\n"
        time.sleep(wait)
        server.kill()
        out, errors = writer.communicate(timeout=60)
        server.start()
        *told, reason = out.split()
        assert reason in ("POSTGRES_LOST", "POSTGRES_LOST_SAVING", "POSTGRES_NO_CONNECTION"), errors
        mine = [info for info in another().infos() if info.id == f"run{number}"]
        assert len(told) <= len(mine) <= len(told) + 1
        assert all(len(another().get(info.id, info.version)) == 100 for info in mine)
        assert {info.status for info in mine} <= {"published"}
        assert team.add(make_set([factor()], id=f"after{number}")) == 1
        another().log()  # the chain is whole


def test_what_was_reported_as_saved_survives_a_kill(team, another, server, place, python):
    check_after_kills(team, another, server, place, python, (0.15, 0.4))


@pytest.mark.long
def test_fifty_kills_of_the_server(team, another, server, place, python):
    check_after_kills(team, another, server, place, python, [0.013 * (n % 50) for n in range(50)])


class Proxy:
    """Passes on what client and server say, and cuts the line around a COMMIT."""

    def __init__(self, port, when):
        self.port, self.when, self.armed = port, when, False
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self):
        return self.listener.getsockname()[1]

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection(("127.0.0.1", self.port))
                cut = threading.Event()
                for one, two, asks in ((client, server, True), (server, client, False)):
                    threading.Thread(target=self._pump, args=(one, two, asks, cut), daemon=True).start()

    def _pump(self, source, target, asks, cut):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if asks and self.armed and b"COMMIT\0" in data:
                    self.armed = False
                    cut.set()
                    if self.when == "before":
                        break
                elif not asks and cut.is_set():
                    break  # the server has committed, its answer gets lost
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_line_that_breaks_in_the_moment_of_saving(team, another, server, place, when):
    """Nobody can tell whether it was saved; doing the same again is right in both cases."""
    proxy = Proxy(server.port, when)
    store = TeamStore(Place(make_dsn(**{**parse_dsn(place.conninfo), "port": proxy.address}), place.schema))
    store.add(make_set([factor()]))
    proxy.armed = True
    with pytest.raises(StorageError) as caught:
        store.add(make_set([factor(value=95.0)]))
    proxy.listener.close()
    assert caught.value.message.id == "POSTGRES_LOST_SAVING"
    time.sleep(0.1)
    assert another().get("mine", "1.0.0").factors[0].value == (90.9 if when == "before" else 95.0)
    proxy = Proxy(server.port, when)
    store._where = Place(make_dsn(**{**parse_dsn(place.conninfo), "port": proxy.address}), place.schema)
    assert store.add(make_set([factor(value=95.0)])) == 2
    assert team.revision("mine", "1.0.0") == 2
    assert len([c for c in team.log() if c.field == "value"]) == 1
    proxy.listener.close()
