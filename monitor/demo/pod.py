"""The demo's pod: a real Bluetooth peripheral on the patient's shank. Its link drops once."""

from analysis.step import Gait
from monitor.demo.patient import demo_gait
from monitor.linksource import LEAD_S
from monitor.setup import SessionSetup
from sensors.clock import SessionClock
from sensors.virtual.faults import Drop, Faults
from sensors.virtual.gait import GaitSource
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod

POD_NAME = "Movesense 000000000001"

CHARGE_PCT = 87
"""%. Any charge that needs no warning."""

DROP_AFTER_S, DROP_FOR_S = 2.0, 2.5
"""s. When in the walk after the first run the link drops, and for how long."""


def demo_pod(setup: SessionSetup, clock: SessionClock, seed: int) -> VirtualPod:
    """Return the virtual pod of the demo, switched off."""
    rate_hz = setup.pods[0].rate_hz
    assert rate_hz is not None, "the demo's pod sends samples"
    source = GaitSource(demo_gait(setup), float(rate_hz), seed)
    drop = Drop(_drop_at_s(setup), DROP_FOR_S)
    return VirtualPod(
        Movesense(source),
        clock,
        name=POD_NAME,
        faults=Faults(incidents=(drop,)),
        charge_pct=CHARGE_PCT,
    )


def _drop_at_s(setup: SessionSetup) -> float:
    gaits = [segment.gait for segment in setup.segments]
    before = setup.segments[: gaits.index(Gait.RUN) + 1]
    return LEAD_S + sum(segment.duration_s for segment in before) + DROP_AFTER_S
