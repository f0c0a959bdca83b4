"""Real recordings with their truth, read from outside the repository, and a scorer of events.

They lie in ``../shared/data`` from the project's root; a test that needs them is skipped where
they are missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from analysis.step import Placement, Step
from analysis.steps import StepAnalyser

FloatArray = NDArray[np.float64]

DATA = Path(__file__).parents[1].parent / "shared" / "data"

needs_recordings = pytest.mark.skipif(
    not DATA.is_dir(), reason="the development recordings (../shared/data) are not here"
)


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """One recording: samples, and the truth as an array with one row per contact."""

    name: str
    fs_hz: float
    placement: Placement
    full_scale_g: float | None
    t_s: FloatArray
    acc_g: FloatArray
    gyro_dps: FloatArray | None
    truth: FloatArray

    def steps(self) -> list[Step]:
        """Analyse in one push."""
        analyser = self.analyser()
        return analyser.push(self.t_s, self.acc_g, self.gyro_dps) + analyser.flush()

    def steps_in_truth(self) -> list[Step]:
        """The steps within the time that the truth covers."""
        first, last = self.truth[0, 0] - 0.3, self.truth[-1, 0] + 0.3
        return [s for s in self.steps() if first < s.t_ic_s < last]

    def analyser(self) -> StepAnalyser:
        return StepAnalyser(
            fs_hz=self.fs_hz, placement=self.placement, full_scale_g=self.full_scale_g
        )


_KINDS = {
    "shank_force": (1.0 / 0.007, Placement.SHANK, 8.0),
    "foot_vicon": (200.0, Placement.FOOT, 16.0),
    "foot_walk_clinic": (100.0, Placement.FOOT, 16.0),
    "shoe_run": (100.0, Placement.FOOT, 8.0),
    "ble_pod": (100.0, Placement.FOOT, 16.0),
}


def recording(path: str) -> Recording:
    """Read one recording, for example ``"ble_pod/run_102s"``."""
    fs_hz, placement, full_scale_g = _KINDS[path.split("/")[0]]
    table = np.loadtxt(DATA / f"{path}.csv", delimiter=",", skiprows=1, ndmin=2)
    events = DATA / f"{path}.events.csv"
    truth = (
        np.loadtxt(events, delimiter=",", skiprows=1, ndmin=2)
        if events.exists()
        else np.empty((0, 1))
    )
    gyro = table[:, 4:7] if table.shape[1] > 4 else None
    return Recording(path, fs_hz, placement, full_scale_g, table[:, 0], table[:, 1:4], gyro, truth)


def recordings(kind: str, pattern: str = "*") -> list[Recording]:
    """Read all recordings of a folder that have a truth."""
    paths = sorted((DATA / kind).glob(f"{pattern}.events.csv"))
    return [recording(f"{kind}/{p.name.removesuffix('.events.csv')}") for p in paths]


def matches(
    found_s: Sequence[float] | FloatArray, true_s: Sequence[float] | FloatArray, within_s: float
) -> list[tuple[int, int]]:
    """Pair each found event with at most one true event, the nearest first."""
    pairs = sorted(
        (abs(f - t), i, j)
        for i, f in enumerate(found_s)
        for j, t in enumerate(true_s)
        if abs(f - t) <= within_s
    )
    used_i: set[int] = set()
    used_j: set[int] = set()
    chosen = []
    for _, i, j in pairs:
        if i not in used_i and j not in used_j:
            used_i.add(i)
            used_j.add(j)
            chosen.append((i, j))
    return chosen


@dataclass(frozen=True, slots=True)
class EventScore:
    """Counts over recordings."""

    found: int
    true: int
    matched: int

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2.0 * self.matched / (self.found + self.true)


def f1_of(scores: Sequence[EventScore]) -> float:
    """Return the F1 of several recordings together."""
    return EventScore(
        sum(s.found for s in scores), sum(s.true for s in scores), sum(s.matched for s in scores)
    ).f1


def score(pairs: Sequence[tuple[list[Step], Recording]], within_s: float) -> EventScore:
    """Score the initial contacts of several recordings together."""
    found = sum(len(steps) for steps, _ in pairs)
    true = sum(len(rec.truth) for _, rec in pairs)
    matched = sum(
        len(matches([s.t_ic_s for s in steps], rec.truth[:, 0], within_s)) for steps, rec in pairs
    )
    return EventScore(found, true, matched)
