"""Loss that no counter shows never makes a session look better: what is not flagged is whole.

The rules are held against the same gait without a loss: hard steps may be missing or read lower,
but then the time around them is not covered.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from made_sessions import LIMITS, START_S, made_setup, run_between_walks

from analysis.step import Placement
from monitor.core import Input, SessionCore
from monitor.journal import Kind
from monitor.marks import Mark, MarkKind
from monitor.measures import measures_of
from monitor.replay import decide
from monitor.setup import PodSetup, SessionSetup
from sensors.pods.witmotion_start import NOTIFY_UUID
from sensors.samples import LinkEvent, LinkState, Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk
from sensors.virtual.witmotion import registers_frame, values_frame

FS_HZ, FRAMES = 200, 4
WALK_S, RUN_S = 14.0, 30.0
HARD_G = 7.0
"""g. Well above amber, 5.75 g: every run step of the gait is hard."""

SCRIPT = GaitScript((walk(WALK_S), run(RUN_S, impact_g=HARD_G), walk(WALK_S)))


def setup() -> SessionSetup:
    made = made_setup(run_between_walks(RUN_S, WALK_S))
    pods = (PodSetup("pod", "witmotion", FS_HZ, Placement.SHANK),)
    return SessionSetup(**{n: getattr(made, n) for n in made.__dataclass_fields__} | {"pods": pods})


def packets(seed: int) -> Iterator[tuple[float, bytes]]:
    """Yield each notification with its arrival, 5 to 30 ms late."""
    late = np.random.default_rng(seed)
    for block in GaitSource(SCRIPT, FS_HZ, 1, block_size=FRAMES).blocks():
        assert block.gyro_dps is not None
        pairs = zip(block.acc_g, block.gyro_dps, strict=True)
        complete_s = START_S + block.t_s + len(block.acc_g) / FS_HZ
        yield (
            complete_s + late.uniform(0.005, 0.03),
            b"".join(values_frame(*pair) for pair in pairs),
        )


def inputs(loss: float, burst: int, from_s: float, seed: int) -> Iterator[Input]:
    yield LinkEvent(START_S, "pod", LinkState.STREAMING)
    yield Mark(START_S, MarkKind.START)
    for first, value in ((0x1F, 0), (0x03, 0x0B)):
        yield Notification(START_S, "pod", NOTIFY_UUID, registers_frame({first: value}, first))
    chance, left = np.random.default_rng(seed), 0
    newest_s = START_S
    for arrival_s, payload in packets(seed):
        newest_s = max(newest_s, arrival_s)
        if left == 0 and arrival_s >= from_s and chance.random() < loss / burst:
            left = burst
        if left:
            left -= 1
        else:
            yield Notification(newest_s, "pod", NOTIFY_UUID, payload)


def session(loss: float, burst: int = 1, from_s: float = 0.0, seed: int = 3) -> SessionCore:
    return decide(setup(), inputs(loss, burst, from_s, seed))


def hard_steps_s(core: SessionCore) -> list[float]:
    """Return the hard run steps of a session, by their contacts."""
    assert LIMITS.amber_g is not None
    amber_g = LIMITS.amber_g
    return [
        step.t_ic_s
        for step in core.judged.valid
        if step.is_clipped or (step.impact_g is not None and step.impact_g > amber_g)
    ]


@pytest.fixture(scope="module")
def whole() -> SessionCore:
    return session(0.0)


def test_without_loss_all_is_covered_and_nothing_said(whole: SessionCore) -> None:
    assert whole.judge.unsure == []
    assert (measures_of(whole).valid_pct or 0.0) > 95.0
    assert len(hard_steps_s(whole)) > 35
    assert not [entry for entry in whole.journal.entries if entry.kind is Kind.SIGNAL]


@pytest.mark.parametrize(
    ("loss", "burst", "from_s"), [(0.02, 1, 14.0), (0.1, 12, 14.0), (0.3, 1, 0.0)]
)
def test_a_hard_step_that_loss_hides_lies_in_time_that_is_not_covered(
    whole: SessionCore, loss: float, burst: int, from_s: float
) -> None:
    core = session(loss, burst, from_s)
    covered = [stride.span for stride in core.coverage._strides]
    found_s = np.array(hard_steps_s(core))
    hidden = [t for t in hard_steps_s(whole) if np.abs(found_s - t).min(initial=9.0) > 0.3]
    unflagged = [t for t in hidden if any(a + 0.1 < t < b - 0.1 for a, b in covered)]
    assert unflagged == []
    valid_pct = measures_of(core).valid_pct or 0.0
    assert valid_pct < 80.0
    said = [entry.text for entry in core.journal.entries if entry.kind is Kind.SIGNAL]
    assert any("missing" in text for text in said)
    assert core.judge.lost_samples or from_s == 0.0


def test_strides_keep_their_length_while_a_tenth_is_lost(whole: SessionCore) -> None:
    core = session(0.1, 12, from_s=14.0)

    def stride_s(of: SessionCore) -> float:
        times_s = [step.t_ic_s for step in of.judge.steps if 18.0 < step.t_ic_s < 44.0]
        return float(np.median([b - a for a, b in pairwise(times_s)]))

    assert stride_s(core) == pytest.approx(stride_s(whole), rel=0.06)
    assert max(step.t_ic_s for step in core.judge.steps) == pytest.approx(
        max(step.t_ic_s for step in whole.judge.steps), abs=1.5
    )
