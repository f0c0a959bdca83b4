"""Snapshots of every state a screen has to show, and a runner that holds one."""

import asyncio
from dataclasses import replace
from typing import Any

from analysis.step import Gait
from monitor.ladderview import LadderView
from monitor.live.publisher import Publisher
from monitor.marks import MarkKind
from monitor.snapshot import (
    Aged,
    EventLine,
    ImpactPoint,
    Priority,
    SegmentView,
    Snapshot,
    Word,
)
from sensors.linkstate import LinkState

RUN, WALK = Gait.RUN, Gait.WALK


def segments(done: int, running_s: float) -> tuple[SegmentView, ...]:
    """Return warm-up, 3 x (run, walk) and cool-down, ``done`` of them done, the next begun."""
    plan = [(WALK, "warm-up", 60.0)]
    plan += [(RUN, "main", 60.0), (WALK, "main", 60.0)] * 3
    plan += [(WALK, "cool-down", 120.0)]
    return tuple(
        SegmentView(gait, part, planned, planned if i < done else running_s if i == done else 0.0)
        for i, (gait, part, planned) in enumerate(plan)
    )


RUNNING = Snapshot(
    t_s=203.2,
    word=Word.RUN,
    sentence="Next: walk for 1:00 min.",
    patient="P-017",
    programme="Return to run",
    stage="WR3",
    stage_title="3 x (1 run, 1 walk)",
    is_draft=True,
    is_started=True,
    is_holding=False,
    is_over=False,
    elapsed_s=202.8,
    planned_s=540.0,
    segments=segments(3, 22.8),
    segment_index=3,
    segment_left_s=37.2,
    run_number=2,
    run_count=3,
    amber_g=5.75,
    red_g=6.5,
    impact=Aged(4.9, 0.7),
    impact_is_at_least=False,
    impacts=tuple(ImpactPoint(183.0 + 0.73 * k, RUN, 5.0, False) for k in range(27)),
    over_amber_pct=12.0,
    over_red_pct=4.0,
    cadence_spm=Aged(168.0, 0.7),
    cadence_low_spm=160.0,
    cadence_high_spm=176.0,
    coverage_pct=97.4,
    link=LinkState.STREAMING,
    link_detail="",
    link_age_s=201.0,
    data_age_s=0.05,
    battery_pct=83,
    fs_hz=207.9,
    steps=164,
    run_steps=71,
    alarms=1,
    red_events=0,
    drops_recovered=1,
    clipped_steps=2,
    bad_packets=0,
    lost_samples=3,
    open_alarms=(),
    events=(
        EventLine(2.0, Priority.INFO, "Started"),
        EventLine(133.0, Priority.TECHNICAL, "The pod's link was lost"),
        EventLine(180.0, Priority.INFO, "RUN for 1:00 min"),
    ),
    load_pct=38.0,
    battery_age_s=12.0,
)

NOTHING_YET = replace(
    RUNNING,
    t_s=4.0,
    word=Word.READY,
    sentence="Waiting for the pod: move it or tap it.",
    is_started=False,
    elapsed_s=0.0,
    segments=segments(0, 0.0),
    segment_index=None,
    segment_left_s=None,
    run_number=1,
    amber_g=None,
    red_g=None,
    impact=None,
    impacts=(),
    over_amber_pct=None,
    over_red_pct=None,
    cadence_spm=None,
    cadence_low_spm=None,
    cadence_high_spm=None,
    coverage_pct=None,
    link=LinkState.SEARCHING,
    link_detail="",
    link_age_s=4.0,
    data_age_s=None,
    battery_pct=None,
    battery_age_s=None,
    fs_hz=None,
    steps=0,
    run_steps=0,
    alarms=0,
    drops_recovered=0,
    clipped_steps=0,
    lost_samples=0,
    events=(),
    load_pct=None,
)

WALKING = replace(
    RUNNING,
    word=Word.WALK,
    sentence="Next: run for 1:00 min.",
    segment_index=2,
    segments=segments(2, 22.8),
    amber_g=None,
    red_g=None,
    over_amber_pct=None,
    over_red_pct=None,
    impact=Aged(2.4, 0.3),
    cadence_spm=Aged(111.0, 0.4),
    cadence_low_spm=None,
    cadence_high_spm=None,
)

