"""What is checked in the guest: our link, over the system's Bluetooth as it is."""

import asyncio
import itertools
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from realbluez.daemons import Bluetoothd, block, power
from realbluez.remote import Pods
from rig import Bench, linked, sample_numbers, until

from sensors import advice
from sensors.clock import SessionClock
from sensors.errors import LinkFault
from sensors.held import is_held
from sensors.linkstate import LinkState
from sensors.meeting import meet
from sensors.pods.movesense import Movesense
from sensors.pods.movesense_start import DATA, NOTIFY_UUID
from sensors.radio import Radio
from sensors.samples import LinkEvent
from sensors.scan import Sighting, listen

SCAN_S = 10.0
STREAM_S = 30.0
AWAY_S = (0.3, 3.0)
"""s. How long the pod is out of range at a drop: alternately."""
DROPS = 10
LONG_AWAY_S = 30.0
"""s. How long one of two pods is away while the other one is searched for."""
DOWN_S = 6.0
"""s. How long bluetoothd, or the adapter, is away."""

PERIOD_S = 8 / 208.0
"""s. From packet to packet."""
HOLE_S = 1.5 * PERIOD_S
"""s. From packet to packet at least, where one is missing between them."""

NO_BLUETOOTH = advice.SENTENCES[LinkFault.NO_BLUETOOTH]
POWERED_OFF = advice.SENTENCES[LinkFault.POWERED_OFF]


@dataclass
class Found:
    """What came of one check: what is wrong, and the figures."""

    wrong: list[str] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)

    def expect(self, holds: bool, otherwise: str) -> None:
        """Note what is wrong where something does not hold."""
        if not holds:
            self.wrong.append(otherwise)


@dataclass
class Place:
    """What the checks work with."""

    pods: Pods
    bluetoothd: Bluetoothd
    names: tuple[str, str]
    clock: SessionClock = field(default_factory=SessionClock)


Check = Callable[[Place, Found], Awaitable[None]]


async def scan(place: Place, found: Found) -> None:
    """The scan hears the pod."""
    sighting = await _sighting(place)
    found.expect(sighting is not None, "the pod was not heard")
    if sighting is not None:
        found.figures["heard"] = f"{sighting.name}, {sighting.address}, {sighting.rssi_dbm} dBm"


async def visit(place: Place, found: Found) -> None:
    """Device information and battery are read at a visit."""
    sighting = await _sighting(place)
    if sighting is None:
        found.wrong.append("the pod was not heard")
        return
    begin_s = place.clock.now_s()
    met = await meet(sighting, Radio(), place.clock)
    serial = place.names[0].split()[-1]
    found.expect(met.identity.serial == serial, f"the serial number is {met.identity.serial!r}")
    found.expect(met.charge_pct == 87, f"the charge is {met.charge_pct}")
    found.figures["serial"] = met.identity.serial
    found.figures["model"] = met.identity.model
    found.figures["charge"] = f"{met.charge_pct} %"
    found.figures["took"] = f"{place.clock.now_s() - begin_s:.1f} s"


async def stream(place: Place, found: Found) -> None:
    """208 Hz of accelerometer and gyroscope: nothing is lost, nothing comes twice."""
    clock = place.clock
    begin_s = clock.now_s()
    async with linked(Movesense(), Radio(), clock, name=place.names[0]) as bench:
        await bench.hear(NOTIFY_UUID, 10)
        found.figures["scan to data"] = f"{clock.now_s() - begin_s:.1f} s"
        await clock.sleep(STREAM_S)
        _note_states(bench, found)
    heard = ticks(bench)
    numbers = list(sample_numbers([n.payload for n in bench.notifications(NOTIFY_UUID)]))
    whole = numbers[: numbers.index(max(numbers)) + 1]
    sent = await place.pods.sent()
    first, last = sent.index(heard[0]), sent.index(heard[-1])
    found.expect(heard == sent[first : last + 1], "packets differ from those that were sent")
    steps = {after - before for before, after in itertools.pairwise(whole)}
    found.expect(steps == {1}, f"samples follow each other by {sorted(steps)}")
    found.expect(LinkState.LOST not in bench.states(), "the link was lost")
    arrivals_s = [n.t_s for n in bench.notifications(NOTIFY_UUID)]
    longest_s = max(b - a for a, b in itertools.pairwise(arrivals_s))
    found.figures["packets sent / heard"] = f"{last + 1 - first} / {len(heard)}"
    found.figures["samples"] = f"{len(whole)}, {len(set(whole))} of them different"
    found.figures["rate"] = f"{len(whole) / (heard[-1] - heard[0] + 38) * 1000.0:.1f} Hz"
    found.figures["longest wait for data"] = f"{longest_s:.2f} s"


