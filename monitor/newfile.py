"""A new file for the user: private, whole or not there, and never over another one."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
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
    with new_name(path) as draft, draft.open("rb+", buffering=0) as file:
        disk.write_at(file, 0, content)


@contextmanager
def new_name(path: Path, *, is_made: bool = True) -> Iterator[Path]:
    """Give a draft to a library that writes by itself; it takes its name when it is whole.

    Parameters
    ----------
    path : Path
        The new file.
    is_made : bool
        Whether the draft is there already, empty and private. False for what makes its own private
        file and takes no other, as a recording does.

    Raises
    ------
    UsageError
        Where ``path`` exists, or the disk refuses: nothing is left half-written.
    """
    if path.exists():
        raise UsageError(f"{disk.shown(path)} exists and is not overwritten: name a new file")
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        if is_made:
            # Made here, so that it is private before anything is in it.
            disk.create(draft).close()
        yield draft
        with draft.open("rb+", buffering=0) as file:
            disk.synchronise(file)
        _name(draft, path)
    except FileExistsError:
        raise UsageError(
            f"{disk.shown(path)} exists and is not overwritten: name a new file"
        ) from None
    except OSError as error:
        raise UsageError(file_sentence(path, "it cannot be written", error)) from error
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _name(draft: Path, path: Path) -> None:
    """Give a draft its name; raises FileExistsError where a file of that name came meanwhile."""
    try:
        # A link does not replace a file, as a renaming would.
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        # A stick or a network's folder may know no links. A name that was made here is ours.
        disk.create(path).close()
        try:
            draft.replace(path)
        except OSError:
            path.unlink()
            raise
