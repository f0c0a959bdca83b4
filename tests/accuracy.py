"""``python tests/accuracy.py``: measure on ``../shared/data`` and write ``docs/accuracy.md``."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import mean, median

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from degraded import clipped, jittered, misclocked, noisy, resampled, turned, with_loss
from label_faults import against_swings, impossible_labels, is_torn
from outdoor_run import compare
from shared_recordings import EventScore, FloatArray, Recording, f1_of, matches, recordings

from analysis.step import Gait, Step
from analysis.steps import StepAnalyser
from analysis.stride_period import LONGEST_S

OUT = Path(__file__).parents[1] / "docs" / "accuracy.md"

SETS: dict[str, tuple[str, str]] = {
    "shank, running": ("shank_force", "*running*"),
    "shank, walking": ("shank_force", "*walking*"),
    "foot, running": ("foot_vicon", "run*"),
    "foot, walking": ("foot_vicon", "walk*"),
    "foot, clinic": ("foot_walk_clinic", "*"),
}
WALKING_FEET = ("foot, walking", "foot, clinic")


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
    cadence_mae_spm: float
    shared_cadence_mae_spm: float
    label_pct: float
    step_p95_s: float
    strike_p95_s: float
    strike_f1: float


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


def _score(found_s: Sequence[float] | FloatArray, rec: Recording, within_s: float) -> EventScore:
    labels = rec.truth[:, 0]
    return EventScore(len(found_s), len(labels), len(matches(found_s, labels, within_s)))


def cadence_errors_spm(steps: list[Step], rec: Recording) -> tuple[float | None, float | None]:
    """Return how far the cadence of one recording is off, in steps/min of both feet.

    Once as medians of all strides, of ours and of the labels'; once as means of the strides that
    both have, in which the jitter of single labels cancels and missing labels do no harm.
    """
    labels = rec.truth[:, 0]
    true_s = np.diff(labels)
    true_s = true_s[true_s <= LONGEST_S]
    ours = [s.cadence_spm for s in steps if s.cadence_spm is not None]
    if not len(true_s) or not ours:
        return None, None
    partner = dict(matches([s.t_ic_s for s in steps], labels, 0.15))
    both = [
        (steps[i + 1].t_ic_s - steps[i].t_ic_s, labels[j + 1] - labels[j])
        for i, j in partner.items()
        if partner.get(i + 1) == j + 1 and labels[j + 1] - labels[j] <= LONGEST_S
    ]
    shared = np.mean(both, axis=0) if both else None
    return (
        abs(median(ours) - float(np.median(120.0 / true_s))),
        None if shared is None else abs(120.0 / shared[0] - 120.0 / shared[1]),
    )


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
    cadence = [cadence_errors_spm(found_steps, rec) for rec, found_steps, _, _ in results]
    steps = [s for _, found_steps, _, _ in results for s in found_steps]
    gait = Gait.RUN if "run" in recs[0].name.split("/")[1] else Gait.WALK

    def f1(within_ms: int) -> float:
        return f1_of([_score([x.t_ic_s for x in s], r, 1e-3 * within_ms) for r, s, _, _ in results])

    return Accuracy(
        labels=sum(len(r.truth) for r in recs),
        found=len(steps),
        f1={w: f1(w) for w in (150, 50, 20)},
        ic_mean_ms=mean(contact),
        ic_sd_ms=float(np.std(contact)),
        contact_mae_ms=mean(duration) if duration else None,
        cadence_mae_spm=mean(x for x, _ in cadence if x is not None),
        shared_cadence_mae_spm=mean(x for _, x in cadence if x is not None),
        label_pct=100.0 * sum(s.gait is gait for s in steps) / len(steps),
        step_p95_s=float(np.percentile([s.t_known_s - s.t_ic_s for s in steps], 95)),
        strike_p95_s=float(np.percentile(delays, 95)),
        strike_f1=f1_of(foretold),
    )


def accuracy_table(sets: dict[str, list[Recording]]) -> str:
    """Return the table of accuracy, as Markdown."""
    columns = (
        "set", "labels", "found", "F1 ±150 / ±50 / ±20 ms", "contact, mean ± SD",
        "contact time MAE", "cadence MAE, medians / shared strides", "right gait",
        "step known, p95", "strike known, p95", "strikes foretell steps, F1",
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
            f"{a.cadence_mae_spm:.2f} / {a.shared_cadence_mae_spm:.2f} spm",
            f"{a.label_pct:.1f} %",
            f"{a.step_p95_s:.2f} s",
            f"{a.strike_p95_s:.2f} s",
            f"{a.strike_f1:.3f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def label_table(sets: dict[str, list[Recording]]) -> str:
    """Return how far the labels of walking feet can be trusted, as Markdown."""
    columns = (
        "set", "labels against swings, F1", "found against swings, F1", "impossible labels",
        "F1 ±150 / ±50 without them", "torn recordings", "F1 ±150 / ±50 of the whole ones",
        "right gait in these",
    )  # fmt: skip
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    for name, recs in sets.items():
        steps = {rec.name: analysed(rec)[0] for rec in recs}
        found = {rec: np.array([step.t_ic_s for step in each]) for rec, each in steps.items()}
        whole = [rec for rec in recs if not is_torn(rec)]
        walks = [step.gait is Gait.WALK for rec in whole for step in steps[rec.name]]
        possible = [
            f1_of([_possible(rec, found[rec.name].tolist(), within_s) for rec in recs])
            for within_s in (0.15, 0.05)
        ]
        intact = [
            f1_of([_score(found[rec.name], rec, within_s) for rec in whole])
            for within_s in (0.15, 0.05)
        ]
        cells = (
            name,
            f"{f1_of([against_swings(rec, rec.truth[:, 0]) for rec in recs]):.3f}",
            f"{f1_of([against_swings(rec, found[rec.name]) for rec in recs]):.3f}",
            f"{sum(len(impossible_labels(rec)) for rec in recs)}",
            f"{possible[0]:.3f} / {possible[1]:.3f}",
            f"{len(recs) - len(whole)} of {len(recs)}",
            f"{intact[0]:.3f} / {intact[1]:.3f}",
            f"{100.0 * mean(walks):.1f} %",
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

A strike announces a contact at once, for the screen. The step follows when its stance has been
seen: from then on nothing about it changes.

Cadence as medians of all strides holds the jitter of the labels too: 16 ms at both ends of a stride
of 0.75 s move its cadence by 5 steps/min, and a set of 8 recordings has 12 to 42 strides each. Over
the strides that labels and steps share, it cancels.
"""

