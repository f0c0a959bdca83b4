"""A new file for the user: private, whole or not there, and never over another one."""

from pathlib import Path

from monitor.errors import UsageError
from monitor.store.failures import file_sentence
from sensors import disk


def write_new(path: Path, content: bytes) -> None:
    """Write a file that does not exist yet, readable by its owner alone.

    Raises
    ------
    UsageError
        Where it exists, or the disk refuses: nothing is left half-written.
    """
    try:
        file = disk.create(path)
    except FileExistsError:
        raise UsageError(
            f"{disk.shown(path)} exists and is not overwritten: name a new file"
        ) from None
    except OSError as error:
        raise UsageError(file_sentence(path, "it cannot be written", error)) from error
    try:
        with file:
            disk.write_at(file, 0, content)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise UsageError(file_sentence(path, "it cannot be written", error)) from error
