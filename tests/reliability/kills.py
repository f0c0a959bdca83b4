"""SIGKILL of a process that records a session at the pace of life (T1)."""

import asyncio
import os
import random
import signal
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from made_sessions import FS_HZ, made_setup, packets_of, run_between_walks
from recorded_files import T0_UTC_NS, abandon
from reliability.row import Row, memory_folder

from analysis import filters
from monitor.core import Input
from monitor.marks import Mark, MarkKind
from monitor.record import RecordingSink, read_session
from monitor.session import SessionRunner
from sensors.clock import SessionClock
from sensors.errors import UnreadableFileError
from sensors.recording.reader import read_recording
from sensors.recording.reopened import ReopenedRecording
from sensors.recording.writer import RecordingWriter
from sensors.samples import Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run
from sensors.virtual.gsp import DATA_UUID

ALLOWED_S = 0.25
LATEST_S = 1.5
"""s. A process is killed at a random moment up to here, counted from its first notification."""

ENDS = 0.2
"""Share of the sessions that end by themselves before that: kills hit the closing too."""

HOUR_S = 3600.0


@dataclass(slots=True)
class Kills:
    """What was found after all the kills."""

    kills: int = 0
    unreadable: int = 0
    lost_acknowledged: int = 0
    closed: int = 0
    notifications: int = 0
    lost_s: list[float] = field(default_factory=list)


class PacedSource:
    """A pod at the pace of life, who tells the parent of each notification that it gives."""

    def __init__(self, payloads: list[bytes], clock: SessionClock, tell: int, ends_s: float):
        self._payloads = payloads
        self._clock = clock
        self._tell = tell
        self._ends_s = ends_s

    async def run(self, inbox: deque[Input]) -> None:
        """Give until killed, or until the session ends."""
        inbox.append(Mark(self._clock.now_s(), MarkKind.START))
        for n, payload in enumerate(self._payloads, 1):
            await self._clock.sleep_until(n * 8 / FS_HZ)
            t_s = self._clock.now_s()
            inbox.append(Notification(t_s, "pod", DATA_UUID, payload))
            os.write(self._tell, f"g {n} {t_s:.6f}\n".encode())
            if t_s > self._ends_s:
                inbox.append(Mark(self._clock.now_s(), MarkKind.STOP))


class ToldSink(RecordingSink):
    """A recording that tells the parent how much of it is on the disk."""

    tell: int
    _taken = 0

    def item(self, item: Input) -> None:
        """Keep one input."""
        super().item(item)
        self._taken += isinstance(item, Notification)

    def flush(self) -> None:
        """Flush, and acknowledge what had been kept before."""
        before = self._taken
        super().flush()
        os.write(self.tell, f"a {before}\n".encode())


def _record(path: Path, payloads: list[bytes], tell: int, ends_s: float) -> None:
    clock = SessionClock()
    sink = ToldSink(path, SETUP, T0_UTC_NS)
    sink.tell = tell
    source = PacedSource(payloads, clock, tell, ends_s)
    asyncio.run(SessionRunner(SETUP, source, sink, clock).run())


SETUP = made_setup(run_between_walks(20.0, 5.0))


def payloads_of(seconds: float) -> list[bytes]:
    """Return what a pod sends in so long."""
    source = GaitSource(GaitScript((run(seconds, impact_g=4.5),)), FS_HZ)
    return [part for _, parts in packets_of(source) for part in parts]


def killed(times: int, side_by_side: int, seed: int = 1) -> Kills:
    """Kill ``times`` processes, some at once; to be called in a process without threads."""
    found = Kills()
    chance = random.Random(seed)
    payloads = payloads_of(5.0)
    # Once for all of them: a session loads it before its first packet.
    filters.load()
    with tempfile.TemporaryDirectory(dir=memory_folder()) as name:
        numbers = iter(range(times))
        while batch := [
            _Child(Path(name) / f"{n}.mcap", payloads, chance)
            for _, n in zip(range(side_by_side), numbers, strict=False)
        ]:
            for child in sorted(batch, key=lambda child: child.dies_s):
                child.kill()
                _judge(child, payloads, found)
    return found