async def drops(place: Place, found: Found) -> None:
    """Ten drops of the connection are mended, each with one hole where the truth has one."""
    clock, pods = place.clock, place.pods
    waits_s: list[float] = []
    before = await pods.sent()
    async with linked(Movesense(), Radio(), clock, name=place.names[0]) as bench:
        await bench.hear(NOTIFY_UUID, 20)
        for number in range(DROPS):
            away_s = AWAY_S[number % 2]
            await pods.drop(away_s)
            left_s = clock.now_s()
            await bench.reach(LinkState.LOST, number + 1)
            await bench.hear(NOTIFY_UUID, 1)
            waits_s.append(clock.now_s() - left_s - away_s)
            await bench.hear(NOTIFY_UUID, 20)
        _note_states(bench, found)
    sent = (await pods.sent())[len(before) :]
    heard = ticks(bench)
    true_holes, heard_holes = holes(sent), holes(heard)
    found.expect(len(heard) == len(set(heard)), "packets came twice")
    found.expect(set(heard) <= set(sent), "packets came that were not sent")
    found.expect(len(heard_holes) == DROPS, f"{len(heard_holes)} holes, not {DROPS}")
    errors_ms = [
        max(abs(truth[0] - said[0]), abs(truth[1] - said[1]))
        for truth, said in zip(true_holes, heard_holes, strict=False)
    ]
    found.figures["holes, true / heard"] = f"{len(true_holes)} / {len(heard_holes)}"
    found.figures["largest error of a hole's end"] = f"{max(errors_ms)} ms"
    missing = len([tick for tick in sent if heard[0] <= tick <= heard[-1]]) - len(heard)
    found.figures["sent into a breaking connection and not heard"] = f"{missing} packets"
    waits_s.sort()
    found.figures["pod back to first data"] = (
        f"median {waits_s[len(waits_s) // 2]:.1f} s, longest {waits_s[-1]:.1f} s"
    )
    found.figures["connections"] = str(await pods.ask("connections"))


async def two_pods(place: Place, found: Found) -> None:
    """Two pods at once: both links stream, and one goes on while the other is mended."""
    clock = place.clock
    await place.pods.ask("add")
    begin_s = clock.now_s()
    radio = Radio()
    async with (
        linked(Movesense(), radio, clock, slot="left", name=place.names[0]) as left,
        linked(Movesense(), radio, clock, slot="right", name=place.names[1]) as right,
    ):
        for bench, side in ((left, "left"), (right, "right")):
            await bench.hear(NOTIFY_UUID, 10)
            figure = f"{clock.now_s() - begin_s:.1f} s"
            found.figures[f"{side}: streams (at the latest) after"] = figure
        first = [len(ticks(bench)) for bench in (left, right)]
        await clock.sleep(10.0)
        for bench, side, count in zip((left, right), ("left", "right"), first, strict=True):
            heard = ticks(bench)
            found.figures[f"{side}: packets in 10 s"] = str(len(heard) - count)
            found.expect(not holes(heard), f"{side}: holes")
        await place.pods.drop(1.0)
        await left.reach(LinkState.LOST, left.states().count(LinkState.LOST) + 1)
        await left.hear(NOTIFY_UUID, 10)
        found.expect(not holes(ticks(right)), "right: holes while left was mended")
        # The right one is searched for while the left one is, and stays, away.
        await place.pods.drop(LONG_AWAY_S)
        await left.reach(LinkState.LOST, left.states().count(LinkState.LOST) + 1)
        await place.pods.drop(1.0, pod=1)
        begin_s = clock.now_s()
        await right.reach(LinkState.LOST, right.states().count(LinkState.LOST) + 1)
        await right.hear(NOTIFY_UUID, 10)
        figure = f"{clock.now_s() - begin_s - 1.0:.1f} s"
        found.figures["right: back to data while left is away"] = figure
        found.expect(left.link.state is LinkState.SEARCHING, "left: not away")
        await left.hear(NOTIFY_UUID, 10)
        for bench, side in ((left, "left"), (right, "right")):
            _note_states(bench, found, f"{side}: ")
            said = {event.detail for event in bench.events(LinkState.LOST)}
            found.expect(advice.STUCK not in said, f"{side}: told that Bluetooth is stuck")


async def switched(place: Place, found: Found) -> None:
    """The adapter is switched off and on by D-Bus: the link says so and recovers."""

    async def off() -> None:
        found.expect(await power(on=False), "the adapter cannot be switched off")

    async def on() -> None:
        found.expect(await power(on=True), "the adapter cannot be switched on")

    await _outage(place, found, off, on, POWERED_OFF)


