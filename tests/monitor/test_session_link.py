"""A whole session over the system's Bluetooth, whose service is killed and comes back in it."""

from pathlib import Path

import pytest

pytest.importorskip("dbus_fast", reason="BlueZ is Linux's own")

import asyncio
import contextlib
from collections.abc import AsyncIterator

from bluez.air import emulated_bluez
from bluez.daemon import Bluetoothd
from made_sessions import FS_HZ, made_setup, run_between_walks
from rig import until

from monitor.journal import Kind
from monitor.linksource import LinkSource
from monitor.record import RecordingSink, read_session
from monitor.replay import decide
from monitor.result import result_of
from monitor.session import SessionRunner
from monitor.snapshot import Snapshot
from sensors import advice
from sensors.clock import SessionClock
from sensors.errors import LinkFault
from sensors.linkstate import LinkState
from sensors.radio import Radio
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod

SPEED = 4.0


@pytest.mark.usefixtures("system_bus")
async def test_session_outlives_bluetoothd_and_says_what_is_wrong(tmp_path: Path) -> None:
    clock = SessionClock(SPEED)
    setup = made_setup(run_between_walks(10.0, 4.0))
    script = GaitScript((walk(6.0), run(10.0), walk(60.0)))
    pod = VirtualPod(Movesense(GaitSource(script, float(FS_HZ), 1)), clock, "Movesense 1")
    daemons: list[Bluetoothd] = []

    @contextlib.asynccontextmanager
    async def radio() -> AsyncIterator[Radio]:
        async with emulated_bluez([pod]) as daemon:
            daemons.append(daemon)
            yield Radio()

    shown: list[Snapshot] = []
    path = tmp_path / "session.mcap"
    source = LinkSource(setup.pods, clock, radio)
    sink = RecordingSink(path, setup, 0)
    runner = SessionRunner(setup, source, sink, clock, shown.append)
    running = asyncio.create_task(runner.run())
    no_bluetooth = advice.SENTENCES[LinkFault.NO_BLUETOOTH]
    await until(lambda: runner.core.journal.count(Kind.SEGMENT) == 2)
    (daemon,) = daemons
    await daemon.kill()
    await until(lambda: shown[-1].link_detail == no_bluetooth)
    assert shown[-1].link in (LinkState.LOST, LinkState.SEARCHING)
    assert not running.done()
    await daemon.start()
    await until(lambda: shown[-1].link is LinkState.STREAMING)
    await asyncio.wait_for(running, 60.0)

    result = runner.result
    assert result is not None
    assert result.end == "complete"
    assert result.drops == result.drops_recovered >= 1
    texts = [entry.text for entry in runner.core.journal.entries]
    lost = texts.index("The link to the pod was lost")
    assert lost < texts.index("The pod is connected again")
    recorded = read_session(path)
    replayed = decide(recorded.setup, recorded.inputs(), recorded.ended_s)
    assert result_of(replayed) == result
