"""Fifty viewers in processes of their own, slow and killed ones among them, around one session.

``python tests/viewers_load.py`` prints what the session's loop, its memory and its viewers felt;
with ``--write`` it keeps the figures in docs/watching-proof.md.
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import resource
import signal
import sys
import tempfile
import time
from asyncio.subprocess import PIPE
from collections import deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from unittest.mock import Mock, patch

from load_viewer import SLOW_S, Seen, percentile
from made_sessions import FS_HZ, inputs_of, made_setup, run_between_walks
from served import until

from monitor.core import Input
from monitor.live.publisher import PERIOD_S, Publisher
from monitor.live.wire import encode
from monitor.marks import MarkKind
from monitor.record import RecordingSink
from monitor.session import SessionRunner
from sensors.clock import SessionClock
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk

ROOT = Path(__file__).parents[1]
VIEWER = Path(__file__).with_name("load_viewer.py")
PAGE = ROOT / "docs" / "watching-proof.md"

TICK_S: Final = 0.005
"""s. The timer whose lateness is the loop's lag."""

LAG_P99_MS: Final = 20.0
"""ms. What the session's loop may be late at the 99th percentile."""

SETTLE_S: Final = 2.0
"""s. Before a phase is measured."""

PAGE_BYTES: Final = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Load:
    """How many watch, and for how long.

    Attributes
    ----------
    viewers, slow, killed : int
        All of them; those that read one message in 2 s; those that are killed half-way.
    seconds : float
        Of each phase: without viewers, and with them.
    """

    viewers: int = 50
    slow: int = 10
    killed: int = 10
    seconds: float = 40.0


@dataclass(frozen=True, slots=True)
class Phase:
    """What the session's own loop and process felt; work is CPU time between two ticks."""

    lag_p50_ms: float
    lag_p99_ms: float
    lag_worst_ms: float
    work_p99_ms: float
    work_worst_ms: float
    cpu_pct: float
    rss_before_mb: float
    rss_after_mb: float


@dataclass(frozen=True, slots=True)
class Figures:
    """A whole run."""

    load: Load
    machine_load: float
    alone: Phase
    watched: Phase
    counted: int
    counted_after_kill: int
    gone_after_s: float
    encoded: int
    seen: tuple[Seen, ...]


class TimedPod:
    """A source without a radio, in real time: each packet comes when it would come."""

    def __init__(self, items: Sequence[Input], clock: SessionClock) -> None:
        self._items = items
        self._clock = clock

    async def run(self, inbox: deque[Input]) -> None:
        """Fill the inbox, then be silent."""
        for item in self._items:
            await self._clock.sleep_until(item.t_s)
            inbox.append(replace(item, t_s=self._clock.now_s()))
        await asyncio.get_running_loop().create_future()


