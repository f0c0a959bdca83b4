"""Sessions with a pod at each leg and one that counts steps, of known gait, without a radio."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from made_sessions import FS_HZ, LATENCY_S, START_S, made_setup

from analysis.step import Placement
from monitor.baselines import AcceptedBaseline, OwnBaselines
from monitor.core import Input
from monitor.demo.pod import reports_of
from monitor.marks import Mark, MarkKind
from monitor.programme.model import Segment
from monitor.setup import PodSetup, SessionSetup
from monitor.sides import CADENCE, LEFT, RIGHT, SidesBaseline
from sensors.pods.movesense_start import IMU6_REFERENCE
from sensors.pods.rsc import MEASUREMENT_UUID
from sensors.samples import LinkEvent, LinkState, Notification, PodIdentity, PodReport
from sensors.virtual.gait import GaitSource, OtherFoot
from sensors.virtual.gait_script import GaitScript
from sensors.virtual.gsp import DATA_UUID, encode, split
from sensors.virtual.player import SourceBlock
from sensors.virtual.rsc import encode as encode_report

EVEN = OwnBaselines(
    AcceptedBaseline(2.6, 110.0, "Dr A", sides=SidesBaseline(0.0, 0.0)),
    AcceptedBaseline(5.0, 165.0, "Dr A", sides=SidesBaseline(0.0, 0.0)),
)
"""A patient whose legs were alike with the baselines."""


def two_setup(
    segments: Sequence[Segment],
    baselines: OwnBaselines = EVEN,
    slots: Sequence[str] = (LEFT, RIGHT),
) -> SessionSetup:
    """Return a setup with a Movesense at each leg; the first slot is the judge."""
    pods = tuple(
        PodSetup(slot, "rsc", None, Placement.SHANK)
        if slot == CADENCE
        else PodSetup(slot, "movesense", FS_HZ, Placement.SHANK)
        for slot in slots
    )
    return replace(made_setup(segments), pods=pods, baselines=baselines)


def leg(
    slot: str,
    script: GaitScript,
    other: OtherFoot | None = None,
    *,
    seed: int = 1,
    serial: str = "",
    turn: float = 1.0,
    until_s: float = np.inf,
    from_s: float = 0.0,
) -> list[Input]:
    """Return what one leg's pod sends; ``turn`` of -1 is worn the other way round.

    Samples before ``from_s`` and from ``until_s`` on, in session time, never arrive.
    """
    rotation = np.array([turn, turn, 1.0])
    items: list[Input] = [
        LinkEvent(0.0, slot, LinkState.SEARCHING),
        PodReport(START_S, slot, PodIdentity("movesense", slot, slot, serial=serial)),
        LinkEvent(START_S, slot, LinkState.STREAMING),
    ]
    for block in GaitSource(script, FS_HZ, seed, other=other).blocks():
        arrival_s = START_S + block.t_s + len(block.acc_g) / FS_HZ + LATENCY_S
        if not from_s <= arrival_s < until_s:
            continue
        assert block.gyro_dps is not None
        turned = SourceBlock(block.t_s, block.acc_g * rotation, block.gyro_dps * rotation)
        body = encode(round(block.t_s * 1000.0), turned, with_gyro=True)
        items += [
            Notification(round(arrival_s, 9), slot, DATA_UUID, part)
            for part in split(IMU6_REFERENCE, body, payload_size=244)
        ]
    return items


def cadence_pod(script: GaitScript) -> list[Input]:
    """Return what a step-counting pod sends."""
    items: list[Input] = [LinkEvent(START_S, CADENCE, LinkState.STREAMING)]
    items += [
        Notification(START_S + t_s, CADENCE, MEASUREMENT_UUID, encode_report(report))
        for t_s, report in reports_of(script)
    ]
    return items


def together(*pods: Sequence[Input], marks: Mapping[float, MarkKind] | None = None) -> list[Input]:
    """Return the inputs of all pods in order; the plan starts with the first sample."""
    pressed = [Mark(t_s, kind) for t_s, kind in (marks or {}).items()]
    items = [Mark(START_S, MarkKind.START), *pressed, *(item for pod in pods for item in pod)]
    return sorted(items, key=lambda item: item.t_s)
