"""Sessions of every kind, recorded and decided again: the same log and the same event, bit for bit.

Walks, runs and contacts; baselines that are current, stale or missing; holes, holds, pain, clipped
steps, and sessions cut short. The bytes are those of the virtual pod, without the radio.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from made_cores import BOTH, R0, W0, setup_of
from made_sessions import FS_HZ, START_S, inputs_of

from analysis.step import Gait
from monitor.analysed import kept_of
from monitor.baselines import OwnBaselines
from monitor.core import Input, SessionCore
from monitor.journal import Journal
from monitor.marks import Mark, MarkKind
from monitor.programme.model import Part, Segment
from monitor.record import RecordedSession, RecordingSink, read_session
from monitor.replay import decide, stepped
from monitor.result import SessionResult, result_of
from monitor.setup import SessionSetup
from sensors.samples import Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, Stretch, run, walk

STAGES = ("W2", "L1", "WR0", "WR1", "WR6", "T1")
BASELINES = (BOTH, OwnBaselines(W0, replace(R0, stale_because="new shoe")), OwnBaselines(W0))
IMPACTS_G = {Gait.WALK: (1.9, 2.9), Gait.RUN: (4.2, 5.0, 6.2, 17.0)}
"""g. Fine, above amber, above red; the last one is beyond the pod's scale."""

T0_UTC_NS = 1_790_000_000_000_000_000


def setup(seed: int) -> SessionSetup:
    """Return the setup of a short session of some stage."""
    chance = random.Random(seed)
    full = setup_of(STAGES[seed % len(STAGES)], BASELINES[seed % len(BASELINES)])
    if full.contacts is not None:
        return replace(full, contacts=20, session_id=f"s-{seed}")
    gait = Gait.WALK if full.stage.startswith("W2") else Gait.RUN
    segments = (
        Segment(Gait.WALK, 6.0, Part.WARM_UP),
        Segment(gait, chance.uniform(10.0, 20.0)),
        Segment(Gait.WALK, 4.0),
        Segment(gait, 8.0),
    )
    return replace(full, segments=segments, session_id=f"s-{seed}")


def inputs(made: SessionSetup, seed: int) -> list[Input]:
    """Return what the pod and the people of a session do."""
    chance = random.Random(seed)
    stretches: list[Stretch] = []
    for segment in made.segments:
        impact_g = chance.choice(IMPACTS_G[segment.gait])
        seconds = min(segment.duration_s, 40.0)
        if segment.gait is Gait.RUN:
            stretches.append(run(seconds, impact_g=impact_g))
        else:
            stretches.append(walk(seconds, impact_g=impact_g))
    script = GaitScript((*stretches, walk(8.0)))
    items = list(inputs_of(GaitSource(script, FS_HZ, seed)))
    end_s = START_S + script.duration_s
    marks = list(_marks(chance, end_s, must_stop=made.contacts is not None))
    hole_s = chance.uniform(3.0, end_s) if chance.random() < 0.5 else None
    if hole_s is not None:
        long_s = chance.uniform(0.3, 5.0)
        items = [
            i for i in items
            if not (isinstance(i, Notification) and hole_s < i.t_s < hole_s + long_s)
        ]  # fmt: skip
    # A session's clock counts whole nanoseconds, and only these come back from a recording.
    whole = [replace(item, t_s=round(item.t_s * 1e9) / 1e9) for item in (*items, *marks)]
    return sorted(whole, key=lambda item: item.t_s)


def _marks(chance: random.Random, end_s: float, *, must_stop: bool) -> Iterator[Mark]:
    if chance.random() < 0.4:
        hold_s = chance.uniform(3.0, end_s - 10.0)
        yield Mark(hold_s, MarkKind.HOLD)
        yield Mark(hold_s + chance.uniform(0.5, 4.0), MarkKind.RESUME)
    if chance.random() < 0.4:
        yield Mark(chance.uniform(3.0, end_s), MarkKind.PAIN, chance.randint(0, 3))
    if must_stop or chance.random() < 0.2:
        yield Mark(chance.uniform(end_s - 8.0, end_s), MarkKind.STOP)


FLUSH_STEPS = 100
"""Grid steps between two writes, 10 s: what waits longer than some minutes would be let go."""


def recorded(path: Path, made: SessionSetup, items: Sequence[Input]) -> SessionResult:
    """Record a session as the runner does: each input is kept before anything is decided on it."""
    sink = RecordingSink(path, made, T0_UTC_NS)
    core = SessionCore(made, Journal(sink.entry))

    def kept() -> Iterator[Input]:
        for item in items:
            sink.item(item)
            yield item

    for step, _ in enumerate(stepped(core, kept())):
        if step % FLUSH_STEPS == 0:
            sink.flush()
    result = result_of(core)
    sink.result(result, kept_of(core))
    sink.close()
    return result


def differences(session: RecordedSession) -> list[str]:
    """Decide a recorded session again; return what is not the same, to the last bit."""
    core = decide(session.setup, session.inputs(), session.ended_s)
    now = result_of(core).to_json()
    stored = session.result or {}
    found = [name for name in now if now[name] != stored.get(name)]
    if [entry.to_json() for entry in core.journal.entries] != list(session.decisions):
        found.append("decisions")
    return found


def played(folder: Path, seed: int) -> tuple[SessionResult, list[str]]:
    """Record one session and replay it; return its result and the differences."""
    made = setup(seed)
    path = folder / f"{seed}.mcap"
    result = recorded(path, made, inputs(made, seed))
    return result, differences(read_session(path))
