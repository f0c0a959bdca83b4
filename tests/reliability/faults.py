"""Disks that refuse or are slow at each point of writing, under a running session (T11)."""

import asyncio
import errno
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from recorded_files import T0_UTC_NS
from reliability.kills import SETUP, PacedSource, payloads_of
from reliability.row import Row, memory_folder
from reliability.traced import Trace

from monitor.core import Input
from monitor.marks import Mark, MarkKind
from monitor.record import RecordingSink, read_session
from monitor.session import SessionRunner
from sensors.clock import SessionClock
from sensors.errors import UnreadableFileError, UnwritableFileError
from sensors.samples import Notification

ALARM_S = 1.0
ILL_S, WELL_S, ENDS_S = 0.6, 2.1, 3.2
"""s. Session times: the disk falls ill, is well again, and the session is stopped."""

SLEEP_S = 1.2

POINTS = ("write", "sync", "truncate")
CODES = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EINTR)
CLOSING = ("create", "rename", "folder")


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong: at which operation, how, and whether it stays so to the end."""

    point: str
    code: int | None
    stays: bool = False

    @property
    def title(self) -> str:
        """For a person."""
        what = "slow" if self.code is None else errno.errorcode[self.code]
        return f"{what} at {self.point}{', to the end' if self.stays else ''}"


@dataclass(slots=True)
class Outcome:
    """What became of the session."""

    fault: Fault
    has_struck: bool
    is_over: bool
    alarm_after_s: float | None
    is_readable: bool
    missing: int
    trouble: str


class KeptSink(RecordingSink):
    """A recording that remembers what it was given."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, SETUP, T0_UTC_NS)
        self.items: list[Input] = []

    def item(self, item: Input) -> None:
        """Keep one input."""
        super().item(item)
        self.items.append(item)


def session(fault: Fault) -> Outcome:
    """Run a session on a disk with the fault."""
    clock = SessionClock()
    trace = Trace()
    ill_s: list[float] = []

    def fails(kind: str) -> None:
        t_s = clock.now_s()
        is_ill = t_s >= ILL_S and (fault.stays or t_s < WELL_S or fault.point in CLOSING)
        # A write has to fail before its end is cut off.
        if not is_ill or kind not in (fault.point, "write" if fault.point == "truncate" else ""):
            return
        ill_s.append(t_s)
        if fault.code is None:
            time.sleep(SLEEP_S)
        else:
            raise OSError(fault.code, os.strerror(fault.code))

    with tempfile.TemporaryDirectory(dir=memory_folder()) as name, trace.installed():
        sink = KeptSink(Path(name) / "r.mcap")
        trace.fails = fails
        return asyncio.run(_run(sink, clock, fault, ill_s))


async def _run(sink: KeptSink, clock: SessionClock, fault: Fault, ill_s: list[float]) -> Outcome:
    source = PacedSource(payloads_of(5.0), clock, _nowhere(), ENDS_S)
    runner = SessionRunner(SETUP, source, sink, clock)
    await runner.run()
    alarms = [i for i in sink.items if isinstance(i, Mark) and i.kind is MarkKind.DISK]
    there: list[Notification] = []
    is_readable = True
    try:
        recording = read_session(sink.path).recording
        there = [item for item in recording.items if isinstance(item, Notification)]
    except UnreadableFileError:
        is_readable = False
    given = [item for item in sink.items if isinstance(item, Notification)]
    return Outcome(
        fault,
        bool(ill_s),
        runner.result is not None,
        None if not (alarms and ill_s) else alarms[0].t_s - ill_s[0],
        is_readable and [i.payload for i in there] == [i.payload for i in given[: len(there)]],
        len(given) - len(there),
        runner.trouble,
    )


def _nowhere() -> int:
    return os.open(os.devnull, os.O_WRONLY)


def faults() -> Iterator[Fault]:
    """Yield every fault."""
    for point in POINTS:
        for code in CODES:
            yield Fault(point, code)
            yield Fault(point, code, stays=True)
    yield Fault("sync", None)
    yield Fault("write", None)
    for point in CLOSING:
        for code in CODES[:3]:
            yield Fault(point, code, stays=True)


def struck(fault: Fault) -> Outcome:
    """Run sessions until the fault has struck: a busy machine may write nothing in its time."""
    while not (outcome := session(fault)).has_struck:
        pass
    return outcome


def judge(outcome: Outcome) -> list[str]:
    """Return what is not as it has to be."""
    fault, wrong = outcome.fault, []
    if not outcome.is_over:
        wrong.append("the session ended without a result")
    if not outcome.is_readable:
        wrong.append("the recording is not valid")
    late = outcome.alarm_after_s is None or outcome.alarm_after_s > ALARM_S
    if fault.point not in CLOSING and late:
        wrong.append(f"alarm after {outcome.alarm_after_s} s")
    is_lasting = fault.stays and fault.code is not None and fault.point not in CLOSING
    if outcome.missing and not (is_lasting and outcome.trouble):
        wrong.append(f"{outcome.missing} notifications are missing and nothing says so")
    return wrong


def small_disk(run: Callable[[Path], tuple[int, int]]) -> tuple[int, int] | None:
    """Run on a real file system of 256 KiB; None where none can be made here."""
    with tempfile.TemporaryDirectory() as name:
        mount = ["mount", "-t", "tmpfs", "-o", "size=256k", "none", name]
        try:
            if subprocess.run(mount, capture_output=True, check=False).returncode:
                return None
        except OSError:
            return None
        try:
            return run(Path(name))
        finally:
            subprocess.run(["umount", name], check=True)


def fill(folder: Path) -> tuple[int, int]:
    """Record until the disk is full, make room, and close; return refusals and what is missing."""
    hog = folder / "hog"
    hog.write_bytes(bytes(128 * 1024))
    sink = RecordingSink(folder / "r.mcap", SETUP, T0_UTC_NS)
    payloads = payloads_of(30.0)
    refusals = 0
    for n, payload in enumerate(payloads):
        sink.item(Notification(n / 26, "pod", "x", payload))
        if n % 5 == 0:
            try:
                sink.flush()
            except UnwritableFileError:
                refusals += 1
            # At any moment the file is whole.
            read_session(folder / "r.mcap")
        if refusals == 10:
            hog.unlink(missing_ok=True)
    sink.close()
    items = read_session(folder / "r.mcap").recording.items
    return refusals, len(payloads) - len(items)


def proof() -> Iterator[Row]:
    """Try every fault."""
    outcomes = [struck(fault) for fault in faults()]
    wrong = [f"{o.fault.title}: {', '.join(judge(o))}" for o in outcomes if judge(o)]
    alarms = [o.alarm_after_s for o in outcomes if o.alarm_after_s is not None]
    result = (
        f"{sum(o.is_over for o in outcomes)} sessions alive to their end, alarm after at most "
        f"{max(alarms):.2f} s; {'; '.join(wrong) or 'every file valid, nothing lost in silence'}"
    )
    yield Row("T11", "faults at each point of writing", f"{len(outcomes)} sessions", result)
    full = small_disk(fill)
    result = "no file system could be mounted here"
    if full is not None:
        result = f"{full[0]} refusals, the file whole after each; {full[1]} notifications missing"
    yield Row("T11", "a real file system that is full for a while", "256 KiB tmpfs", result)
