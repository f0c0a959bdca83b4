"""Files nobody else may read, and folders whose entries survive a power cut."""

import os
import secrets
from io import FileIO
from pathlib import Path
from typing import Final

# Not everywhere; it spares the file's times, which nobody needs after a crash.
_synchronise: Final = getattr(os, "fdatasync", os.fsync)

FILE_MODE: Final = 0o600
"""Recordings are health data: readable by their owner alone."""

FOLDER_MODE: Final = 0o700


def create(path: Path) -> FileIO:
    """Create a private file and its missing folders; raises FileExistsError where it exists."""
    make_folder(path.parent)
    # FileIO opens with O_EXCL, so that of two writers the second is refused by the system itself.
    return FileIO(path, "x", opener=lambda name, flags: os.open(name, flags, FILE_MODE))


def put(path: Path, data: bytes) -> None:
    """Write a private file that takes its name when it is whole: a power cut leaves no half of it.

    Raises
    ------
    OSError
        The disk refused; what stood there before stands.
    """
    new = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        with create(new) as file:
            write_at(file, 0, data)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
    synchronise_folder(path.parent)


def reopen(path: Path, length: int) -> FileIO:
    """Open a file to go on at ``length``; what stands behind it is cut off."""
    file = FileIO(path, "r+")
    try:
        file.truncate(length)
        synchronise(file)
    except OSError:
        file.close()
        raise
    return file


def make_folder(path: Path) -> None:
    """Make a private folder, and private ones above it, where they are missing."""
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=FOLDER_MODE, exist_ok=True)


def write_at(file: FileIO, offset: int, data: bytes) -> None:
    """Write ``data`` at ``offset`` and wait until the disk has it.

    Raises
    ------
    OSError
        The disk refused. The file then ends at ``offset`` again where that was possible.
    """
    try:
        file.seek(offset)
        rest = memoryview(data)
        while rest:
            rest = rest[file.write(rest) :]
        synchronise(file)
    except OSError:
        _cut(file, offset)
        raise


def synchronise(file: FileIO) -> None:
    """Wait until the disk has what was written to ``file``."""
    _synchronise(file.fileno())


def _cut(file: FileIO, length: int) -> None:
    try:
        file.truncate(length)
    except OSError:
        # The torn end stays; a reader stops before it, and the next attempt overwrites it.
        return


def synchronise_folder(folder: Path) -> None:
    """Make a created or renamed entry of ``folder`` survive a power cut, where systems can."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def shown(path: Path) -> str:
    """Return the path for a one-line message: what cannot be printed becomes a question mark."""
    return "".join(sign if sign.isprintable() else "?" for sign in str(path))
