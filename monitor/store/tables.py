"""The store's one table, and how its file is opened, made and recognised."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    create_engine,
    event,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from monitor.errors import StoreError
from monitor.store.failures import store_sentence
from sensors import disk

SCHEMA_VERSION: Final = 1
"""Kept in SQLite's ``user_version``."""

APPLICATION_ID: Final = 0x53475445
"""``SGTE``, kept in the file's header: what tells a store from any other SQLite file."""

BUSY_S: Final = 5.0
"""s. How long a statement waits for another program's lock. Design default."""

_METADATA: Final = MetaData()

ENTRIES: Final = Table(
    "entries",
    _METADATA,
    Column("chain", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("previous", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("hash", Text, nullable=False),
    UniqueConstraint("chain", "seq"),
    UniqueConstraint("chain", "previous"),
    sqlite_strict=True,
)

_OBJECTS: Final = {"entries", "sqlite_autoindex_entries_1", "sqlite_autoindex_entries_2"}


def engine_of(path: Path) -> Engine:
    """Return an engine on an existing file; its ``BEGIN`` is ours, see ``writing``."""

    def connect() -> sqlite3.Connection:
        # rw and not rwc: a store that is gone must not become an empty one.
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=BUSY_S,
            isolation_level=None,
            check_same_thread=False,
        )
        # Whatever somebody put there has to be readable, or it could not be named.
        connection.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA trusted_schema=OFF")
        # What is erased must not stay readable in the file's free pages.
        connection.execute("PRAGMA secure_delete=ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        how = connection.get_execution_options().get("stridegate_begin", "BEGIN")
        connection.exec_driver_sql(how)

    return engine


@contextmanager
def reading(engine: Engine, path: Path) -> Iterator[Connection]:
    """Open a read of one moment; a failure of SQLite is one sentence."""
    with _told(path), engine.begin() as connection:
        _check(connection, path)
        yield connection


@contextmanager
def writing(engine: Engine, path: Path) -> Iterator[Connection]:
    """Open a transaction that no other writer can enter; all of it is written, or nothing."""
    immediate = engine.execution_options(stridegate_begin="BEGIN IMMEDIATE")
    with _told(path), immediate.begin() as connection:
        _check(connection, path)
        yield connection


def make_tables(engine: Engine, path: Path) -> None:
    """Make an empty file a store; the caller holds the lock of appends."""
    with _told(path):
        # No BEGIN here: SQLite changes the journal's mode outside transactions only.
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode=WAL")
        finally:
            raw.close()
        with engine.begin() as connection:
            _METADATA.create_all(connection)
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")


def check_store(engine: Engine, path: Path) -> None:
    """Raise StoreError where a file is no store of a format that is known."""
    with reading(engine, path):
        return


def is_empty(engine: Engine, path: Path) -> bool:
    """Return whether a file has no table at all: an end of power came before they were made."""
    with _told(path), engine.begin() as connection:
        return not _pragma(connection, "application_id") and not _objects(connection)


def foreign_objects(connection: Connection) -> tuple[str, ...]:
    """Return the names of what somebody added to the store's tables, or took from them."""
    return tuple(sorted(_objects(connection) ^ _OBJECTS))


def _check(connection: Connection, path: Path) -> None:
    if _pragma(connection, "application_id") != APPLICATION_ID:
        raise StoreError(
            f"{disk.shown(path)}: this is no record of StrideGate: name another place, or put "
            "back a copy"
        )
    version = _pragma(connection, "user_version")
    if version != SCHEMA_VERSION:
        raise StoreError(
            f"{disk.shown(path)}: the record has format {version}, this program knows format "
            f"{SCHEMA_VERSION}: use the version of StrideGate that wrote it, or a newer one"
        )


def _objects(connection: Connection) -> set[str]:
    return {str(name) for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master")}


def _pragma(connection: Connection, name: str) -> int:
    return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise StoreError(store_sentence(path, error.orig)) from error
    except sqlite3.Error as error:
        raise StoreError(store_sentence(path, error)) from error