class _Child:
    def __init__(self, path: Path, payloads: list[bytes], chance: random.Random) -> None:
        self.path = path
        self.dies_s = chance.uniform(0.02, LATEST_S)
        ends_s = chance.uniform(0.1, self.dies_s) if chance.random() < ENDS else 99.0
        self.told, tell = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.close(self.told)
                _record(path, payloads, tell, ends_s)
            finally:
                os._exit(0)
        os.close(tell)
        self._began_s = time.monotonic()

    def kill(self) -> None:
        """Kill it at its moment; a process that has not begun by then is given time to."""
        first = os.read(self.told, 1)
        # Counted from its first notification, or from the making where that was long ago.
        time.sleep(max(0.0, self.dies_s - (time.monotonic() - self._began_s)))
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        with os.fdopen(self.told, "rb") as pipe:
            self.lines = (first + pipe.read()).decode().split("\n")[:-1]


def _judge(child: _Child, payloads: list[bytes], found: Kills) -> None:
    given_s = [float(line.split()[2]) for line in child.lines if line.startswith("g")]
    acked = max((int(line.split()[1]) for line in child.lines if line.startswith("a")), default=0)
    found.kills += 1
    found.notifications += len(given_s)
    try:
        session = read_session(child.path)
    except UnreadableFileError:
        found.unreadable += 1
        return
    there = [item.payload for item in session.recording.items if isinstance(item, Notification)]
    found.closed += session.recording.is_finished
    if len(there) < acked or there != payloads[: len(there)]:
        found.lost_acknowledged += 1
    is_over = session.result is not None
    if given_s and not is_over:
        first_lost = given_s[len(there)] if len(there) < len(given_s) else given_s[-1]
        found.lost_s.append(given_s[-1] - first_lost)


def hour(path: Path, seconds: float = HOUR_S) -> int:
    """Record an hour of a pod as a crash leaves it; return its size in bytes."""
    tile = payloads_of(60.0)
    writer = RecordingWriter(path, SETUP.to_header(), T0_UTC_NS)
    for n in count():
        t_s = n * 8 / FS_HZ
        if t_s > seconds:
            break
        writer.notification(Notification(t_s, "pod", DATA_UUID, tile[n % len(tile)]))
        if n % 5 == 0:
            writer.flush()
    writer.flush()
    abandon(writer)
    return path.stat().st_size


def reopened_s() -> tuple[int, float, float]:
    """Return an hour's size, and the seconds for going on with it and for reading it whole."""
    with tempfile.TemporaryDirectory(dir=memory_folder()) as name:
        path = Path(name) / "hour.mcap"
        size = hour(path)
        seconds = []
        for work in (_go_on, read_recording):
            tries = []
            for _ in range(3):
                began_s = time.process_time()
                work(path)
                tries.append(time.process_time() - began_s)
            seconds.append(min(tries))
    return size, seconds[0], seconds[1]


def _go_on(path: Path) -> None:
    abandon(ReopenedRecording(path))


def proof(times: int = 1000) -> Iterator[Row]:
    """Kill in full."""
    found = killed(times, 4)
    late = sum(lost > ALLOWED_S for lost in found.lost_s)
    typical_s = sorted(found.lost_s)[len(found.lost_s) // 2]
    result = (
        f"{found.lost_acknowledged} with acknowledged data lost, {found.unreadable} unreadable; "
        f"not yet written: {typical_s:.3f} s in the middle, {max(found.lost_s):.3f} s at most, "
        f"{late} above {ALLOWED_S} s at a load of {os.getloadavg()[1]:.0f} on {os.cpu_count()} "
        "cores; "
        f"{found.closed} were closed by then"
    )
    size = f"{found.kills:,} kills, {found.notifications:,} notifications"
    yield Row("T1", "SIGKILL of a process that records at the pace of life", size, result)
    bytes_, again_s, read_s = reopened_s()
    result = f"gone on with in {again_s:.2f} s, read whole in {read_s:.2f} s of the processor"
    yield Row("T1", "an hour as a crash leaves it", f"{bytes_ / 1e6:.1f} MB", result)
