"""The demo's pods: real Bluetooth peripherals on the patient's legs. The link of one drops once."""

from collections.abc import Iterator, Mapping

from analysis.step import Gait
from monitor.demo.patient import demo_gait, pod_names
from monitor.linksource import LEAD_S
from monitor.setup import SessionSetup
from monitor.sides import RIGHT, SLOT
from sensors.clock import SessionClock
from sensors.samples import StepReport
from sensors.virtual.faults import Drop, Faults
from sensors.virtual.gait import GaitSource, OtherFoot
from sensors.virtual.gait_script import GaitScript, Motion
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import SampleSource
from sensors.virtual.rsc import RunningSpeed
from sensors.virtual.shelf import PLAYERS
from sensors.virtual.together import Together, TogetherSource

CHARGE_PCT = 87
"""%. Any charge that needs no warning."""

DROP_AFTER_S, DROP_FOR_S = 2.0, 2.5
"""s. When in the walk after the first run the link drops, and for how long."""

RUN_MPS, WALK_MPS = 2.6, 1.4
"""m/s. What a step-counting pod reports of a run or a walk. Design default."""


def demo_pods(setup: SessionSetup, clock: SessionClock, seed: int) -> list[VirtualPod]:
    """Return the virtual pods of the demo, switched off; of two legs the other pod's link drops."""
    drops = RIGHT if len(setup.pods) > 1 else SLOT
    faults = {drops: Faults(incidents=(Drop(_drop_at_s(setup), DROP_FOR_S),))}
    return walker_pods(setup, demo_gait(setup), clock, seed, faults)


def walker_pods(
    setup: SessionSetup,
    script: GaitScript,
    clock: SessionClock,
    seed: int,
    faults: Mapping[str, Faults] | None = None,
) -> list[VirtualPod]:
    """Return the virtual pods of one walker, switched off.

    Parameters
    ----------
    setup : SessionSetup
        Its pods: the first leg's gait is the script's, another leg's takes turns with it.
    script : GaitScript
        What the walker does, once all pods are listened to.
    clock : SessionClock
        The pods'.
    seed : int
        Of the gait.
    faults : mapping of str to Faults, optional
        Slot to what goes wrong with its pod.
    """
    legs = [pod for pod in setup.pods if pod.rate_hz is not None]
    together = Together(len(setup.pods))
    names, faults = pod_names(setup), faults or {}
    pods = []
    for pod in setup.pods:
        fault = faults.get(pod.slot)
        if pod.rate_hz is None:
            steps = RunningSpeed(together.joined(reports_of(script)))
            name = names[pod.slot]
            pods.append(VirtualPod(steps, clock, name, faults=fault, charge_pct=CHARGE_PCT))
            continue
        other = None if pod is legs[0] else OtherFoot()
        source: SampleSource = GaitSource(script, float(pod.rate_hz), seed, other=other)
        if len(setup.pods) > 1:
            source = TogetherSource(source, together)
        player = PLAYERS[pod.kind]
        pods.append(
            VirtualPod(
                player.profile(source),
                clock,
                names[pod.slot],
                faults=fault,
                charge_pct=CHARGE_PCT,
                mtu=player.mtu,
            )
        )
    return pods


def reports_of(script: GaitScript) -> Iterator[tuple[float, StepReport]]:
    """Yield what a step-counting pod says of a walk, once a second; nothing while one stands."""
    t_s = distance_m = 0.0
    for stretch in script.stretches:
        is_running = stretch.motion is Motion.RUN
        speed_mps = RUN_MPS if is_running else WALK_MPS
        for _ in range(round(stretch.duration_s)):
            t_s += 1.0
            if stretch.motion is Motion.STAND:
                continue
            distance_m += speed_mps
            strides_per_min = round(stretch.cadence_spm / 2.0)
            stride_m = speed_mps * 60.0 / strides_per_min
            yield t_s, StepReport(speed_mps, strides_per_min, is_running, stride_m, distance_m)


def _drop_at_s(setup: SessionSetup) -> float:
    gaits = [segment.gait for segment in setup.segments]
    before = setup.segments[: gaits.index(Gait.RUN) + 1]
    return LEAD_S + sum(segment.duration_s for segment in before) + DROP_AFTER_S
