"""What is wrong with a computer, from facts that were gathered: each finding with its cure.

Pure: ``monitor.facts`` looks, this decides, ``monitor.commands.doctor`` says.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from sensors.errors import LinkFault

MIN_COLUMNS, MIN_ROWS = 80, 24
"""Cells. From here on nothing clinical needs scrolling."""

MIN_COLOURS: Final = 8
"""Colours that the screen's fills need; a word and a sign stand beside each of them."""

ROOM_BYTES, LOW_ROOM_BYTES = 200_000_000, 2_000_000_000
"""Bytes. Below the first no session begins; the second is ten times that. Design default."""

EARLIEST_S: Final = 1_767_225_600
"""UTC seconds: 2026-01-01. No computer that runs this program is younger: its clock is not set."""

PRIVATE_MODE: Final = 0o077
"""Permission bits that nobody else may have on the record's key."""

OWN_NAMES: Final = ("analysis", "monitor", "sensors")
DISTRIBUTION: Final = "stridegate"


class Status(StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; the cure is empty where nothing has to be done."""

    what: str
    status: Status
    text: str
    cure: str = ""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder in which something is kept."""

    path: str
    is_writable: bool
    free_bytes: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found on a computer; None where it cannot be told.

    Attributes
    ----------
    radio_fault : LinkFault or None
        Why the system's Bluetooth cannot scan; None where it can.
    radio_text : str
        The sentence that goes with it.
    rfkill : tuple of str
        What blocks Bluetooth by a switch: ``soft``, ``hard``, or nothing.
    encoding, term : str
        Of standard output; ``$TERM``.
    is_terminal : bool
        Whether a person looks at it.
    columns, rows, colours : int
        Of the terminal.
    store_fault : str
        Why the record cannot be used; empty where it can, or there is none yet.
    has_store : bool
        Whether there is a record.
    key_mode : int or None
        Permission bits of the record's key; None where there is no key, or no such bits.
    has_key : bool
        Whether the key is there.
    folders : tuple of Folder
        Record and recordings.
    now_s, newest_s : int, int or None
        UTC now, and of the newest entry of the record.
    is_synchronised : bool or None
        Whether the clock follows a time server.
    owners : mapping of str to tuple of str
        Import name to the distributions that bring it.
    python : str
        The version.
    versions : mapping of str to (str or None, str)
        Library to the installed and the locked version.
    """

    radio_fault: LinkFault | None = None
    radio_text: str = ""
    rfkill: tuple[str, ...] = ()
    encoding: str = "utf-8"
    term: str = "xterm-256color"
    is_terminal: bool = True
    columns: int = MIN_COLUMNS
    rows: int = MIN_ROWS
    colours: int = 256
    store_fault: str = ""
    has_store: bool = True
    has_key: bool = True
    key_mode: int | None = 0o600
    folders: tuple[Folder, ...] = ()
    now_s: int = EARLIEST_S
    newest_s: int | None = None
    is_synchronised: bool | None = True
    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    python: str = "3.11"
    versions: Mapping[str, tuple[str | None, str]] = field(default_factory=dict)


def findings(facts: Facts) -> tuple[Finding, ...]:
    """Return what was looked at, in the order in which it is mended best."""
    return tuple(finding for look in _LOOKS for finding in look(facts))


def exit_status(found: tuple[Finding, ...]) -> int:
    """Return 0 where nothing is bad, 1 otherwise."""
    return int(any(finding.status is Status.BAD for finding in found))


def finding_lines(found: tuple[Finding, ...]) -> list[str]:
    """Return one line for each finding, its cure behind it."""
    return [
        f"{finding.status.value:<5}{finding.what}: {finding.text}"
        + (f": {finding.cure}" if finding.cure else "")
        for finding in found
    ]


def _radio(facts: Facts) -> Iterator[Finding]:
    if facts.rfkill:
        how = "a switch on the computer" if "hard" in facts.rfkill else "rfkill"
        cure = "turn that switch" if "hard" in facts.rfkill else "rfkill unblock bluetooth"
        yield Finding("bluetooth", Status.BAD, f"blocked by {how}", cure)
    elif facts.radio_fault is None:
        yield Finding("bluetooth", Status.OK, "it scans")
    else:
        text, _, cure = facts.radio_text.partition(": ")
        yield Finding("bluetooth", Status.BAD, text, cure)


def _locale(facts: Facts) -> Iterator[Finding]:
    if facts.encoding.lower().replace("-", "").startswith("utf"):
        yield Finding("locale", Status.OK, facts.encoding)
    else:
        yield Finding(
            "locale",
            Status.WARN,
            f"{facts.encoding} has no signs such as ≥, and there is no screen",
            "set LANG=C.UTF-8, or go on with --plain",
        )


def _terminal(facts: Facts) -> Iterator[Finding]:
    if not facts.is_terminal:
        yield Finding("terminal", Status.OK, "none: lines are printed, one per change")
        return
    if facts.term in ("", "dumb"):
        text = f"TERM={facts.term or 'nothing'} shows no screen"
        yield Finding("terminal", Status.WARN, text, "use another terminal, or --plain")
        return
    size = f"{facts.columns} x {facts.rows}"
    if facts.columns < MIN_COLUMNS or facts.rows < MIN_ROWS:
        cure = f"make it {MIN_COLUMNS} x {MIN_ROWS} or larger"
        yield Finding("terminal", Status.WARN, f"{size} is small", cure)
    elif facts.colours < MIN_COLOURS:
        cure = "unset NO_COLOR, or set TERM=xterm-256color"
        yield Finding("terminal", Status.WARN, "without colours, by words and signs alone", cure)
    else:
        yield Finding("terminal", Status.OK, f"{size}, {facts.colours} colours")


def _store(facts: Facts) -> Iterator[Finding]:
    if facts.store_fault:
        text, _, cure = facts.store_fault.rpartition(": ")
        yield Finding("record", Status.BAD, text, cure)
    else:
        text = "it opens" if facts.has_store else "none yet: it is made with the first clinician"
        yield Finding("record", Status.OK, text)
    if not facts.has_store:
        return
    if not facts.has_key:
        yield Finding("key", Status.BAD, "the record's key is gone", "put back the copy of the key")
    elif facts.key_mode is not None and facts.key_mode & PRIVATE_MODE:
        text = f"others may read it (mode {facts.key_mode:03o})"
        yield Finding("key", Status.BAD, text, "chmod 600 on the file record.key")
    else:
        yield Finding("key", Status.OK, "it is there, and nobody else's")


def _folders(facts: Facts) -> Iterator[Finding]:
    for folder in facts.folders:
        free = folder.free_bytes
        if not folder.is_writable:
            text, cure = f"{folder.path} takes no file", "check its permissions and the disk"
            yield Finding("folder", Status.BAD, text, cure)
        elif free is not None and free < LOW_ROOM_BYTES:
            status = Status.BAD if free < ROOM_BYTES else Status.WARN
            text = f"{folder.path} has {free / 1e6:.0f} MB left"
            yield Finding("folder", status, text, "make room")
        else:
            yield Finding("folder", Status.OK, f"{folder.path} is writable")


def _clock(facts: Facts) -> Iterator[Finding]:
    cure = "set date and time, best by a time server"
    if facts.now_s < EARLIEST_S:
        yield Finding("clock", Status.BAD, "it is not set: it stands before 2026", cure)
    elif facts.newest_s is not None and facts.now_s < facts.newest_s:
        back_s = facts.newest_s - facts.now_s
        text = f"it stands {back_s} s before the newest entry of the record"
        yield Finding("clock", Status.BAD, text, cure)
    elif facts.is_synchronised is False:
        yield Finding("clock", Status.WARN, "no time server sets it", cure)
    else:
        known = "a time server sets it" if facts.is_synchronised else "it is set"
        yield Finding("clock", Status.OK, known)


def _names(facts: Facts) -> Iterator[Finding]:
    strangers = {
        name: [owner for owner in owners if owner != DISTRIBUTION]
        for name, owners in facts.owners.items()
        if name in OWN_NAMES
    }
    taken = {name: others for name, others in strangers.items() if others}
    for name, others in taken.items():
        who = ", ".join(others)
        cure = "install StrideGate with pipx or uv tool, in an environment of its own"
        yield Finding("imports", Status.BAD, f"{name} belongs to {who} too", cure)
    if not taken:
        yield Finding("imports", Status.OK, f"{', '.join(OWN_NAMES)} are this program's alone")


def _versions(facts: Facts) -> Iterator[Finding]:
    cure = "install StrideGate anew, with the versions of its lock"
    missing = [name for name, (installed, _) in facts.versions.items() if installed is None]
    other = [
        f"{name} {installed}, not {locked}"
        for name, (installed, locked) in facts.versions.items()
        if installed is not None and locked and installed != locked
    ]
    if missing:
        yield Finding("libraries", Status.BAD, f"missing: {', '.join(missing)}", cure)
    if other:
        yield Finding("libraries", Status.WARN, f"not as tested: {', '.join(other)}", cure)
    if not (missing or other):
        text = f"Python {facts.python}, {len(facts.versions)} libraries as tested"
        yield Finding("libraries", Status.OK, text)


_LOOKS: Final[tuple[Callable[[Facts], Iterator[Finding]], ...]] = (
    _radio,
    _locale,
    _terminal,
    _store,
    _folders,
    _clock,
    _names,
    _versions,
)
