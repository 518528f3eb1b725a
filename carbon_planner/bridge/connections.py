"""The team's factor store by the PostgreSQL connections that are stored in QGIS.

A connection is named; host, database, user, password, service and authentication configuration stay where QGIS keeps
them. What is found is handed to the core as a connection string, and to nobody else: neither settings nor projects,
logs or messages of the plugin hold it. Login data that the user typed in this session are used, too.
"""

from __future__ import annotations

from typing import Optional

from qgis.core import (
    Qgis,
    QgsAbstractProviderConnection,
    QgsApplication,
    QgsCredentials,
    QgsDataSourceUri,
    QgsProviderRegistry,
)

from ..base.errors import SettingsError, StorageError
from ..factors.store import use_team_store
from ..factors.team_store import TeamStore
from ..storage.postgres import Place
from .settings import TEAM_CONNECTION, TEAM_SCHEMA

PROVIDER = "postgres"
_CREDENTIALS_WITHOUT_ASKING = 34000  # version of QGIS from which its store of login data can be asked without a dialog
_Key = tuple[str, str, str]


class _Known:
    """The store used last, so that it remembers what it has read for as long as the same connection is meant."""

    key: Optional[_Key] = None
    store: Optional[TeamStore] = None


def connection_names() -> list[str]:
    """Names of the PostgreSQL connections stored in QGIS."""
    return sorted(_connections())


def team_place(name: str, schema: str = "") -> Place:
    """The place behind a stored connection; ``schema`` "" is that of the settings.

    Raises :class:`SettingsError` where there is no such connection, :class:`StorageError` where its authentication
    configuration cannot be read.
    """
    uri = QgsDataSourceUri(_connection(name).uri())
    return Place(_conninfo(uri, name), schema.strip() or TEAM_SCHEMA.get().strip() or TEAM_SCHEMA.default, name)


def connect_team(name: str = "", schema: str = "") -> Optional[TeamStore]:
    """Name the team's store to the core: that of a connection, else that of the settings; None where none is chosen.

    The connection is opened, and a master password asked for, when a set of the team is first wanted.
    """
    name = name.strip() or TEAM_CONNECTION.get().strip()
    schema = schema.strip() or TEAM_SCHEMA.get().strip()
    if not name:
        use_team_store(None)
        return None
    stored = _connections().get(name)
    key = (name, schema, stored.uri() if stored is not None else "")
    if _Known.store is None or _Known.key != key:
        _Known.key, _Known.store = key, TeamStore(lambda: team_place(name, schema))
    use_team_store(_Known.store)
    return _Known.store


def require_team(name: str = "", schema: str = "") -> TeamStore:
    """As :func:`connect_team`; raises :class:`SettingsError` where no connection is chosen or it is unknown."""
    store = connect_team(name, schema)
    if store is None:
        raise SettingsError("TEAM_NO_CONNECTION", known=_listed())
    _connection(name.strip() or TEAM_CONNECTION.get().strip())
    return store


def _connections() -> dict[str, QgsAbstractProviderConnection]:
    metadata = QgsProviderRegistry.instance().providerMetadata(PROVIDER)
    return dict(metadata.connections(False)) if metadata is not None else {}


def _connection(name: str) -> QgsAbstractProviderConnection:
    found = _connections().get(name)
    if found is None:
        raise SettingsError("TEAM_CONNECTION_UNKNOWN", name=name, known=_listed())
    return found


def _listed() -> str:
    return ", ".join(connection_names()) or "–"


def _conninfo(uri: QgsDataSourceUri, name: str) -> str:
    """The connection string with the login data that QGIS keeps apart."""
    if uri.authConfigId():
        _unlock(uri.authConfigId(), name)
    elif not uri.password() and not uri.service():
        _fill_login(uri)
    text = uri.connectionInfo(True)
    role = uri.param("session_role")  # a role that QGIS 3.44 takes on after the login
    return f"{text} options={_quoted('-c role=' + _escaped(role))}" if role else text


def _unlock(config: str, name: str) -> None:
    """Have the authentication database opened, as QGIS would for a layer. Raises :class:`StorageError`."""
    manager = QgsApplication.authManager()
    if manager.isDisabled() or not manager.setMasterPassword(True):
        raise StorageError("TEAM_AUTH_LOCKED", connection=name, config=config)
    if config not in manager.configIds():
        raise StorageError("TEAM_AUTH_MISSING", connection=name, config=config)


def _fill_login(uri: QgsDataSourceUri) -> None:
    """User and password that the user gave QGIS for this connection in this session, if any."""
    if Qgis.versionInt() < _CREDENTIALS_WITHOUT_ASKING or QgsApplication.platform() != "desktop":
        return
    realm = uri.connectionInfo(False)
    found, user, password = QgsCredentials.instance().get(realm, uri.username(), "", "", False)
    if found and password:
        uri.setUsername(user)
        uri.setPassword(password)


def _quoted(value: str) -> str:
    """A value of a connection string."""
    return "'" + _escaped(value, "\\'") + "'"


def _escaped(value: str, special: str = "\\ ") -> str:
    return "".join("\\" + sign if sign in special else sign for sign in value)
