"""``python tests/accuracy.py``: measure on ``../shared/data`` and write ``docs/accuracy.md``."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import mean

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from degraded import clipped, jittered, misclocked, noisy, resampled, turned, with_loss
from shared_recordings import EventScore, Recording, matches, recordings

from analysis.step import Gait, Step
from analysis.steps import StepAnalyser

OUT = Path(__file__).parents[1] / "docs" / "accuracy.md"

SETS: dict[str, tuple[str, str]] = {
    "shank, running": ("shank_force", "*running*"),
    "shank, walking": ("shank_force", "*walking*"),
    "foot, running": ("foot_vicon", "run*"),
    "foot, walking": ("foot_vicon", "walk*"),
    "foot, clinic": ("foot_walk_clinic", "*"),
}

SWINGING_DPS = 250.0
STANDING_DPS = 50.0
"""A label is impossible where the foot turns faster than the first in the 0.12-0.22 s after it, or
slower than the second in the 0.20-0.05 s before: it is in swing, or has not swung."""


def without_gyro(rec: Recording) -> Recording:
    """Leave only the accelerometer."""
    return replace(rec, gyro_dps=None)


CONDITIONS: dict[str, Callable[[Recording], Recording]] = {
    "as recorded": lambda rec: rec,
    "accelerometer alone": without_gyro,
    "52 Hz": partial(resampled, fs_hz=52.0),
    "104 Hz": partial(resampled, fs_hz=104.0),
    "208 Hz": partial(resampled, fs_hz=208.0),
    "416 Hz": partial(resampled, fs_hz=416.0),
    "5 % lost in bursts of 50 ms": with_loss,
    "clipped at 8 g": partial(clipped, full_scale_g=8.0),
    "clipped at 4 g": partial(clipped, full_scale_g=4.0),
    "clipped at 2 g": partial(clipped, full_scale_g=2.0),
    "0.1 g of noise": noisy,
    "random mounting": turned,
    "clock 3 % fast": partial(misclocked, share=0.03),
    "clock 3 % slow": partial(misclocked, share=-0.03),
    "stamps with 2 ms of jitter": jittered,
}


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What one set reaches; times in ms, latencies in s."""

    labels: int
    found: int
    f1: dict[int, float]
    ic_mean_ms: float
    ic_sd_ms: float
    contact_mae_ms: float | None
    label_pct: float
    step_p95_s: float
    strike_p95_s: float
    strike_f1: float
    impossible: int
    f1_possible: dict[int, float]


def analysed(rec: Recording) -> tuple[list[Step], list[float], list[float]]:
    """Return the steps in the truth's time, and the strikes' contacts and announcements."""
    analyser = StepAnalyser(
        fs_hz=rec.fs_hz,
        placement=rec.placement,
        full_scale_g=rec.full_scale_g,
        with_strikes=True,
    )
    steps = analyser.push(rec.t_s, rec.acc_g, rec.gyro_dps) + analyser.flush()
    strikes = analyser.take_strikes()
    if not rec.name.startswith("foot_walk_clinic"):
        first, last = rec.truth[0, 0] - 0.3, rec.truth[-1, 0] + 0.3
        steps = [s for s in steps if first < s.t_ic_s < last]
        strikes = [s for s in strikes if first < s.t_ic_s < last]
    return steps, [s.t_ic_s for s in strikes], [s.t_known_s for s in strikes]


def impossible_labels(rec: Recording) -> list[int]:
    """Return the labels that the gyroscope alone contradicts."""
    if rec.gyro_dps is None:
        return []
    turning = np.linalg.norm(rec.gyro_dps, axis=1)

    def mean_dps(low_s: float, high_s: float) -> float:
        part = turning[np.searchsorted(rec.t_s, low_s) : np.searchsorted(rec.t_s, high_s)]
        return float(part.mean()) if len(part) else float("nan")

    return [
        j
        for j, t in enumerate(rec.truth[:, 0])
        if mean_dps(t + 0.12, t + 0.22) > SWINGING_DPS
        or mean_dps(t - 0.20, t - 0.05) < STANDING_DPS
    ]


def _possible(rec: Recording, found_s: list[float], within_s: float) -> EventScore:
    """Score without impossible labels, and without the step that each of them stood for."""
    wrong = set(impossible_labels(rec))
    labels = [float(t) for j, t in enumerate(rec.truth[:, 0]) if j not in wrong]
    pairs = matches(found_s, labels, 0.15)
    free = [t for i, t in enumerate(found_s) if i not in {i for i, _ in pairs}]
    stood_for = len(matches(free, [float(rec.truth[j, 0]) for j in wrong], 0.6))
    return EventScore(
        len(found_s) - stood_for, len(labels), len(matches(found_s, labels, within_s))
    )


def _sum(scores: list[EventScore]) -> float:
    return EventScore(
        sum(s.found for s in scores), sum(s.true for s in scores), sum(s.matched for s in scores)
    ).f1


