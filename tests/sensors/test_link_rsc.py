"""A pod without samples: quiet while its wearer stands, and no worse for it."""

import pytest
from rig import RSC_MEASUREMENT_UUID, PlainRsc, bench

from sensors import advice
from sensors.clock import SessionClock
from sensors.samples import LinkState, StepReport
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.rsc import RunningSpeed

NAME = "Foot pod 12345"

pytestmark = pytest.mark.usefixtures("each_rig")
STRIDE = StepReport(2.75, 84, True, 0.98, 0.0)


def walk(*times_s: float) -> RunningSpeed:
    return RunningSpeed([(t_s, STRIDE) for t_s in times_s])


async def test_reports_cross_as_the_standard_writes_them() -> None:
    clock = SessionClock(20.0)
    pod = VirtualPod(walk(0.0, 1.0, 2.0), clock, NAME)
    async with bench([pod], PlainRsc(), clock) as rig:
        await rig.until(lambda: len(rig.notifications(RSC_MEASUREMENT_UUID)) == 3)
    payload = rig.notifications(RSC_MEASUREMENT_UUID)[0].payload
    assert payload == bytes.fromhex("07c00254620000000000")


async def test_standing_still_is_probed_and_not_reconnected() -> None:
    clock = SessionClock(40.0)
    pod = VirtualPod(walk(0.0, 1.0, 30.0, 31.0), clock, NAME)
    async with bench([pod], PlainRsc(), clock) as rig:
        await rig.until(lambda: len(rig.notifications(RSC_MEASUREMENT_UUID)) == 4)
    assert rig.states() == [
        LinkState.SEARCHING,
        LinkState.CONNECTING,
        LinkState.CONFIGURING,
        LinkState.STREAMING,
        LinkState.SILENT,
        LinkState.STREAMING,
        LinkState.CLOSED,
    ]
    assert rig.events(LinkState.SILENT)[0].detail == advice.STILL
    assert rig.events(LinkState.STREAMING)[1].detail == advice.DATA_AGAIN
    assert pod.tally.connections == 1
    # One read at the connection; then one at every 5 s of the 29 s without a step.
    assert 3 <= pod.tally.battery_reads <= 7


async def test_pod_that_no_longer_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sensors.gatt.OPERATION_TIMEOUT_S", 3.0)
    clock = SessionClock(20.0)
    pod = VirtualPod(walk(0.0, 1.0), clock, NAME)
    async with bench([pod], PlainRsc(), clock) as rig:
        await rig.reach(LinkState.STREAMING)
        pod.freeze()
        await rig.reach(LinkState.LOST)
    assert rig.events(LinkState.LOST)[0].detail == advice.QUIET_LOST
