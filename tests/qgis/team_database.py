"""A team's database for the QGIS tests: a server of its own and connections to it that are stored in QGIS."""

from __future__ import annotations

import itertools

from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsSettings

COUNTER = itertools.count(1)
EDITOR, EDITOR_PASSWORD = "规划师 one", "Editor's\\S3cret 密"
MASTER = "master-S3cret"


def store_connection(name: str, **values: str) -> None:
    """A connection as the dialog of QGIS stores it."""
    settings = QgsSettings()
    known = {"service": "", "sslmode": "SslPrefer", "authcfg": "", "saveUsername": "true", "savePassword": "true"}
    for key, value in {**known, **values}.items():
        settings.setValue(f"PostgreSQL/connections/{name}/{key}", value)


def drop_connection(name: str) -> None:
    """Forget a connection."""
    QgsSettings().remove(f"PostgreSQL/connections/{name}")


def store_login(user: str, password: str) -> str:
    """An authentication configuration with user and password; its id."""
    manager = QgsApplication.authManager()
    if not manager.masterPasswordIsSet():
        manager.setMasterPassword(MASTER, True)
    config = QgsAuthMethodConfig("Basic")
    config.setName(f"team {next(COUNTER)}")
    config.setConfig("username", user)
    config.setConfig("password", password)
    manager.storeAuthenticationConfig(config)
    return config.id()


class TeamDatabase:
    """A database with a user who may edit; connections by name."""

    def __init__(self, server, database: str) -> None:
        self.server, self.database = server, database
        server.ask(f"CREATE USER \"{EDITOR}\" PASSWORD '{EDITOR_PASSWORD.replace(chr(39), chr(39) * 2)}'")
        self.names: list[str] = []

    def connect(self, name: str, user: str, password: str, **values: str) -> str:
        """Store a connection to the database."""
        place = {"host": "127.0.0.1", "port": str(self.server.port), "database": self.database}
        store_connection(name, **{**place, "username": user, "password": password, **values})
        self.names.append(name)
        return name

    def schema(self) -> str:
        """A name of a schema that is not used yet."""
        return f"团队 {next(COUNTER)}"
