"""A storm of lost connections: ``tests/disconnect_storm.py [DROPS] [SPEED]``.

The long form, without arguments, writes docs/disconnect-storm.md.

A virtual pod goes out of range again and again for 0.1 to 30 s, at random moments of streaming,
connecting and configuring. The link records what it gets; afterwards the recording is read, decoded
and placed in time as a session's is, and its holes are held against the pod's own book-keeping.
"""

import asyncio
import bisect
import contextlib
import dataclasses
import gc
import itertools
import logging
import math
import multiprocessing
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import rig
from bleak import BleakClient
from bluez import bus

from sensors.clock import SessionClock
from sensors.link import Link
from sensors.linkstate import LinkState
from sensors.pods.movesense import Movesense
from sensors.pods.movesense_start import NOTIFY_UUID
from sensors.recording.reader import read_recording
from sensors.recording.writer import RecordingWriter
from sensors.samples import ImuBlock, LinkEvent, LinkItem, Notification
from sensors.timebase import Timebase
from sensors.virtual.movesense import Movesense as MovesenseProfile
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import SourceBlock

LONG = 1000
"""Drops of the long form,"""
SPEED = 2.0
"""at so many session seconds a second (at 4 two processors are the limit, and not the link),"""
SHARES = 4
"""on each rig shared by so many processes."""
SHORT_S, SHORT_SPEED = 0.3, 8.0
"""s. The longest drop of the short ones that one process has as many of, and how fast."""

SHORTEST_S, LONGEST_S = 0.1, 30.0
"""s. How long the pod is away: as many drops in each octave, so that short ones are common."""

PLAY_S = (0.3, 2.0)
"""s. From the first data of a connection to the next drop."""

MIDDLE, DELAY_S = 0.3, 0.4
"""Share of the drops that come while the link connects or configures, and after up to so many s."""

FS_HZ, PACKET = 208.0, 8
HOLE_S = 0.06
"""s. A packet is 0.038 s: at one missing packet, two samples are 0.043 s apart."""

SILENCE_S = 5.0
"""s. Longer than a Movesense's own: a busy computer is not to be taken for a silent pod here."""

COUNT_EVERY = 10
"""Drops between two counts of what is open, each while the link streams."""

DATA = 2
"""What a notification with samples begins with."""


Hole = tuple[float, float]
"""Begin and end, in session seconds."""


@dataclass
class Storm:
    """What came of one storm.

    Attributes
    ----------
    away : list of (float, float)
        When the pod left and when it was back, in session s.
    by_state : dict of int
        How often it left in each state of the link.
    delays_s : list of float
        From the pod's return to the first data, in session s; not where it left again before.
    true_holes, counted_holes, placed_holes : list of Hole
        By the pod's book-keeping, by the counter in what was recorded, and by the times that the
        recorded samples are given; all in order.
    twice : int
        Packets that were recorded more than once.
    strange : int
        Packets recorded that the pod did not send.
    files, bus_names, clients : list of int
        Open file handles, connections to the bus and bleak's clients while streaming, over time.
    sentences : dict of int
        What the link said when it was lost, and how often.
    span_s : float
        Session time of the last data.
    """

    away: list[tuple[float, float]] = field(default_factory=list)
    by_state: dict[str, int] = field(default_factory=dict)
    delays_s: list[float] = field(default_factory=list)
    true_holes: list[Hole] = field(default_factory=list)
    counted_holes: list[Hole] = field(default_factory=list)
    placed_holes: list[Hole] = field(default_factory=list)
    twice: int = 0
    strange: int = 0
    files: list[int] = field(default_factory=list)
    bus_names: list[int] = field(default_factory=list)
    clients: list[int] = field(default_factory=list)
    sentences: dict[str, int] = field(default_factory=dict)
    span_s: float = 0.0

    def delay_s(self, percent: float) -> float:
        """Return a percentile of the delays."""
        return float(np.percentile(self.delays_s, percent))

    @property
    def counted_error_s(self) -> float:
        """The largest error of an end of a hole, by the recorded counter."""
        holes = zip(self.true_holes, self.counted_holes, strict=True)
        return max(_error_s(truth, counted) for truth, counted in holes)

    def placed_error_s(self, percent: float) -> float:
        """Return a percentile of the error of a hole's ends, by the samples' times."""
        errors = [
            min(_error_s(truth, placed) for placed in self.placed_holes)
            for truth in self.true_holes
        ]
        return float(np.percentile(errors, percent))


