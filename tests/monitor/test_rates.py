"""The measured rate against the claimed one: said once, and again when it changes."""

import itertools
from collections.abc import Iterator

import pytest
from rig import linked

from analysis.step import NoImpact, Placement
from monitor.pipeline import PodPipeline
from monitor.rates import RateWatch
from monitor.setup import PodSetup
from sensors.clock import SessionClock
from sensors.pods.registry import pod_of_kind
from sensors.samples import LinkEvent, LinkState, Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import SourceBlock
from sensors.virtual.radio import virtual_radio


@pytest.mark.parametrize(
    ("measured_hz", "said"),
    [
        (None, None),
        (208.0, None),
        (214.0, None),
        (190.0, None),
        (189.9, "The pod sends 190 Hz, not 208 Hz: no impact"),
        (61.4, "The pod sends 61 Hz, not 208 Hz: no impact"),
        (228.0, None),
        (229.0, "The pod sends 229 Hz, not 208 Hz"),
        (416.0, "The pod sends 416 Hz, not 208 Hz"),
    ],
)
def test_a_rate_is_wrong_from_a_tenth_on_or_below_that_of_an_impact(
    measured_hz: float | None, said: str | None
) -> None:
    assert RateWatch(208.0).look(measured_hz) == said


def test_it_is_said_once_and_again_when_it_changes() -> None:
    watch = RateWatch(208.0)
    said = [watch.look(hz) for hz in (208.0, 61.0, 60.0, 62.0, 104.0, 208.0, 208.0, 61.0)]
    assert said == [
        None,
        "The pod sends 61 Hz, not 208 Hz: no impact",
        None,
        None,
        "The pod sends 104 Hz, not 208 Hz: no impact",
        "The pod sends 208 Hz again",
        None,
        "The pod sends 61 Hz, not 208 Hz: no impact",
    ]


def test_a_pod_without_samples_has_no_rate() -> None:
    assert RateWatch(None).look(61.0) is None


class Slowing:
    """A runner whose pod sends at another rate from a moment on, as after a lost configuration."""

    fs_hz = 208.0

    def __init__(self, slow_hz: float, at_s: float) -> None:
        script = GaitScript((run(120.0, impact_g=6.0),))
        self._at_s = at_s
        self._fast = GaitSource(script, self.fs_hz)
        self._slow = GaitSource(script, slow_hz)

    def blocks(self) -> Iterator[SourceBlock]:
        yield from itertools.takewhile(lambda b: b.t_s < self._at_s, _packets(self._fast))
        yield from itertools.dropwhile(lambda b: b.t_s < self._at_s, _packets(self._slow))


def _packets(source: GaitSource, size: int = 8) -> Iterator[SourceBlock]:
    for block in source.blocks():
        for start in range(0, len(block.acc_g), size):
            gyro = None if block.gyro_dps is None else block.gyro_dps[start : start + size]
            acc_g = block.acc_g[start : start + size]
            yield SourceBlock(block.t_s + start / source.fs_hz, acc_g, gyro)


async def test_a_pod_that_comes_back_at_another_rate_is_measured_anew() -> None:
    clock = SessionClock(10.0)
    pod = VirtualPod(Movesense(Slowing(61.0, at_s=9.0)), clock, "Movesense 214630000042")
    kind = pod_of_kind("movesense", 208)
    async with virtual_radio([pod]) as radio, linked(kind, radio, clock) as rig:
        await rig.until(lambda: len(rig.notifications()) > 250)
        await pod.drop(1.0)
        await rig.reach(LinkState.STREAMING, 2)
        again_s = rig.events(LinkState.STREAMING)[1].t_s
        await rig.until(lambda: clock.now_s() > again_s + 14.0)
    pipeline = PodPipeline(PodSetup("pod", "movesense", 208, Placement.SHANK))
    watch = RateWatch(208.0)
    said: list[str] = []
    for item in rig.inbox:
        if isinstance(item, LinkEvent):
            pipeline.link(item)
        elif isinstance(item, Notification):
            pipeline.feed(item)
        text = watch.look(pipeline.fs_hz)
        said += [text] if text else []
    pipeline.flush()
    assert said == ["The pod sends 61 Hz, not 208 Hz: no impact"]
    before = [step for step in pipeline.steps if 2.0 < step.t_ic_s < again_s - 2.0]
    after = [step for step in pipeline.steps if step.t_ic_s > again_s + 4.0]
    assert sum(step.is_valid for step in before) > 3
    assert len(after) > 5
    assert {(step.impact_g, step.impact_reason) for step in after} == {(None, NoImpact.RATE)}
