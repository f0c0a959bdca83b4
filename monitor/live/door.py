"""Where a running session can be found on this computer: a small file for each, its user's alone.

The file says which socket the session listens at. It lies in the system's folder for such things,
or in the data folder; folder and files are open to their user only (0700, 0600).
"""

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from monitor.folders import data_folder

MAX_SOCKET_BYTES: Final = 100
"""Bytes of a Unix socket's path: 104 on macOS, 108 on Linux, with its end."""


@dataclass(frozen=True, slots=True)
class Door:
    """One running session on this computer.

    Attributes
    ----------
    session : str
        A name for it, unique while it runs.
    patient : str
        The pseudonym.
    pid : int
        The process that runs it.
    socket : str
        Path of its Unix socket; empty where the system has none, or the path would be too long.
    port : int
        Else its port on 127.0.0.1, and
    token : str
        what has to be shown there.
    """

    session: str
    patient: str
    pid: int
    socket: str = ""
    port: int = 0
    token: str = ""


def doors_folder() -> Path:
    """Return the folder of the door files."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.environ.get("STRIDEGATE_HOME") or not runtime or not Path(runtime).is_dir():
        return data_folder() / "live"
    return Path(runtime) / "stridegate"


def new_door(session: str, patient: str, folder: Path | None = None) -> Door:
    """Return a door for a session of this process; its folder is made."""
    where = doors_folder() if folder is None else folder
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    where.chmod(0o700)
    socket = str(where / f"{session}.sock")
    if hasattr(os, "fork") and len(os.fsencode(socket)) <= MAX_SOCKET_BYTES:
        return Door(session, patient, os.getpid(), socket=socket)
    return Door(session, patient, os.getpid(), token=secrets.token_urlsafe(24))


@contextmanager
def announced(door: Door, folder: Path | None = None) -> Iterator[None]:
    """Keep a door's file while the session can be looked at."""
    where = doors_folder() if folder is None else folder
    path = where / f"{door.session}.json"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(door), file)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def open_doors(folder: Path | None = None) -> tuple[Door, ...]:
    """Return the sessions that run on this computer, those of dead processes left out."""
    where = doors_folder() if folder is None else folder
    found: list[Door] = []
    for path, door in _doors(where):
        if _is_alive(door.pid):
            found.append(door)
            continue
        with suppress(OSError):
            for file in _files(path, door):
                file.unlink(missing_ok=True)
    return tuple(found)


def left_by(patient: str) -> tuple[Path, ...]:
    """Return the files of a patient's doors, for whoever holds the lock of the patient's sessions.

    With the lock no such session runs, and the process that a door names is dead or another one.
    """
    # A session that was killed may have been started with another environment.
    folders = dict.fromkeys((doors_folder(), data_folder() / "live"))
    return tuple(
        file
        for folder in folders
        for path, door in _doors(folder)
        if door.patient == patient
        for file in _files(path, door)
    )


def _doors(folder: Path) -> Iterator[tuple[Path, Door]]:
    """Yield the doors of a folder, each with its file."""
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        # What is half-written, foreign or gone meanwhile is no door.
        with suppress(OSError, ValueError, TypeError):
            yield path, Door(**json.loads(path.read_text(encoding="utf-8")))


def _files(path: Path, door: Door) -> tuple[Path, ...]:
    return (path, Path(door.socket)) if door.socket else (path,)


def _is_alive(pid: int) -> bool:
    if os.name == "nt":
        return True  # a signal 0 would end the process there; a dead door refuses its callers
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
