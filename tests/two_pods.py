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
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.memory import resident_mb
from bumble.controller import Controller
from bumble.link import LocalLink
from bumble.transport.tcp_server import open_tcp_server_transport
from simulated_time import SimulatedClock, run_simulated

from analysis.step import Gait
from monitor.demo.patient import pod_names
from monitor.demo.pod import walker_pods
from monitor.demo.session import demo_setup
from monitor.linksource import LEAD_S, LinkSource, real_radio
from monitor.marks import MarkKind
from monitor.programme.model import Part, Segment
from monitor.record import RecordingSink
from monitor.result import SessionResult
from monitor.session import SessionRunner
from monitor.setup import SessionSetup
from monitor.sides import CADENCE
from monitor.snapshot import Snapshot
from sensors.clock import SessionClock, utc_now_ns
from sensors.pods.rsc import MEASUREMENT_UUID
from sensors.radio import Radio
from sensors.samples import Notification
from sensors.virtual.controller import ACL_PACKET_BYTES, VirtualController
from sensors.virtual.gait_script import GaitScript, Stretch, run, stand, walk
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.radio import virtual_radio

BOUT_S = 60.0
"""s. Walking and running by turns."""

LOOK_S = 10.0
"""Session s between two looks at memory and CPU."""

SIMULATED_SPEED = 20.0
"""Session seconds per simulated second: the recording is flushed by the latter."""

DRAIN_S = 1.0
"""Session s for what the pods sent last to arrive."""


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

Told = tuple[int, int, int]
"""Of one pod: samples made, samples sent, connections; reports for a pod without samples."""


async def serve(port: int, seconds: float) -> None:
    """Be the pods on a TCP transport; print their tallies as JSON when all has been sent."""
    pods = walker_pods(setup_of(seconds), script(seconds), SessionClock(), seed=1)
    ether = LocalLink()  # type: ignore[no-untyped-call]  # untyped in Bumble
    async with contextlib.AsyncExitStack() as stack:
        for pod in pods:
            controller = VirtualController(pod.name, ether)
            await pod.start(controller, controller)
            stack.push_async_callback(pod.stop)
        hci = await open_tcp_server_transport(f"127.0.0.1:{port}")
        stack.push_async_callback(hci.close)
        central = Controller("central", host_source=hci.source, host_sink=hci.sink, link=ether)
        central.le_acl_data_packet_length = central.acl_data_packet_length = ACL_PACKET_BYTES
        print("ready", flush=True)
        await played(pods)
        print(json.dumps(tallied(pods)), flush=True)
        await asyncio.get_running_loop().create_future()


async def played(pods: Sequence[VirtualPod]) -> None:
    """Wait until the pods have played and sent all they have."""
    tallies = [pod.tally for pod in pods]
    await asyncio.gather(*(pod._profile.finished.wait() for pod in pods))  # type: ignore[attr-defined]
    while any(t.packets_made > t.packets_sent + t.packets_unheard for t in tallies):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


def tallied(pods: Sequence[VirtualPod]) -> list[Told]:
    """Return what each pod made and sent."""
    return [
        (t.samples_made or t.packets_made, t.samples_sent or t.packets_sent, t.connections)
        for t in (pod.tally for pod in pods)
    ]


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


def soaked(seconds: float) -> Measured:
    """Run a session over pods in another process, in real time.

    Parameters
    ----------
    seconds : float
        For how long the pods play.
    """
    with tempfile.TemporaryDirectory() as folder, served(seconds) as (port, child):
        return asyncio.run(_over_tcp(Path(folder), port, child, seconds))


def simulated(seconds: float) -> Measured:
    """Run a session over pods in this process, in simulated time; see ``soaked``."""
    with tempfile.TemporaryDirectory() as folder:
        return run_simulated(_in_process(Path(folder), seconds))


@contextlib.contextmanager
def served(seconds: float) -> Iterator[tuple[int, "subprocess.Popen[str]"]]:
    """Run the pods in a process of their own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    here = Path(__file__)
    child = subprocess.Popen(
        [sys.executable, str(here), str(port), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(here.parent), str(here.parents[1])))},
    )
    assert child.stdout is not None
    try:
        assert child.stdout.readline().strip() == "ready"
        yield port, child
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


async def _over_tcp(
    folder: Path, port: int, child: "subprocess.Popen[str]", seconds: float
) -> Measured:
    async def told() -> list[Told]:
        assert child.stdout is not None
        lines: list[Told] = json.loads(await asyncio.to_thread(child.stdout.readline))
        return lines

    def radio() -> AbstractAsyncContextManager[Radio]:
        return real_radio(f"tcp-client:127.0.0.1:{port}")

    return await _session(folder, seconds, SessionClock(), radio, told)


async def _in_process(folder: Path, seconds: float) -> Measured:
    clock = SimulatedClock(SIMULATED_SPEED)
    pods = walker_pods(setup_of(seconds), script(seconds), clock, seed=1)

    async def told() -> list[Told]:
        await played(pods)
        return tallied(pods)

    return await _session(folder, seconds, clock, lambda: virtual_radio(pods), told)


async def _session(
    folder: Path,
    seconds: float,
    clock: SessionClock,
    radio: Callable[[], AbstractAsyncContextManager[Radio]],
    told: Callable[[], Awaitable[list[Told]]],
) -> Measured:
    measured = Measured()
    setup, real = setup_of(seconds), SessionClock()
    due_s = 0.0

    def look(snapshot: Snapshot) -> None:
        nonlocal due_s
        if snapshot.t_s >= due_s:
            due_s = snapshot.t_s + LOOK_S
            used = resource.getrusage(resource.RUSAGE_SELF)
            measured.memory_mb.append((snapshot.t_s, resident_mb()))
            measured.cpu.append((real.now_s(), used.ru_utime + used.ru_stime))

    sink = RecordingSink(folder / "soak.mcap", setup, utc_now_ns())
    runner = SessionRunner(
        setup, LinkSource(setup.pods, clock, radio, names=pod_names(setup)), sink, clock, look
    )

    async def stop() -> None:
        for pod, (made, sent, connections) in zip(setup.pods, await told(), strict=True):
            measured.made[pod.slot], measured.sent[pod.slot] = made, sent
            measured.connections[pod.slot] = connections
        await clock.sleep(DRAIN_S)
        runner.mark(MarkKind.STOP)

    counted = _Counted(runner.core.pipelines[CADENCE].feed)
    runner.core.pipelines[CADENCE].feed = counted  # type: ignore[method-assign]
    stopping = asyncio.create_task(stop())
    await runner.run()
    await stopping
    measured.result = runner.result
    measured.received = {
        slot: counted.measurements if slot == CADENCE else pipeline.samples
        for slot, pipeline in runner.core.pipelines.items()
    }
    return measured


class _Counted:
    """Counts the reports of a pod on their way: a pipeline keeps the last one alone."""

    def __init__(self, feed: Callable[[Notification], None]) -> None:
        self.measurements = 0
        self._feed = feed

    def __call__(self, notification: Notification) -> None:
        self.measurements += notification.uuid == MEASUREMENT_UUID
        self._feed(notification)


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), float(sys.argv[2])))