AMBER = replace(
    RUNNING,
    word=Word.EASE_OFF,
    sentence="Your impacts are above the limit: run softer, with quicker, shorter steps.",
    impact=Aged(6.1, 0.3),
    over_amber_pct=31.0,
    over_red_pct=8.0,
    open_alarms=("Impacts above amber: ease off",),
)

RED = replace(
    RUNNING,
    word=Word.WALK_NOW,
    sentence="Your impacts are far above the limit: walk now.",
    impact=Aged(7.2, 0.3),
    over_amber_pct=62.0,
    over_red_pct=35.0,
    cadence_spm=Aged(151.0, 0.3),
    open_alarms=("Impacts above red: walk now",),
    red_events=1,
    battery_pct=14,
)

CLIPPED = replace(
    RUNNING,
    impact=Aged(16.0, 0.2),
    impact_is_at_least=True,
    impacts=(*RUNNING.impacts, ImpactPoint(203.0, RUN, 16.0, True)),
)

UNKNOWN_SHARE = replace(RUNNING, over_amber_pct=None, over_red_pct=None)

SILENT = replace(
    RUNNING,
    word=Word.NO_SIGNAL,
    sentence="No data from the pod: nothing is measured. Keep to walking until it is back.",
    impact=Aged(4.9, 3.4),
    cadence_spm=Aged(168.0, 6.0),
    data_age_s=6.0,
    link=LinkState.SILENT,
    link_detail="",
    link_age_s=4.0,
    open_alarms=("No data for 6 s",),
)

HOLDING = replace(
    RUNNING, word=Word.HOLD, sentence="On hold: the plan waits for you.", is_holding=True
)

OVER = replace(
    RUNNING,
    word=Word.DONE,
    sentence="Well done. The session is over.",
    is_over=True,
    elapsed_s=540.0,
    segments=segments(8, 0.0),
    segment_index=None,
    segment_left_s=None,
    amber_g=None,
    red_g=None,
)

AFTER_RED_EVENT = replace(
    RUNNING,
    word=Word.WALK,
    sentence="Walk for the rest of today: your impacts stayed above the limit.",
    walks_the_rest=True,
    amber_g=None,
    red_g=None,
)

CONTACTS = replace(
    RUNNING,
    word=Word.CONTACTS,
    sentence="Put the session on hold in a rest, and stop it when all are done.",
    segments=(SegmentView(RUN, "main", 3600.0, 22.8),),
    segment_index=0,
    segment_left_s=None,
    run_count=0,
    cadence_low_spm=None,
    cadence_high_spm=None,
    contacts=60,
    contacts_done=12,
    load_pct=20.0,
)


LADDER = LadderView(
    site="Femoral neck, left",
    ladder=("W1", "W2", "W3", *(f"WR{n}" for n in range(13)), "T1", "T2"),
    phases=("P2",) * 3 + ("P4",) * 13 + ("P5",) * 2,
    at=6,
    count=1,
    required=2,
    why=("Two more clean sessions are asked for.",),
    pending=("Waits for a clinician's signature",),
    baselines=("W0 2.1 g, 40 days old", "R0 5.0 g, 12 days old"),
)


class FakeRunner:
    """A session that stands still at one Snapshot until it is told to end."""

    def __init__(self, snapshot: Snapshot = RUNNING) -> None:
        self.snapshot = snapshot
        self.marks: list[tuple[MarkKind, int | None, str]] = []
        self.is_cancelled = False
        self.ends_on_stop = True
        self.error: Exception | None = None
        self.publisher: Publisher | None = None
        self._over = asyncio.Event()

    @property
    def summary_lines(self) -> tuple[str, ...]:
        """Lines once it is over."""
        return ("The session is complete.", "Coverage 97 %") if self._over.is_set() else ()

    async def run(self) -> None:
        """Wait for the end."""
        try:
            await self._over.wait()
        except asyncio.CancelledError:
            self.is_cancelled = True
            raise
        if self.error is not None:
            raise self.error

    def mark(self, kind: MarkKind, value: int | None = None, text: str = "") -> None:
        """Keep the mark; a stop ends the session."""
        self.marks.append((kind, value, text))
        if kind is MarkKind.STOP and self.ends_on_stop:
            self.end()

    def end(self, **changes: Any) -> None:
        """End the session with the Snapshot of one that is over."""
        self.snapshot = replace(OVER, **changes)
        self._over.set()
