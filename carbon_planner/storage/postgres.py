"""PostgreSQL connections: one transaction each, with time limits, every failure worded for the user.

A connection string may hold a password. It is kept out of every text made here: of errors, of ``repr``, of names.
All settings are made inside the transaction, so that a connection pooler between here and the server does no harm.
psycopg2 is imported when the first connection is made and by nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from ..base.errors import MissingLibrary, StorageError

SCHEMA = "carbon_planner"
APPLICATION = "Carbon Planner"
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 60
LOCK_SECONDS = 10
NAME_BYTES = 63  # PostgreSQL cuts longer names without a word
_TCP_TIMEOUT_FROM = 120000  # libpq that knows tcp_user_timeout

_SETTINGS = """SELECT set_config('search_path', %(path)s, true),
  set_config('statement_timeout', %(statement)s, true), set_config('lock_timeout', %(lock)s, true),
  set_config('idle_in_transaction_session_timeout', %(statement)s, true),
  set_config('extra_float_digits', '3', true)"""

IMMUTABLE_STATE = "CP001"  # raised by the triggers of the store
_BY_STATE = {
    "42501": "POSTGRES_NO_RIGHTS",
    "25006": "POSTGRES_READ_ONLY",
    "55P03": "POSTGRES_BUSY",
    "57014": "POSTGRES_BUSY",
    "40001": "POSTGRES_BUSY",
    "40P01": "POSTGRES_BUSY",
    "53100": "POSTGRES_FULL",
    "22P05": "POSTGRES_ENCODING",
    "22021": "POSTGRES_ENCODING",
    IMMUTABLE_STATE: "POSTGRES_IMMUTABLE",
}
# The server's messages come in its own language; what is not recognised is passed on as it is.
_BY_WORDS = (
    (("database", "does not exist"), "POSTGRES_NO_DATABASE"),
    (("数据库", "不存在"), "POSTGRES_NO_DATABASE"),
    (("password",), "POSTGRES_LOGIN"),
    (("authentication",), "POSTGRES_LOGIN"),
    (("role", "does not exist"), "POSTGRES_LOGIN"),
    (("认证失败",), "POSTGRES_LOGIN"),
    (("pg_hba.conf",), "POSTGRES_LOGIN"),
)


@dataclass(frozen=True)
class Place:
    """Where a team's tables are: a libpq connection string, a schema, and the name the user knows the connection by.

    Raises :class:`StorageError` for a schema name that PostgreSQL would cut or refuse.
    """

    conninfo: str = field(repr=False)
    schema: str = SCHEMA
    name: str = ""

    def __post_init__(self) -> None:
        check_name(self.schema)

    @property
    def shown(self) -> str:
        """Name, database, host and schema for messages; never a password."""
        options = _options(self.conninfo)
        host = options.get("host") or options.get("hostaddr") or ""
        port = f":{options['port']}" if options.get("port") else ""
        service = f"service {options['service']}" if options.get("service") else ""
        database = "@".join(part for part in (options.get("dbname", ""), host + port) if part) or service
        return " ".join(part for part in (self.name, f"({database}, {self.schema})") if part)

    @property
    def user(self) -> str:
        """Name of the user in the connection string, "" where the system or a service gives it."""
        return str(_options(self.conninfo).get("user") or "")


def check_name(name: str) -> None:
    """Raise :class:`StorageError` for a name of a schema or role that PostgreSQL would cut or refuse."""
    if not name.strip() or "\0" in name or len(name.encode("utf-8", "replace")) > NAME_BYTES:
        raise StorageError("POSTGRES_BAD_NAME", name=name.replace("\0", "?")[:80], limit=NAME_BYTES)


def driver() -> Any:
    """The module psycopg2. Raises :class:`MissingLibrary` with a remedy where it cannot be imported."""
    try:
        import psycopg2
        import psycopg2.extensions
        import psycopg2.extras
        import psycopg2.sql
    except ImportError as error:
        raise MissingLibrary("POSTGRES_NO_DRIVER", reason=str(error)) from error
    return psycopg2


def _options(conninfo: str) -> dict[str, str]:
    """Parts of a connection string; none where it, or the driver, cannot be read."""
    try:
        pg = driver()
    except MissingLibrary:
        return {}
    try:
        return dict(pg.extensions.parse_dsn(conninfo))
    except pg.ProgrammingError:
        return {}


def _connect(place: Place) -> Any:
    pg = driver()
    options = _options(place.conninfo)
    if place.conninfo.strip() and not options:  # the reason is not told: it quotes the string
        raise StorageError("POSTGRES_BAD_CONNECTION", place=place.shown)
    options.setdefault("connect_timeout", str(CONNECT_SECONDS))
    options.update(application_name=APPLICATION, client_encoding="UTF8", keepalives_idle="30", keepalives_interval="10")
    if pg.extensions.libpq_version() >= _TCP_TIMEOUT_FROM:
        options.setdefault("tcp_user_timeout", str(max(1000, int(STATEMENT_SECONDS * 1000))))
    try:
        return pg.connect(**options)
    except pg.Error as error:
        raise _no_connection(place, str(error)) from None


def _no_connection(place: Place, text: str) -> StorageError:
    lower = text.lower()
    found = (msg_id for words, msg_id in _BY_WORDS if all(word in lower for word in words))
    reason = " ".join(_redacted(place, text).split())
    return StorageError(next(found, "POSTGRES_NO_CONNECTION"), place=place.shown, user=place.user, reason=reason)


def _redacted(place: Place, text: str) -> str:
    """A text without the password, should anybody have put it there."""
    secret = _options(place.conninfo).get("password", "")
    return text.replace(secret, "•••") if len(secret) > 2 else text


def _failure(place: Place, error: Any, lost: bool, committing: bool) -> StorageError:
    """The error for what the server said, by its state; ``lost`` where the connection is gone."""
    state = error.pgcode or ""
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    reason = " ".join(_redacted(place, primary or str(error)).split())
    if lost or state.startswith(("08", "57P")):
        msg_id = "POSTGRES_LOST_SAVING" if committing else "POSTGRES_LOST"
    else:
        msg_id = _BY_STATE.get(state, "POSTGRES_FAILED")
    return StorageError(msg_id, place=place.shown, user=place.user, reason=reason)


@contextmanager
def reading(place: Place) -> Iterator[Any]:
    """A cursor in a read-only transaction that sees one state of the database throughout.

    May be called from any thread. Raises :class:`StorageError` and :class:`MissingLibrary`.
    """
    with _transaction(place, "REPEATABLE READ", read_only=True) as cursor:
        yield cursor


@contextmanager
def writing(place: Place) -> Iterator[Any]:
    """A cursor in a transaction: committed when the block ends, rolled back when it raises.

    Raises :class:`StorageError`; then nothing is kept, but for POSTGRES_LOST_SAVING: there nobody can tell, and doing
    the same again is the remedy.
    """
    with _transaction(place, "READ COMMITTED", read_only=False) as cursor:
        yield cursor


@contextmanager
def _transaction(place: Place, isolation: str, *, read_only: bool) -> Iterator[Any]:
    connection = _connect(place)
    pg, committing = driver(), False
    try:
        # a database that its administrator has set to read-only stays so: "DEFAULT", not False
        connection.set_session(isolation_level=isolation, readonly=read_only or "DEFAULT")
        with connection.cursor() as cursor:
            _settle(cursor, place)
            yield cursor
        committing = not read_only
        connection.commit()
    except pg.Error as error:
        raise _failure(place, error, bool(connection.closed), committing) from None
    finally:
        connection.close()  # takes back what was not committed


def _settle(cursor: Any, place: Place) -> None:
    """Search the schema only, and give up instead of waiting for ever."""
    path = driver().sql.Identifier(place.schema).as_string(cursor) + ", pg_temp"
    milliseconds = {"statement": str(int(STATEMENT_SECONDS * 1000)), "lock": str(int(LOCK_SECONDS * 1000))}
    cursor.execute(_SETTINGS, {"path": path, **milliseconds})


def composed(template: str, *columns: str, **parts: Any) -> Any:
    """A statement from a constant with ``{columns}``, ``{values}``, ``{assignments}``, other names for identifiers.

    ``columns`` are quoted as identifiers; ``values`` becomes their named parameters. Texts in ``parts`` are quoted as
    identifiers, too. Nothing of it is ever joined as text.
    """
    sql = driver().sql
    names = [sql.Identifier(name) for name in columns]
    marks = [sql.Placeholder(name) for name in columns]
    pairs = [sql.SQL("{} = {}").format(name, mark) for name, mark in zip(names, marks)]
    comma = sql.SQL(", ")
    known = {"columns": comma.join(names), "values": comma.join(marks), "assignments": comma.join(pairs)}
    other = {key: sql.Identifier(value) if isinstance(value, str) else value for key, value in parts.items()}
    return sql.SQL(template).format(**known, **other)