def _error_s(truth: Hole, found: Hole) -> float:
    return max(abs(found[0] - truth[0]), abs(found[1] - truth[1]))


class Rest:
    """A pod that lies still for ever."""

    fs_hz = FS_HZ

    def blocks(self) -> Iterator[SourceBlock]:
        """Yield packet after packet."""
        acc_g = np.tile([0.0, 0.0, 1.0], (PACKET, 1))
        number = 0
        while True:
            yield SourceBlock(number / FS_HZ, acc_g, None)
            number += PACKET


class Ear:
    """A link's inbox that records, and knows what came last."""

    def __init__(self, writer: RecordingWriter) -> None:
        self.data_s = -1.0
        self.entered: dict[LinkState, int] = dict.fromkeys(LinkState, 0)
        self.details: list[str] = []
        self._writer = writer

    def append(self, item: LinkItem, /) -> None:
        """Take one item."""
        match item:
            case Notification():
                self._writer.notification(item)
                if item.uuid == NOTIFY_UUID and item.payload[0] == DATA:
                    self.data_s = item.t_s
            case LinkEvent():
                self._writer.link_event(item)
                self.entered[item.state] += 1
                if item.state is LinkState.LOST:
                    self.details.append(item.detail)


async def storm(
    path: Path, drops: int, speed: float, seed: int, longest_s: float = LONGEST_S
) -> Storm:
    """Run one storm over ``rig.air``.

    Parameters
    ----------
    path : Path
        Where it is recorded.
    drops : int
        How often the pod goes away.
    speed : float
        Session seconds a second.
    seed : int
        Of the moments and the lengths.
    longest_s : float
        The longest that it is away.
    """
    chance = random.Random(seed)
    clock = SessionClock(speed)
    found = Storm()
    sent: list[int] = []

    def on_notify(value: bytes) -> None:
        if value[0] == DATA:
            sent.append(tick_of(value))

    kind = Movesense(round(FS_HZ), with_gyro=False)
    kind.abilities = dataclasses.replace(kind.abilities, silence_timeout_s=SILENCE_S)
    pod = VirtualPod(MovesenseProfile(Rest()), clock, "Movesense 214630000042", on_notify=on_notify)
    with RecordingWriter(path, {}, 0) as writer:
        ear = Ear(writer)
        async with rig.air([pod]) as radio:
            link = Link(kind, radio, clock, "pod", ear)
            run = asyncio.create_task(link.run())
            try:
                uncounted = COUNT_EVERY
                for _ in range(drops):
                    await _moment(chance, clock, ear, found.away)
                    uncounted += 1
                    if uncounted > COUNT_EVERY and await _count(found, link, ear):
                        uncounted = 0
                    state = str(link.state)
                    found.by_state[state] = found.by_state.get(state, 0) + 1
                    for_s = SHORTEST_S * (longest_s / SHORTEST_S) ** chance.random()
                    found.away.append((clock.now_s(), clock.now_s() + for_s))
                    await pod.drop(for_s)
                    writer.flush()
                await rig.until(lambda: ear.data_s > found.away[-1][1])
                while not await _count(found, link, ear):
                    await rig.until(lambda: link.state is LinkState.STREAMING)
            except TimeoutError as error:
                raise RuntimeError(
                    f"the link did not come back: {link.state}, pod away: {found.away[-1:]},"
                    f" now {clock.now_s():.1f} s, connected: {pod.connection is not None},"
                    f" said: {ear.details[-3:]}"
                ) from error
            finally:
                await rig.cancelled(run)
        found.sentences = {detail: ear.details.count(detail) for detail in set(ear.details)}
    origin_s = pod._origin_s
    assert origin_s is not None
    _judge(found, path, kind, sent, origin_s)
    return found


def tick_of(value: bytes) -> int:
    """Return the pod's counter in a data packet, in ms: no two packets have the same."""
    return int.from_bytes(value[2:6], "little")


async def _moment(
    chance: random.Random, clock: SessionClock, ear: Ear, away: list[tuple[float, float]]
) -> None:
    """Wait for the moment of the next drop."""
    back_s = away[-1][1] if away else 0.0
    middle = (LinkState.CONNECTING, LinkState.CONFIGURING)
    if away and chance.random() < MIDDLE:
        state = chance.choice(middle)
        before = ear.entered[state]
        await rig.until(lambda: ear.entered[state] > before or ear.data_s > back_s)
        await clock.sleep(chance.uniform(0.0, DELAY_S))
        return
    await rig.until(lambda: ear.data_s > back_s)
    await clock.sleep(chance.uniform(*PLAY_S))