def measure(recs: list[Recording]) -> Accuracy:
    """Measure one set of recordings."""
    results = [(rec, *analysed(rec)) for rec in recs]
    contact: list[float] = []
    duration: list[float] = []
    delays: list[float] = []
    foretold: list[EventScore] = []
    for rec, steps, strikes, known in results:
        found = [s.t_ic_s for s in steps]
        for i, j in matches(found, rec.truth[:, 0], 0.15):
            contact.append(1e3 * (found[i] - rec.truth[j, 0]))
            true_s = rec.truth[j, 1] - rec.truth[j, 0] if rec.placement == "shank" else None
            measured_s = steps[i].contact_s
            if true_s is not None and measured_s is not None and abs(contact[-1]) < 50.0:
                duration.append(1e3 * abs(measured_s - true_s))
        pairs = matches(strikes, found, 0.08)
        delays += [known[i] - found[j] for i, j in pairs]
        foretold.append(EventScore(len(strikes), len(found), len(pairs)))
    steps = [s for _, found_steps, _, _ in results for s in found_steps]
    gait = Gait.RUN if "run" in recs[0].name.split("/")[1] else Gait.WALK

    def f1(within_ms: int) -> float:
        scores = [
            EventScore(
                len(s),
                len(r.truth),
                len(matches([x.t_ic_s for x in s], r.truth[:, 0], 1e-3 * within_ms)),
            )
            for r, s, _, _ in results
        ]
        return _sum(scores)

    def f1_possible(within_ms: int) -> float:
        return _sum(
            [_possible(r, [x.t_ic_s for x in s], 1e-3 * within_ms) for r, s, _, _ in results]
        )

    return Accuracy(
        labels=sum(len(r.truth) for r in recs),
        found=len(steps),
        f1={w: f1(w) for w in (150, 50, 20)},
        ic_mean_ms=mean(contact),
        ic_sd_ms=float(np.std(contact)),
        contact_mae_ms=mean(duration) if duration else None,
        label_pct=100.0 * sum(s.gait is gait for s in steps) / len(steps),
        step_p95_s=float(np.percentile([s.t_known_s - s.t_ic_s for s in steps], 95)),
        strike_p95_s=float(np.percentile(delays, 95)),
        strike_f1=_sum(foretold),
        impossible=sum(len(impossible_labels(r)) for r in recs),
        f1_possible={w: f1_possible(w) for w in (150, 50)},
    )


def accuracy_table(sets: dict[str, list[Recording]]) -> str:
    """Return the table of accuracy, as Markdown."""
    columns = (
        "set", "labels", "found", "F1 ±150 / ±50 / ±20 ms", "contact, mean ± SD",
        "contact time MAE", "right gait", "step known, p95", "strike known, p95",
        "strikes foretell steps, F1", "impossible labels", "F1 ±150 / ±50 without them",
    )  # fmt: skip
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    for name, recs in sets.items():
        a = measure(recs)
        mae = "–" if a.contact_mae_ms is None else f"{a.contact_mae_ms:.1f} ms"
        cells = (
            name,
            f"{a.labels}",
            f"{a.found}",
            f"{a.f1[150]:.3f} / {a.f1[50]:.3f} / {a.f1[20]:.3f}",
            f"{a.ic_mean_ms:+.1f} ± {a.ic_sd_ms:.1f} ms",
            mae,
            f"{a.label_pct:.1f} %",
            f"{a.step_p95_s:.2f} s",
            f"{a.strike_p95_s:.2f} s",
            f"{a.strike_f1:.3f}",
            f"{a.impossible}",
            f"{a.f1_possible[150]:.3f} / {a.f1_possible[50]:.3f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def robustness_table(sets: dict[str, list[Recording]]) -> str:
    """Return the table of robustness: F1 ±150 / ±50 ms, and the SD of contact, as Markdown."""
    lines = [f"| condition | {' | '.join(sets)} |", "|---|" + "---|" * len(sets)]
    for name, condition in CONDITIONS.items():
        cells = [measure([condition(rec) for rec in recs]) for recs in sets.values()]
        told = [f"{a.f1[150]:.3f} / {a.f1[50]:.3f}, {a.ic_sd_ms:.0f} ms" for a in cells]
        lines.append(f"| {name} | {' | '.join(told)} |")
    return "\n".join(lines)


HEAD = """# Accuracy of the analysis

Made with `make accuracy` from recordings that are not part of this repository. Shank:
treadmill, contact by force at 7.5 % of body weight. Foot: contact by motion capture (running and
walking with turns, one person) and by hand labels (clinic: ten people, start, U-turn, stop). The
two foot truths lie 30 ms apart against the same signal, so the offset is set half-way.

A label is counted as impossible where the gyroscope alone contradicts it: the foot is in full swing
after it, or has not swung before it. The last column leaves those labels out, each with the step
that it stood for. A step is final when its stride is over and the next contact is sure; a strike
announces the contact at once.
"""


def main() -> None:
    sets = {name: recordings(*where) for name, where in SETS.items()}
    text = (
        f"{HEAD}\n## Accuracy\n\n{accuracy_table(sets)}\n\n## Robustness\n\n"
        f"F1 ±150 / ±50 ms against all labels, and the SD of contact.\n\n{robustness_table(sets)}\n"
    )
    print(text)
    OUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
