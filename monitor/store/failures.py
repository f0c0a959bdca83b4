"""What the disk and SQLite may refuse, each as one sentence with its cure."""

import errno
import os
import sqlite3
from pathlib import Path
from typing import Final

from sensors import disk

_PRIMARY: Final = 0xFF
"""The primary result code is the low byte of an extended one (sqlite.org/rescode.html)."""

_SENTENCES: Final = {
    sqlite3.SQLITE_BUSY: "another program keeps the record locked: end it and try again",
    sqlite3.SQLITE_LOCKED: "another program keeps the record locked: end it and try again",
    sqlite3.SQLITE_READONLY: "the record cannot be written to: check its permissions and the disk",
    sqlite3.SQLITE_PERM: "the record may not be opened: check its permissions",
    sqlite3.SQLITE_CANTOPEN: "the record cannot be opened: check its path and permissions",
    sqlite3.SQLITE_IOERR: "the disk failed: nothing was written, check the disk and try again",
    sqlite3.SQLITE_FULL: "the disk is full: nothing was written, make room and try again",
    sqlite3.SQLITE_CORRUPT: "the record is damaged: put back a copy, then run stridegate audit",
    sqlite3.SQLITE_NOTADB: "this is no record: name another place, or put back a copy",
    sqlite3.SQLITE_CONSTRAINT: (
        "nothing was written, the record already has an entry at that place: run stridegate audit"
    ),
}

_ROOM: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_CURES: Final = {
    **dict.fromkeys((errno.EACCES, errno.EPERM), "check its permissions"),
    **dict.fromkeys(_ROOM, "make room"),
    errno.EROFS: "name a place that can be written to",
    errno.ENAMETOOLONG: "use a shorter name",
}


def store_sentence(path: Path, error: BaseException | None) -> str:
    """Return the sentence for what SQLite reported about the store at ``path``."""
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    what = _SENTENCES.get(
        code, f"the record cannot be used ({error}): put back a copy, or run stridegate audit"
    )
    return f"{disk.shown(path)}: {what}"


def file_sentence(path: Path, what: str, error: OSError) -> str:
    """Return the sentence for a file of the record that cannot be read or written."""
    why = error.strerror or type(error).__name__
    return f"{disk.shown(path)}: {what} ({why}): make room, or check permissions and disk"


def system_sentence(error: OSError, otherwise: str = "") -> str:
    """Return the sentence for what the system refused and no command has explained.

    Parameters
    ----------
    error : OSError
        As it was raised.
    otherwise : str
        What was used, where the error names no file.
    """
    name = otherwise
    if isinstance(error.filename, (str, bytes)):
        name = disk.shown(Path(os.fsdecode(error.filename)))
    elif not name and error.errno in _ROOM:
        # A write is told without a name.
        name = "standard output or a file"
    why = error.strerror or str(error) or type(error).__name__
    cure = _CURES.get(error.errno or 0, "mend it and try again")
    return ": ".join(part for part in (name, why, cure) if part)