async def _count(found: Storm, link: Link, ear: Ear) -> bool:
    """Count what is open; False where the link did not stream all the while, so that it is void."""
    before = dict(ear.entered)
    if link.state is not LinkState.STREAMING:
        return False
    files = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - of this process alone
    gc.collect()
    clients = sum(isinstance(thing, BleakClient) for thing in gc.get_objects())
    names = await _bus_names()
    if ear.entered != before:
        return False
    found.files.append(files)
    found.clients.append(clients)
    found.bus_names.append(names)
    return True


async def _bus_names() -> int:
    """Return how many connections the system bus has, this question's own left out."""
    if rig.air is rig.bumble_air:
        return 0
    from bluez.air import connections

    return await connections()


def _judge(found: Storm, path: Path, kind: Movesense, sent: list[int], origin_s: float) -> None:
    recording = read_recording(path)
    heard = [
        item
        for item in recording.items
        if isinstance(item, Notification) and item.uuid == NOTIFY_UUID and item.payload[0] == DATA
    ]
    ticks = [tick_of(item.payload) for item in heard]
    found.twice = len(ticks) - len(set(ticks))
    found.strange = len(set(ticks) - set(sent))
    found.delays_s = _delays_s(found.away, [item.t_s for item in heard])
    found.span_s = heard[-1].t_s

    found.true_holes, found.counted_holes = _holes(sent, origin_s), _holes(ticks, origin_s)
    found.placed_holes = _placed_holes(kind, heard)


def _holes(ticks: list[int], origin_s: float) -> list[Hole]:
    """Return the holes between packets, by the pod's counter, on the session's clock."""
    period_s = PACKET / FS_HZ
    return [
        (origin_s + before / 1000.0 + period_s, origin_s + after / 1000.0)
        for before, after in itertools.pairwise(ticks)
        if (after - before) / 1000.0 > period_s + HOLE_S
    ]


def _delays_s(away: list[tuple[float, float]], heard_s: list[float]) -> list[float]:
    delays = []
    for (_left_s, back_s), (next_s, _) in itertools.pairwise([*away, (math.inf, math.inf)]):
        first = bisect.bisect_right(heard_s, back_s)
        if first < len(heard_s) and heard_s[first] < next_s:
            delays.append(heard_s[first] - back_s)
    return delays


def _placed_holes(kind: Movesense, heard: list[Notification]) -> list[Hole]:
    """Return the holes as a session sees them: decoded, and on the session's clock."""
    decoder, timebase = kind.decoder(), Timebase(kind.abilities.clock, FS_HZ)
    placed = []
    for item in heard:
        for value in decoder.decode(item):
            if isinstance(value, ImuBlock):
                placed += timebase.push(value, item.t_s)
    placed += timebase.flush()
    t_s = np.concatenate([block.t_s for block in placed])
    before = np.flatnonzero(np.diff(t_s) > HOLE_S)
    return [(float(t_s[k]), float(t_s[k + 1])) for k in before]


def run(name: str, drops: int, speed: float, seed: int, longest_s: float = LONGEST_S) -> Storm:
    """Run a storm on a rig, ``"bumble"`` or ``"bluez"``."""
    logging.disable(logging.WARNING)  # of Bumble and bleak, at every drop
    with contextlib.ExitStack() as stack:
        path = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "storm.mcap"
        if name == "bluez":
            from bluez.air import bluez_air

            private = stack.enter_context(bus.private_bus())
            os.environ["DBUS_SYSTEM_BUS_ADDRESS"] = private.address
            rig.air = bluez_air
        else:
            rig.air = rig.bumble_air
        return asyncio.run(storm(path, drops, speed, seed, longest_s))


def together(parts: Sequence[Storm]) -> Storm:
    """Return the storms of several processes as one."""
    whole = Storm()
    for part in parts:
        for name in ("true_holes", "counted_holes", "placed_holes"):
            # One session after the other, so that no hole is taken for another session's.
            shifted = [(a + whole.span_s, b + whole.span_s) for a, b in getattr(part, name)]
            getattr(whole, name).extend(shifted)
        for name in ("away", "delays_s", "files", "bus_names", "clients"):
            getattr(whole, name).extend(getattr(part, name))
        for name in ("twice", "strange", "span_s"):
            setattr(whole, name, getattr(whole, name) + getattr(part, name))
        for name in ("by_state", "sentences"):
            for key, count in getattr(part, name).items():
                counts = getattr(whole, name)
                counts[key] = counts.get(key, 0) + count
    return whole


