"""Loss never makes a session look easier: over-limit steps with 1 to 30 % of the packets missing.

``make losses`` runs it large. A step that is above the limit without loss must, with loss, be above
it still, or be seen to be missing: it has no impact, for the reason of a hole, or samples are known
to be missing where it was.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from fuzzing.specimens import POLAR_DATA, POLAR_NS, SPECIMENS

from analysis.step import Placement, Step
from monitor.limits import is_above
from monitor.pipeline import PodPipeline
from monitor.setup import PodSetup
from sensors.pods.movesense_start import IMU6_REFERENCE
from sensors.pods.openpod_format import DATA_UUID as OPEN_UUID
from sensors.pods.pod import Loss
from sensors.pods.registry import KINDS, pod_of_kind
from sensors.samples import Notification
from sensors.virtual import gsp, openpod
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run
from sensors.virtual.player import packets
from sensors.virtual.polar_wire import Layout, contents, frame

LIMIT_G = 6.0
SURELY_G = 6.3
"""g. The truth's steps that are looked at: 5 % above the limit, which the noise does not bridge."""

SAME_S = 0.08
"""s. A contact within it of a true one is that one."""

NEAR_S = 1.6
"""s. A missing step is excused by samples missing within two strides of it, no further."""

Packet = tuple[float, str, tuple[bytes, ...]]


def _movesense(source: GaitSource) -> Iterator[Packet]:
    for block in packets(source, 8):
        body = gsp.encode(round(block.t_s * 1000.0), block, with_gyro=True)
        yield block.t_s, gsp.DATA_UUID, gsp.split(IMU6_REFERENCE, body, 158)


def _openpod(source: GaitSource) -> Iterator[Packet]:
    for counter, block in enumerate(packets(source, 8)):
        payload = openpod.encode(
            block, rate=4, acc_range=4, gyro_range=5, counter=counter, t_us=round(block.t_s * 1e6)
        )
        yield block.t_s, OPEN_UUID, (payload,)


def _polar(layout: Layout, range_g: int) -> Callable[[GaitSource], Iterator[Packet]]:
    def sent(source: GaitSource) -> Iterator[Packet]:
        for content in contents(source, layout, range_g):
            last_ns = POLAR_NS + 10**9 + round(content.last_s * 1e9)
            yield content.first_s, POLAR_DATA, (frame(last_ns, layout, content.body),)

    return sent


STREAMS: dict[str, Callable[[GaitSource], Iterator[Packet]]] = {
    "movesense": _movesense,
    "openpod": _openpod,
    "polar-sense": _polar(Layout(1, is_compressed=True), 16),
    "polar-h10": _polar(Layout(1), 8),
}
"""How a kind sends a gait."""

COUNTED = [
    kind
    for kind in KINDS
    if pod_of_kind(kind).abilities.loss is Loss.COUNTED and pod_of_kind(kind).abilities.impact
]
"""The kinds that give an impact and whose loss is counted. Where it is seen by the rate alone, see
``tests/monitor/test_uncounted_loss.py``."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one stream: its pipeline, and the times of the packets that were lost."""

    pipeline: PodPipeline
    lost_s: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Over-limit steps of the truth: kept above, seen to be missing, or lowered in silence."""

    kept: int
    flagged: int
    silent: tuple[float, ...]


def source_of(kind: str, seconds: float, seed: int) -> GaitSource:
    """Return a run whose impacts lie on both sides of the limit, at a pod's usual rate."""
    half = seconds / 2.0
    script = GaitScript((run(half, impact_g=8.0), run(half, impact_g=6.0)))
    return GaitSource(script, _fs_hz(kind), seed)


def _fs_hz(kind: str) -> float:
    fs_hz = pod_of_kind(kind).abilities.fs_hz
    assert fs_hz is not None
    return fs_hz


def heard(kind: str, source: GaitSource, loss: float = 0.0, burst: int = 1, seed: int = 0) -> Heard:
    """Send a gait through a pod's decoder and all that follows, with packets lost at random."""
    random = np.random.default_rng(seed)
    pipeline = PodPipeline(PodSetup("pod", kind, round(_fs_hz(kind)), Placement.SHANK))
    for uuid, payload in SPECIMENS[kind][0].before:
        pipeline.feed(Notification(1.0, "pod", uuid, payload))
    lost_s: list[float] = []
    still = 0
    for t_s, uuid, payloads in STREAMS[kind](source):
        if still == 0 and random.random() < loss / burst:
            still = burst
        if still:
            still -= 1
            lost_s.append(t_s)
            continue
        for payload in payloads:
            pipeline.feed(Notification(1.0 + t_s + 0.1, "pod", uuid, payload))
    pipeline.flush()
    return Heard(pipeline, tuple(lost_s))


def compared(whole: Heard, lossy: Heard) -> Verdict:
    """Hold the over-limit steps without loss against those with it."""
    # Both have their own fit to the session's clock; a run's steps are far apart.
    shift_s = _shift_s(whole.pipeline.steps, lossy.pipeline.steps)
    kept = flagged = 0
    silent: list[float] = []
    for step in whole.pipeline.steps:
        if step.impact_g is None or step.impact_g <= SURELY_G:
            continue
        near = [s for s in lossy.pipeline.steps if abs(s.t_ic_s - shift_s - step.t_ic_s) < SAME_S]
        if any(is_above(s, LIMIT_G) for s in near):
            kept += 1
        elif any(s.impact_g is not None for s in near) or not _is_near(step, lossy):
            silent.append(step.t_ic_s)
        else:
            flagged += 1
    return Verdict(kept, flagged, tuple(silent))


def _shift_s(whole: list[Step], lossy: list[Step]) -> float:
    if not lossy:
        return 0.0
    true = np.array([step.t_ic_s for step in whole])
    nearest = [s.t_ic_s - true[np.abs(true - s.t_ic_s).argmin()] for s in lossy]
    return float(np.median(nearest))


def _is_near(step: Step, lossy: Heard) -> bool:
    # Pod time 0 is at 1.1 s and a packet's length: the sample before its arrival.
    begun_s = 1.1
    return any(abs(begun_s + t_s - step.t_ic_s) < NEAR_S for t_s in lossy.lost_s)


def campaign(seconds: float, losses: range, seeds: int) -> Iterator[tuple[str, int, int, Verdict]]:
    """Yield kind, per cent lost, burst and verdict for every combination."""
    for kind in COUNTED:
        for seed in range(seeds):
            source = source_of(kind, seconds, seed)
            whole = heard(kind, source)
            for percent in losses:
                burst = 1 + (percent + seed) % 4
                lossy = heard(kind, source, percent / 100.0, burst, seed=100 * seed + percent)
                assert lossy.pipeline.lost_samples, "a loss that nobody saw"
                yield kind, percent, burst, compared(whole, lossy)


def main() -> None:
    """Run the large campaign; exit status 1 where a step was lowered in silence."""
    silent = 0
    kinds: dict[str, list[Verdict]] = {}
    for kind, percent, burst, verdict in campaign(60.0, range(1, 31), 3):
        kinds.setdefault(kind, []).append(verdict)
        silent += len(verdict.silent)
        for t_s in verdict.silent:
            print(f"{kind}: {percent} % lost, bursts of {burst}: step at {t_s:.2f} s lowered")
    for kind, verdicts in kinds.items():
        kept, flagged = sum(v.kept for v in verdicts), sum(v.flagged for v in verdicts)
        print(f"{kind}: {kept} over-limit steps kept, {flagged} seen to be missing")
    sys.exit(silent > 0)


if __name__ == "__main__":
    main()
