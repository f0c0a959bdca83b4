from rig import REFERENCE, PlainMovesense, bench, ramp, sample_numbers

from sensors.clock import SessionClock
from sensors.link import BATTERY_UUID
from sensors.samples import LinkState
from sensors.virtual.gsp import DATA_UUID
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod

NAME = "Movesense 214630000042"


async def test_every_sample_crosses_the_link() -> None:
    clock = SessionClock(20.0)
    profile = Movesense(ramp(20.0))
    pod = VirtualPod(profile, clock, NAME)
    async with bench([pod], PlainMovesense(), clock) as rig:
        await rig.until(lambda: profile.finished.is_set())
        await rig.reach(LinkState.SILENT)
    assert pod.tally.subscriptions[0] == "/Meas/IMU6/208"
    payloads = [item.payload for item in rig.notifications(DATA_UUID)]
    assert payloads[0] == bytes([1, REFERENCE, 200, 0])
    assert list(sample_numbers(payloads)) == list(range(20 * 208))
    assert pod.tally.samples_sent == 20 * 208
    assert [item.payload for item in rig.notifications(BATTERY_UUID)][0] == bytes([87])
    assert rig.states()[:5] == [
        LinkState.SEARCHING,
        LinkState.CONNECTING,
        LinkState.CONFIGURING,
        LinkState.STREAMING,
        LinkState.SILENT,
    ]
    assert rig.states()[-1] is LinkState.CLOSED