def lines(found: Storm, short: Storm) -> list[str]:
    """Return the figures of one rig, one a row of the page's table."""

    def flat(counts: list[int]) -> str:
        return f"{min(counts)} to {max(counts)}"

    states = ", ".join(f"{count} {state}" for state, count in sorted(found.by_state.items()))
    said = "; ".join(f"{count} × “{text}”" for text, count in sorted(found.sentences.items()))
    return [
        f"{len(found.away)}",
        states,
        f"{len(found.delays_s)}",
        " / ".join(f"{found.delay_s(percent):.2f} s" for percent in (50, 95, 99, 100)),
        f"{len(found.true_holes)} / {len(found.counted_holes)} / {len(found.placed_holes)}",
        f"{found.counted_error_s:.3f} s",
        " / ".join(f"{found.placed_error_s(percent):.3f} s" for percent in (50, 95)),
        f"{found.twice} / {found.strange}",
        flat(short.files),
        flat(short.bus_names) if any(short.bus_names) else "–",
        flat(found.clients + short.clients),
        f"{found.span_s:.0f} s",
        said,
    ]


ROWS = (
    "drops",
    "the link's state at the drop",
    "reconnections that no further drop cut short",
    "pod back → first data, session time: p50 / p95 / p99 / longest",
    "holes: by the pod's book-keeping / by the recorded counter / by the times of the samples",
    "largest error of an end of a hole, by the recorded counter",
    "the same by the times of the samples: p50 / p95",
    "packets recorded twice / never sent",
    "as many short drops in one process: open file handles, fewest to most",
    "the same: connections to the D-Bus, the emulated daemon's own among them",
    "bleak clients alive, fewest to most",
    "session time",
    "what the link said",
)

PAGE = """# A storm of lost connections

Written by `make storm`. A virtual pod goes out of range {drops} times for 0.1 to 30 s (as many
drops in each octave), at random moments of streaming, connecting and configuring, on each of the
two rigs of [link-testing.md](link-testing.md). A session second takes {real:g} s of real time. Each
rig's drops are shared by {shares} processes.

The recording is read, decoded and placed in time as a session's is, and its holes are held against
the pod's own book-keeping: the last sample that it sent before it left, and the first that it sent
again. What is open is counted in one process that has as many drops of 0.1 to {short:g} s.

How fast a pod is found again depends on how busy the computer is: here {load:.0f} programs at a
time wanted {cores} processors, this one's {processes} processes among them.

| | bumble | bluez |
|---|---|---|
{table}

What this does not show: a real radio. The virtual pod advertises every {advertising:.2g} s,
connection intervals and lost packets are not modelled, and a pod that goes out of range is missed
at once, where a real controller waits for its supervision time-out.
"""


def main() -> None:
    drops = int(sys.argv[1]) if len(sys.argv) > 1 else LONG
    speed = float(sys.argv[2]) if len(sys.argv) > 2 else SPEED
    names = ("bumble", "bluez")
    context = multiprocessing.get_context("spawn")
    share = math.ceil(drops / SHARES)
    with context.Pool((SHARES + 1) * len(names)) as pool:
        parts = [(name, share, speed, seed) for name in names for seed in range(SHARES)]
        short = [(name, drops, SHORT_SPEED, SHARES, SHORT_S) for name in names]
        storms = pool.starmap_async(run, parts, chunksize=1)
        shorts = pool.starmap(run, short, chunksize=1)
        load = os.getloadavg()[2]  # of the last quarter of an hour
        found = [together(storms.get()[:SHARES]), together(storms.get()[SHARES:])]
    columns = zip(ROWS, *map(lines, found, shorts), strict=True)
    table = "\n".join(f"| {' | '.join(row)} |" for row in columns)
    print(table)
    if drops >= LONG:
        page = PAGE.format(
            drops=drops,
            real=1.0 / speed,
            shares=SHARES,
            short=SHORT_S,
            load=load,
            cores=os.cpu_count(),
            processes=(SHARES + 1) * len(names),
            table=table,
            advertising=max(0.02 * speed, 0.1),
        )
        (Path(__file__).parent.parent / "docs" / "disconnect-storm.md").write_text(page)


if __name__ == "__main__":
    main()
