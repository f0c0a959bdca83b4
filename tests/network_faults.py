"""``make network-faults``: the same session through a bad radio (T10); docs/network-faults.md.

Loss of 0 to 30 %, alone and in bursts, copies, packets that overtake others by half a second, and
jitter, on the bytes of a Movesense from packet to alarm. Held against the session without a fault.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from made_sessions import FS_HZ, LATENCY_S, START_S, made_setup, packets_of, run_between_walks

from monitor.core import Input, SessionCore
from monitor.journal import Kind
from monitor.marks import Mark, MarkKind
from monitor.measures import measures_of
from monitor.replay import decide
from sensors.samples import LinkEvent, LinkState, Notification
from sensors.virtual.faults import Air, Faults
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk
from sensors.virtual.gsp import DATA_UUID

PAGE = Path(__file__).parents[1] / "docs" / "network-faults.md"

WALK_S = 8.0
EASY_G, HARD_G = 4.4, 7.4
"""g. Well below and above the amber limit of 5.75 g."""

COUNTED_LOSS_PCT = 5.0
MOST_STEP_ERROR_PCT = 1.0
"""Up to so much loss the steps are counted to so much."""

FLAGGED_LOSS_PCT = 10.0
"""Above so much loss a session has to be flagged: it does not count."""

LEAST_VALID_PCT = 85.0
"""Below it the gate takes a session for INVALID (programme, 5.2)."""

MATRIX = {
    "no fault": Faults(),
    **{f"loss {pct} %": Faults(loss=pct / 100.0) for pct in (1, 2, 5, 12, 20, 30)},
    **{f"loss {pct} %, 4 in a row": Faults(loss=pct / 400.0, loss_burst=4) for pct in (1, 5, 20)},
    "copies 20 %": Faults(duplicate=0.2),
    "overtaken 20 %, by 0.3 s": Faults(late=0.2, late_by_s=0.3),
    "overtaken 20 %, by 0.5 s": Faults(late=0.2, late_by_s=0.5),
    "jitter 0.3 s": Faults(jitter_s=0.3),
    "loss 5 %, copies, overtaken, jitter": Faults(
        loss=0.05, duplicate=0.1, late=0.1, late_by_s=0.5, jitter_s=0.2
    ),
}
"""What the radio does."""

HEAD = """# A session through a bad radio

Written by `make network-faults`; its short form is in the tests
(`tests/monitor/test_network_faults.py`). Each row is the same made session with over-limit
stretches, {seconds} s of running at the shank, through the faults named, {seeds} times.
Synthetic: no real radio.

- Steps: the largest error of a session, counted against the session without a fault.
  A hole above 0.1 s ends a bout of the analysis: four packets lost in a row cost the steps beside
  the hole too. That is flagged, not mended.
- Not covered: sessions below 85 % of valid time, which the gate takes for INVALID.
- Alarms: those raised, of those raised without a fault. "Fewer, in silence" counts sessions with
  fewer alarms that would count all the same; it has to be 0.
- A packet that overtakes others is put back while the newest sample is less than 0.5 s ahead of the
  place where it belongs: late by its own length less than that. Later ones are a loss, and counted.

| radio | lost, % | steps, error in % | valid, % | not covered | alarms | fewer, in silence |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one session.

    Attributes
    ----------
    steps : int
        Steps counted.
    valid_pct : float
        Time covered by valid steps.
    alarms : int
        Alarms raised.
    lost_pct : float
        Samples known to be lost, of all.
    """

    steps: int
    valid_pct: float
    alarms: int
    lost_pct: float

    @property
    def is_flagged(self) -> bool:
        """Whether the gate takes the session for INVALID."""
        return self.valid_pct < LEAST_VALID_PCT


EASY_S, HARD_S = 45.0, 15.0
"""s. Long enough to end an alarm, and to raise one."""


def script(run_s: float) -> GaitScript:
    """Return a run of whole minutes, the last quarter of each hard."""
    pair = (run(EASY_S, impact_g=EASY_G), run(HARD_S, impact_g=HARD_G))
    stretches = round(run_s / (EASY_S + HARD_S)) * pair
    return GaitScript((walk(WALK_S), *stretches, walk(WALK_S + 4.0)))


def inputs(run_s: float, faults: Faults, gait_seed: int) -> Iterator[Input]:
    """Yield a session's inputs in the order of their arrival."""
    air, sent = Air(faults), []
    for block, parts in packets_of(GaitSource(script(run_s), FS_HZ, gait_seed)):
        complete_s = block.t_s + len(block.acc_g) / FS_HZ
        sent += [(at_s, parts) for at_s in air.fate(complete_s).deliveries_s]
    yield LinkEvent(START_S, "pod", LinkState.STREAMING)
    yield Mark(START_S, MarkKind.START)
    for at_s, parts in sorted(sent, key=lambda one: one[0]):
        for part in parts:
            yield Notification(START_S + at_s + LATENCY_S, "pod", DATA_UUID, part)


def session(run_s: float, faults: Faults, gait_seed: int = 1) -> Heard:
    """Run one session."""
    core = decide(made_setup(run_between_walks(run_s, WALK_S)), inputs(run_s, faults, gait_seed))
    return Heard(
        len(core.judge.steps),
        measures_of(core).valid_pct or 0.0,
        sum(entry.kind is Kind.ALARM for entry in core.journal.entries),
        _lost_pct(core),
    )


@cache
def whole(run_s: float, gait_seed: int = 1) -> Heard:
    """Return the session without a fault."""
    return session(run_s, Faults(), gait_seed)


def _lost_pct(core: SessionCore) -> float:
    lost = core.judge.lost_samples or 0
    return 100.0 * lost / (lost + core.judge.samples)


def step_error_pct(heard: Heard, without: Heard) -> float:
    """Return by how much the steps are miscounted, in per cent."""
    return 100.0 * abs(heard.steps - without.steps) / without.steps


def row(name: str, run_s: float, seeds: int) -> tuple[str, int]:
    """Return a row of the page, and how many sessions had fewer alarms in silence."""
    faults = MATRIX[name]
    pairs = []
    for seed in range(1, seeds + 1):
        seeded = Faults(
            **{n: getattr(faults, n) for n in faults.__dataclass_fields__} | {"seed": seed}
        )
        pairs.append((session(run_s, seeded, seed), whole(run_s, seed)))
    silent = sum(h.alarms < w.alarms and not h.is_flagged for h, w in pairs)
    cells = (
        name,
        f"{max(h.lost_pct for h, _ in pairs):.1f}",
        f"{max(step_error_pct(h, w) for h, w in pairs):.2f}",
        f"{min(h.valid_pct for h, _ in pairs):.0f}–{max(h.valid_pct for h, _ in pairs):.0f}",
        f"{sum(h.is_flagged for h, _ in pairs)} of {seeds}",
        f"{sum(h.alarms for h, _ in pairs)} of {sum(w.alarms for _, w in pairs)}",
        f"{silent}",
    )
    return f"| {' | '.join(cells)} |", silent


def main() -> None:
    """Run the whole matrix and write the page; exit status 1 where an alarm was lost in silence."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=300, help="of running in each session")
    parser.add_argument("--seeds", type=int, default=5, help="sessions of each row")
    given = parser.parse_args()
    rows, silent = [], 0
    for name in MATRIX:
        line, missed = row(name, float(given.seconds), given.seeds)
        print(line, flush=True)
        rows.append(line)
        silent += missed
    head = HEAD.format(seconds=given.seconds, seeds=given.seeds)
    PAGE.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    sys.exit(silent > 0)


if __name__ == "__main__":
    main()