LABELS = """
## How far the labels of the walking feet go

A second witness, the gyroscope alone (`tests/label_faults.py`): between two rests of the foot lies
one swing. It knows nothing of our detector, and it agrees better with what we find than with the
labels. A label is impossible where the foot is in full swing after it, or has not swung before it;
the columns after leave such labels out, each with the step that it stood for. A recording is torn
where its strides are shorter than its labels', or where labels lie in stillness: samples were lost
without a gap in the times. No detector can agree with those labels.
"""


def outdoor_text() -> str:
    """Return what a blunter method says of an outdoor run that has no truth."""
    o = compare()
    return (
        "## Outdoors\n\n"
        "A run of 10 min with stops at lights, accelerometer on the shoe, no truth "
        "(`tests/outdoor_run.py`). Against the autocorrelation of the resultant, which finds no "
        f"step, the cadence of {o.windows} windows of 10 s differs by {o.cadence_mae_spm:.2f} "
        f"steps/min (p95 {o.cadence_p95_spm:.2f}). In {o.standing_s:.0f} s of standing "
        f"{o.standing_steps} steps were found."
    )


def main() -> None:
    sets = {name: recordings(*where) for name, where in SETS.items()}
    walking = {name: recs for name, recs in sets.items() if name in WALKING_FEET}
    text = (
        f"{HEAD}\n## Accuracy\n\n{accuracy_table(sets)}\n{LABELS}\n{label_table(walking)}\n"
        f"\n{outdoor_text()}\n\n## Robustness\n\n"
        f"F1 ±150 / ±50 ms against all labels, and the SD of contact.\n\n{robustness_table(sets)}\n"
    )
    print(text)
    OUT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
