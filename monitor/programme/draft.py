"""A programme's file while it is edited: what is wrong with a text, and how it is kept."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import ProgrammeError, UsageError
from monitor.programme.file import parse_programme, programme_content
from monitor.programme.model import Programme
from sensors import disk


@dataclass(frozen=True, slots=True)
class ProgrammeDraft:
    """A programme's text.

    Attributes
    ----------
    path : Path
        Its file.
    text : str
        As it stands on the disk; empty where there is no file yet.
    is_new : bool
        Whether there is no file yet.
    """

    path: Path
    text: str
    is_new: bool


def open_draft(path: Path, like: str | None) -> ProgrammeDraft:
    """Return a file to be edited; a new one begins as a copy of another programme.

    Raises
    ------
    UsageError
        Where the file is there and should be new, or is not there and nothing says like what.
    ProgrammeError
        Where it cannot be read.
    """
    if like is not None and path.exists():
        raise UsageError(f"{disk.shown(path)}: the file is there already: leave out --like")
    if like is None and not path.exists():
        raise UsageError(
            f"{disk.shown(path)}: there is no such file: give --like hip-bsi to begin with a copy"
        )
    content, file = programme_content(path if like is None else like)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{file}: the file is not UTF-8 text: save it as UTF-8 first") from None
    return ProgrammeDraft(path, text, is_new=like is not None)


def faults_of(draft: ProgrammeDraft, text: str) -> tuple[Programme | None, tuple[str, ...]]:
    """Return the programme of a text, or everything that is wrong: as ``programme check`` says it.

    Parameters
    ----------
    draft : ProgrammeDraft
        Whose name the sentences have.
    text : str
        As it is typed.
    """
    try:
        return parse_programme(text.encode("utf-8", "surrogatepass"), draft.path.name), ()
    except ProgrammeError as error:
        return None, error.sentences


def kept(draft: ProgrammeDraft, text: str) -> ProgrammeDraft:
    """Put a valid text on the disk, whole or not at all; return it as the new draft.

    Raises
    ------
    UsageError
        Where the text has a mistake, somebody else changed the file, or the disk refuses; the file
        stands as it was.
    """
    _, faults = faults_of(draft, text)
    if faults:
        raise UsageError("\n".join(("not kept, the text has mistakes:", *faults)))
    path = draft.path
    fresh = path.with_name(f".{path.name}.new")
    try:
        if draft.is_new and path.exists():
            raise UsageError(f"{disk.shown(path)}: somebody made this file meanwhile: not kept")
        if not draft.is_new and path.read_bytes() != draft.text.encode("utf-8"):
            raise UsageError(
                f"{disk.shown(path)}: somebody changed the file meanwhile: not kept; copy your "
                "text, and open the file anew"
            )
        fresh.write_bytes(text.encode("utf-8"))
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise UsageError(
            f"{disk.shown(path)}: cannot be written ({error.strerror}): the file stands as it was"
        ) from error
    return ProgrammeDraft(path, text, is_new=False)
