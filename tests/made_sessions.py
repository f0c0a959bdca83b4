"""Whole sessions made for tests: a setup, and the inputs of a walker whose every step is known.

The bytes are those of the virtual pod, without the radio: the link has its own tests.
"""

from collections.abc import Iterator, Sequence

from analysis.step import Gait, Placement
from monitor.core import Input, SessionCore
from monitor.limits import StageLimits
from monitor.marks import Mark, MarkKind
from monitor.programme.model import Part, Segment
from monitor.programme.rules import Judged
from monitor.replay import decide
from monitor.setup import PodSetup, Purpose, SessionSetup
from sensors.pods.movesense_start import IMU6_REFERENCE
from sensors.samples import LinkEvent, LinkState, Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript
from sensors.virtual.gsp import DATA_UUID, encode, split
from sensors.virtual.player import SourceBlock

FS_HZ = 208
LATENCY_S = 0.03
"""s. From the last sample of a packet to its arrival."""

START_S = 1.0
"""s. The first sample's time on the session's clock."""

LIMITS = StageLimits(amber_g=5.75, red_g=9.0, single_g=30.0)
"""Amber as in WR1 for an R0 of 5 g; red and single out of reach unless a test wants them."""


def made_setup(segments: Sequence[Segment], limits: StageLimits = LIMITS) -> SessionSetup:
    """Return a setup with one Movesense at the shank."""
    return SessionSetup(
        purpose=Purpose.DEMO,
        patient="test",
        programme="test",
        programme_title="Test",
        programme_version="1",
        programme_sha256="",
        is_draft=True,
        stage="WR1",
        stage_title="test",
        segments=tuple(segments),
        judged=Judged.RUN,
        limits=limits,
        stop_pain=2,
        pods=(PodSetup("pod", "movesense", FS_HZ, Placement.SHANK),),
        software="test",
    )


def run_between_walks(run_s: float, walk_s: float = 10.0) -> tuple[Segment, ...]:
    """Return a plan: walk, run, walk."""
    return (
        Segment(Gait.WALK, walk_s, Part.WARM_UP),
        Segment(Gait.RUN, run_s, Part.MAIN),
        Segment(Gait.WALK, walk_s, Part.COOL_DOWN),
    )


def packets_of(source: GaitSource) -> Iterator[tuple[SourceBlock, tuple[bytes, ...]]]:
    """Yield each block with the notifications that carry it."""
    for block in source.blocks():
        body = encode(round(block.t_s * 1000.0), block, with_gyro=True)
        yield block, split(IMU6_REFERENCE, body, payload_size=244)


def inputs_of(source: GaitSource, start_s: float = START_S) -> Iterator[Input]:
    """Yield a session's inputs: the pod streams, the plan starts with the first sample."""
    yield LinkEvent(0.0, "pod", LinkState.SEARCHING)
    yield LinkEvent(start_s, "pod", LinkState.STREAMING)
    yield Mark(start_s, MarkKind.START)
    for block, parts in packets_of(source):
        arrival_s = start_s + block.t_s + len(block.acc_g) / FS_HZ + LATENCY_S
        for part in parts:
            yield Notification(arrival_s, "pod", DATA_UUID, part)


def decided(setup: SessionSetup, script: GaitScript, seed: int = 1) -> SessionCore:
    """Run a session over a gait; the plan starts with the gait's first sample."""
    return decide(setup, inputs_of(GaitSource(script, FS_HZ, seed)))
