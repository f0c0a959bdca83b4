"""Two pods at 208 Hz and one that counts steps, in a process of their own, behind a TCP transport.

The session's process is then the program alone: its memory and its share of a core are measured
there, and what the virtual pods cost is not in them.
"""

import asyncio
import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.memory import resident_mb
from bumble.controller import Controller
from bumble.link import LocalLink
from bumble.transport.tcp_server import open_tcp_server_transport

from analysis.step import Gait
from monitor.demo.pod import walker_pods
from monitor.demo.session import demo_setup
from monitor.linksource import LEAD_S, LinkSource, real_radio
from monitor.marks import MarkKind
from monitor.programme.model import Part, Segment
from monitor.record import RecordingSink
from monitor.result import SessionResult
from monitor.session import SessionRunner
from monitor.setup import SessionSetup
from monitor.snapshot import Snapshot
from sensors.clock import SessionClock, utc_now_ns
from sensors.samples import Notification
from sensors.virtual.gait_script import GaitScript, Stretch, run, stand, walk
from sensors.virtual.radio import ACL_PACKET_BYTES, new_controller

BOUT_S = 60.0
"""s. Walking and running by turns."""

STOCK_MTU, LARGE_MTU = 161, 247
"""Bytes. What a stock Movesense takes part in, and what most phones and computers do."""

DRAIN_S = 1.0
"""Real s for what the pods sent last to arrive."""


def script(seconds: float) -> GaitScript:
    """Return a walk-run of about so many seconds of pod time, in whole seconds."""
    bout_s = float(round(min(BOUT_S, seconds / 4.0)))
    stretches: list[Stretch] = [stand(LEAD_S)]
    while sum(s.duration_s for s in stretches) < seconds:
        stretches += [walk(bout_s), run(bout_s, impact_g=4.6)]
    return GaitScript(tuple(stretches))


def setup_of(seconds: float) -> SessionSetup:
    """Return the setup of a session that lasts as long as the pods play, and longer."""
    bout_s = float(round(min(BOUT_S, seconds / 4.0)))
    pair = (Segment(Gait.WALK, bout_s, Part.MAIN), Segment(Gait.RUN, bout_s, Part.MAIN))
    demo = demo_setup(120.0, "soak", has_two_pods=True)
    return replace(demo, segments=pair * (int(seconds / bout_s) + 2))


# ---- the pods' process


async def serve(port: int, seconds: float, speed: float, mtu: int) -> None:
    """Be the pods; print their tallies as JSON when all has been played and sent."""
    pods = walker_pods(setup_of(seconds), script(seconds), SessionClock(speed), seed=1)
    for pod in pods:
        pod._mtu = mtu
    ether = LocalLink()  # type: ignore[no-untyped-call]  # untyped in Bumble
    async with contextlib.AsyncExitStack() as stack:
        for pod in pods:
            controller = new_controller(pod.name, ether)
            await pod.start(controller, controller)
            stack.push_async_callback(pod.stop)
        hci = await open_tcp_server_transport(f"127.0.0.1:{port}")
        stack.push_async_callback(hci.close)
        central = Controller("central", host_source=hci.source, host_sink=hci.sink, link=ether)
        central.le_acl_data_packet_length = central.acl_data_packet_length = ACL_PACKET_BYTES
        print("ready", flush=True)
        await asyncio.gather(*(pod._profile.finished.wait() for pod in pods))  # type: ignore[attr-defined]
        while any(t.packets_made > t.packets_sent + t.packets_unheard for t in tallies(pods)):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        told = [[pod.name, t.samples_made, t.samples_sent, t.packets_sent, t.connections]
                for pod, t in zip(pods, tallies(pods), strict=True)]  # fmt: skip
        print(json.dumps(told), flush=True)
        await asyncio.get_running_loop().create_future()


def tallies(pods: list[Any]) -> list[Any]:
    """Return the pods' tallies."""
    return [pod.tally for pod in pods]


# ---- the session's process