def rss_mb() -> float:
    """Return the memory that this process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES / 1e6


async def phase(seconds: float) -> Phase:
    """Measure this loop for so long."""
    loop = asyncio.get_running_loop()
    before_mb, cpu_s, begun_s = rss_mb(), time.process_time(), loop.time()
    lags_ms: list[float] = []
    work_ms: list[float] = []
    while loop.time() - begun_s < seconds:
        due_s, worked_s = loop.time() + TICK_S, time.thread_time()
        await asyncio.sleep(TICK_S)
        lags_ms.append(1000.0 * (loop.time() - due_s))
        work_ms.append(1000.0 * (time.thread_time() - worked_s))
    spent = (time.process_time() - cpu_s) / (loop.time() - begun_s)
    return Phase(
        percentile(lags_ms, 0.5),
        percentile(lags_ms, 0.99),
        max(lags_ms),
        percentile(work_ms, 0.99),
        max(work_ms),
        100.0 * spent,
        before_mb,
        rss_mb(),
    )


# ---- the session's process


async def measure(load: Load, folder: Path) -> Figures:
    """Run a session, alone and then watched."""
    setup = made_setup(run_between_walks(3600.0))
    script = GaitScript((walk(3.0, impact_g=2.4), run(4.0 * load.seconds + 120.0, impact_g=4.6)))
    items = sorted(inputs_of(GaitSource(script, FS_HZ)), key=lambda item: item.t_s)
    clock = SessionClock()
    sink = RecordingSink(folder / "session.mcap", setup, time.time_ns())
    runner = SessionRunner(setup, TimedPod(items, clock), sink, clock)
    publisher = runner.publisher = Publisher(runner, "s-1", "P-017", None, folder / "live")
    session = asyncio.create_task(runner.run())
    machine_load = os.getloadavg()[0]
    try:
        await asyncio.sleep(SETTLE_S)
        alone = await phase(load.seconds)
        async with viewers(load, folder / "live", clock) as pids:
            await until(lambda: session.done() or publisher.viewers == load.viewers, 300.0)
            await asyncio.sleep(SETTLE_S)
            counted = publisher.viewers
            with patch("monitor.live.publisher.encode", Mock(side_effect=encode)) as encoded:
                watched, (counted_after, gone_s) = await asyncio.gather(
                    phase(load.seconds), _kill_half_way(load, publisher, pids)
                )
            runner.mark(MarkKind.STOP)
            await session
    finally:
        session.cancel()
        await asyncio.gather(session, return_exceptions=True)
    return Figures(
        load,
        machine_load,
        alone,
        watched,
        counted,
        counted_after,
        gone_s,
        encoded.call_count,
        tuple(
            Seen(**json.loads(path.read_text(encoding="utf-8")))
            for path in (folder / "live").glob("seen-*")
        ),
    )


@contextlib.asynccontextmanager
async def viewers(load: Load, folder: Path, clock: SessionClock) -> AsyncIterator[list[int]]:
    """Start the viewers, those first that are killed; whatever is left of them ends here."""
    kinds = ["fast"] * (load.viewers - load.slow) + ["slow"] * load.slow
    command = (sys.executable, str(VIEWER), str(folder), str(clock._origin_ns), *kinds)
    parent = await asyncio.create_subprocess_exec(*command, stdout=PIPE)
    pids: list[int] = []
    try:
        assert parent.stdout is not None
        pids += json.loads(await parent.stdout.readline())
        yield pids
        async with asyncio.timeout(60.0):
            await parent.wait()
    finally:
        for pid in pids if parent.returncode is None else ():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        await parent.wait()


async def _kill_half_way(
    load: Load, publisher: Publisher, pids: Sequence[int]
) -> tuple[int, float]:
    await asyncio.sleep(load.seconds / 2.0)
    loop = asyncio.get_running_loop()
    for pid in pids[: load.killed]:
        os.kill(pid, signal.SIGKILL)
    killed_s = loop.time()
    with contextlib.suppress(TimeoutError):
        await until(lambda: publisher.viewers <= load.viewers - load.killed)
    return publisher.viewers, loop.time() - killed_s


# ---- the figures


def faults(figures: Figures) -> list[str]:
    """Return what is not as it has to be, whatever the machine does meanwhile."""
    load, seen = figures.load, figures.seen
    wanted = {
        "every viewer is counted": figures.counted == load.viewers,
        "the killed are gone": figures.counted_after_kill == load.viewers - load.killed,
        "a state is encoded once for all": figures.encoded <= load.seconds / PERIOD_S + 1,
        "the others lived": len(seen) == load.viewers - load.killed,
        "whoever reads in time saw the end": all(one.is_over or one.is_slow for one in seen),
        "none went back in time": all(one.is_ordered for one in seen),
    }
    return [text for text, is_so in wanted.items() if not is_so]


def page_of(figures: Figures) -> str:
    """Return the figures as the page of the documentation."""
    load, alone, watched = figures.load, figures.alone, figures.watched
    fast = [one for one in figures.seen if not one.is_slow]
    slow = [one for one in figures.seen if one.is_slow]
    rows = [
        ("lag of the loop, median, ms", alone.lag_p50_ms, watched.lag_p50_ms),
        ("lag of the loop, 99th percentile, ms", alone.lag_p99_ms, watched.lag_p99_ms),
        ("lag of the loop, worst, ms", alone.lag_worst_ms, watched.lag_worst_ms),
        (
            "own work of the loop between two ticks, 99th percentile, ms",
            alone.work_p99_ms,
            watched.work_p99_ms,
        ),
        (
            "own work of the loop between two ticks, worst, ms",
            alone.work_worst_ms,
            watched.work_worst_ms,
        ),
        ("CPU of the session's process, %", alone.cpu_pct, watched.cpu_pct),
        ("memory at the beginning, MB", alone.rss_before_mb, watched.rss_before_mb),
        ("memory at the end, MB", alone.rss_after_mb, watched.rss_after_mb),
    ]
    table = "\n".join(f"| {name} | {a:.1f} | {b:.1f} |" for name, a, b in rows)
    verdict = "kept" if watched.lag_p99_ms <= LAG_P99_MS else "not kept"
    saw_end = sum(one.is_over for one in figures.seen)
    ordered = sum(one.is_ordered for one in figures.seen)
    return f"""# {load.viewers} viewers around one session

Written by `make viewers`; how it is measured stands in `tests/viewers_load.py`. A real session
(recording on the disk, analysis, alarms) with a made pod is watched by {load.viewers} processes.
{load.slow} of them read one message in {SLOW_S:.0f} s, {load.killed} are killed half-way (SIGKILL).
The lag is how late a timer of {1000 * TICK_S:.0f} ms comes in the session's own loop. Both columns
are of the same run, {load.seconds:.0f} s each; the viewers run on the same {os.cpu_count()} cores
({platform.machine()}, Python {platform.python_version()}). The machine's load (1 min) was
{figures.machine_load:.1f} before the first viewer: above the number of cores, other programs
make the lag, and the CPU time between two ticks says what the session's own loop does.

| | alone | {load.viewers} viewers |
|---|---|---|
{table}

- The goal, at most {LAG_P99_MS:.0f} ms of lag at the 99th percentile, is {verdict}.
- {figures.counted} viewers were counted, and {figures.counted_after_kill} after {load.killed} had
  been killed: those were gone after {1000 * figures.gone_after_s:.0f} ms.
- A state was encoded {figures.encoded} times in {load.seconds:.0f} s, for all viewers together.
- {saw_end} of the {len(figures.seen)} others saw the end of the session, and {ordered} never saw an
  older state after a newer one.
- {_ages("A viewer that reads in time", fast)}
- {_ages("A slow one", slow)}
"""


def _ages(who: str, seen: Sequence[Seen]) -> str:
    fewest = min(one.snapshots for one in seen)
    p99_s, worst_s = max(one.age_p99_s for one in seen), max(one.age_worst_s for one in seen)
    return (
        f"{who} got at least {fewest} states; their age when read, of all such viewers the worst: "
        f"{p99_s:.2f} s at the 99th percentile, {worst_s:.2f} s at most."
    )


def main() -> int:
    """Measure and print; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=Load().seconds)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        figures = asyncio.run(measure(Load(seconds=asked.seconds), Path(made)))
    page = page_of(figures)
    print(page)
    if asked.write:
        PAGE.write_text(page, encoding="utf-8")
    for fault in faults(figures):
        print(f"Not so: {fault}", file=sys.stderr)
    return 1 if faults(figures) else 0


if __name__ == "__main__":
    sys.exit(main())