async def blocked(place: Place, found: Found) -> None:
    """The radio is blocked and let go by rfkill: the link says so and recovers."""

    async def off() -> None:
        block(on=True)

    async def on() -> None:
        block(on=False)  # BlueZ switches the adapter on again by itself

    await _outage(place, found, off, on, POWERED_OFF)


async def killed(place: Place, found: Found) -> None:
    """bluetoothd is killed and started again: the link says so and recovers."""

    async def off() -> None:
        place.bluetoothd.kill()

    await _outage(place, found, off, place.bluetoothd.start, NO_BLUETOOTH)


async def left_behind(place: Place, found: Found) -> None:
    """A killed program left the pod connected: it is let go, and streams."""
    sighting = await _sighting(place)
    if sighting is None:
        found.wrong.append("the pod was not heard")
        return
    address = sighting.address
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDING, address, stdout=asyncio.subprocess.PIPE
    )
    assert program.stdout is not None
    said = await program.stdout.readline()
    program.kill()
    await program.wait()
    found.expect(said == b"connected\n", "the other program did not connect")
    found.figures["still connected when the search began"] = str(await is_held(address))
    begin_s = place.clock.now_s()
    async with linked(Movesense(), Radio(), place.clock, address=address) as bench:
        await bench.hear(NOTIFY_UUID, 10)
        found.figures["to data"] = f"{place.clock.now_s() - begin_s:.1f} s"
        _note_states(bench, found)


HOLDING = """
import asyncio, sys
from bleak import BleakClient, BleakScanner

async def main():
    device = await BleakScanner.find_device_by_address(sys.argv[1], 20.0)
    await BleakClient(device).connect()
    print("connected", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""
"""The program that is killed."""

CHECKS: tuple[Check, ...] = (
    scan,
    visit,
    stream,
    drops,
    switched,
    blocked,
    killed,
    left_behind,
    two_pods,
)


def ticks(bench: Bench) -> list[int]:
    """Return the counter of each packet that was heard, in ms, in order."""
    return [
        int.from_bytes(item.payload[2:6], "little")
        for item in bench.notifications(NOTIFY_UUID)
        if item.payload[0] == DATA
    ]


def holes(counters: list[int]) -> list[tuple[int, int]]:
    """Return the counters of the packets before and after each hole."""
    return [
        (before, after)
        for before, after in itertools.pairwise(counters)
        if after - before > 1000.0 * HOLE_S
    ]


async def _outage(
    place: Place,
    found: Found,
    off: Callable[[], Awaitable[None]],
    on: Callable[[], Awaitable[None]],
    sentence: str,
) -> None:
    clock = place.clock
    async with linked(Movesense(), Radio(), clock, name=place.names[0]) as bench:
        await bench.hear(NOTIFY_UUID, 20)
        left_s = clock.now_s()
        await off()
        await bench.reach(LinkState.LOST)
        found.figures["told after"] = f"{bench.events(LinkState.LOST)[0].t_s - left_s:.1f} s"
        await until(lambda: sentence in [e.detail for e in bench.events(LinkState.LOST)])
        await clock.sleep(max(0.0, left_s + DOWN_S - clock.now_s()))
        await on()
        back_s = clock.now_s()
        await bench.hear(NOTIFY_UUID, 20)
        first_s = min(n.t_s for n in bench.notifications(NOTIFY_UUID) if n.t_s > back_s)
        found.figures["back to first data"] = f"{first_s - back_s:.1f} s"
        _note_states(bench, found)
    heard = ticks(bench)
    found.expect(len(heard) == len(set(heard)), "packets came twice")
    found.expect(len(holes(heard)) == 1, f"{len(holes(heard))} holes, not 1")


def _note_states(bench: Bench, found: Found, side: str = "") -> None:
    told: dict[str, int] = {}
    for event in bench.inbox:
        if isinstance(event, LinkEvent) and event.state in (
            LinkState.LOST,
            LinkState.SILENT,
            LinkState.BUSY,
            LinkState.REFUSED,
        ):
            text = f"“{event.detail}”"
            told[text] = told.get(text, 0) + 1
    said = "; ".join(f"{count} × {text}" for text, count in told.items())
    found.figures[f"{side}the link said"] = said or "nothing"


async def _sighting(place: Place) -> Sighting | None:
    heard = await listen(Radio(), SCAN_S)
    return next((one for one in heard if one.name == place.names[0]), None)