@dataclass(slots=True)
class Measured:
    """What one soak came to.

    Attributes
    ----------
    sent, made, received : dict of str to int
        Samples by slot; reports for the pod that sends none.
    connections : dict of str to int
        How often each pod was connected.
    result : SessionResult or None
        The session's.
    memory_mb : list of (float, float)
        Session time in s, resident megabytes of the session's process.
    cpu : list of (float, float)
        Real time in s, seconds of CPU of the session's process.
    """

    made: dict[str, int] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    received: dict[str, int] = field(default_factory=dict)
    connections: dict[str, int] = field(default_factory=dict)
    result: SessionResult | None = None
    memory_mb: list[tuple[float, float]] = field(default_factory=list)
    cpu: list[tuple[float, float]] = field(default_factory=list)

    def growth_mb(self, settled_s: float) -> float:
        """Return by how much memory was higher at its highest than at ``settled_s``."""
        before = [mb for t_s, mb in self.memory_mb if t_s <= settled_s]
        after = [mb for t_s, mb in self.memory_mb if t_s > settled_s]
        return max(after, default=before[-1]) - before[-1]

    def core_pct(self, from_s: float) -> float:
        """Return the share of a core from so many real seconds on, in per cent."""
        rows = [row for row in self.cpu if row[0] >= from_s]
        (t0_s, c0_s), (t1_s, c1_s) = rows[0], rows[-1]
        return 100.0 * (c1_s - c0_s) / (t1_s - t0_s)


def soaked(seconds: float, speed: float, sample_s: float = 10.0, mtu: int = STOCK_MTU) -> Measured:
    """Run a session over pods that play for ``seconds`` of pod time.

    Parameters
    ----------
    seconds : float
        Of pod time.
    speed : float
        Pod seconds per real second.
    sample_s : float
        Session seconds between two looks at memory and CPU.
    mtu : int
        Bytes of an ATT packet of the pods: in a large one a packet of samples is one notification.
    """
    with tempfile.TemporaryDirectory() as folder, served(seconds, speed, mtu) as (port, child):
        return asyncio.run(_soak(Path(folder), port, child, seconds, speed, sample_s))


@contextlib.contextmanager
def served(seconds: float, speed: float, mtu: int) -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """Run the pods in a process of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    here = Path(__file__)
    child = subprocess.Popen(
        [sys.executable, str(here), str(port), str(seconds), str(speed), str(mtu)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(here.parent), str(here.parents[1])))},
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "ready"
        yield port, child
    finally:
        child.kill()
        child.wait()
        assert child.stdout is not None
        child.stdout.close()


async def _soak(
    folder: Path, port: int, child: "subprocess.Popen[str]", seconds: float, speed: float,
    sample_s: float,
) -> Measured:  # fmt: skip
    measured = Measured()
    setup, clock = setup_of(seconds), SessionClock(speed)
    real = SessionClock()
    due_s = 0.0

    def look(snapshot: Snapshot) -> None:
        nonlocal due_s
        if snapshot.t_s >= due_s:
            due_s = snapshot.t_s + sample_s
            used = resource.getrusage(resource.RUSAGE_SELF)
            measured.memory_mb.append((snapshot.t_s, resident_mb()))
            measured.cpu.append((real.now_s(), used.ru_utime + used.ru_stime))

    @contextlib.asynccontextmanager
    async def radio() -> AsyncIterator[Any]:
        async with real_radio(f"tcp-client:127.0.0.1:{port}") as found:
            yield found

    sink = RecordingSink(folder / "soak.mcap", setup, utc_now_ns())
    runner = SessionRunner(setup, LinkSource(setup.pods, clock, radio), sink, clock, look)

    async def stop() -> None:
        assert child.stdout is not None
        told = json.loads(await asyncio.to_thread(child.stdout.readline))
        for pod, (_, made, sent, packets, connections) in zip(setup.pods, told, strict=True):
            is_imu = pod.rate_hz is not None
            measured.made[pod.slot] = made if is_imu else packets
            measured.sent[pod.slot] = sent if is_imu else packets
            measured.connections[pod.slot] = connections
        await asyncio.sleep(DRAIN_S)
        runner.mark(MarkKind.STOP)

    reports = 0
    cadence = runner.core.pipelines["cadence"]
    feed = cadence.feed

    def counting(notification: Notification) -> None:
        nonlocal reports
        before = cadence.report_t_s
        feed(notification)
        reports += cadence.report_t_s != before

    cadence.feed = counting  # type: ignore[method-assign]
    stopping = asyncio.create_task(stop())
    await runner.run()
    await stopping
    measured.result = runner.result
    measured.received = {
        slot: reports if slot == "cadence" else pipeline.samples
        for slot, pipeline in runner.core.pipelines.items()
    }
    return measured


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])))
