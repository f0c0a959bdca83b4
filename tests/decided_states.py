"""Every state of a screen as a core decides it: real bytes through the real road, no clock.

The demo's recording gives most; it is decided anew under lower limits, with marks or with another
gait where a state does not occur in it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from made_sessions import FS_HZ, inputs_of, made_setup, run_between_walks

from monitor.core import Input, SessionCore
from monitor.journal import Journal
from monitor.marks import Mark, MarkKind
from monitor.record import read_session
from monitor.replay import stepped
from monitor.setup import SessionSetup
from monitor.snapshot import Snapshot, Word
from monitor.view import snapshot_of
from sensors.samples import Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk

DEMO = Path(__file__).resolve().parent.parent / "fixtures" / "demo.mcap"

STOP_PAIN = 3


def first(
    setup: SessionSetup, items: Iterable[Input], *wanted: Callable[[Snapshot], bool]
) -> list[Snapshot]:
    """Return the first state of a session for which each wish is true."""
    core = SessionCore(setup, Journal())
    found: list[Snapshot | None] = [None] * len(wanted)
    times: Iterator[float] = stepped(core, items)
    while None in found:
        t_s = next(times, None)
        snapshot = snapshot_of(core, core.t_s)
        for i, is_it in enumerate(wanted):
            if found[i] is None and is_it(snapshot):
                found[i] = snapshot
        if t_s is None:
            break
    assert None not in found, [i for i, one in enumerate(found) if one is None]
    return [one for one in found if one is not None]


@cache
def decided_states() -> dict[str, Snapshot]:
    """Return a Snapshot of each state, by its name."""
    demo = read_session(DEMO)
    items = list(demo.inputs())
    usual = first(
        demo.setup,
        items,
        lambda s: s.data_age_s is None,
        lambda s: s.word is Word.RUN and s.t_s > 13.0,
        lambda s: s.word is Word.EASE_OFF and s.t_s > 20.0,
        lambda s: s.word is Word.NO_SIGNAL,
        lambda s: s.word is Word.WALK and s.t_s > 29.5,
        lambda s: s.is_over,
    )
    states = dict(zip(("no pod", "run", "amber", "silent", "walk", "done"), usual, strict=True))
    low = replace(demo.setup, limits=replace(demo.setup.limits, amber_g=3.0, red_g=3.5))
    (states["red"],) = first(low, items, lambda s: s.word is Word.WALK_NOW)
    (states["hold"],) = first(
        demo.setup, with_marks(items, Mark(12.0, MarkKind.HOLD)), lambda s: s.is_holding
    )
    told = Mark(14.0, MarkKind.PAIN, STOP_PAIN)
    (states["stop"],) = first(demo.setup, with_marks(items, told), lambda s: s.is_over)
    asked = Mark(19.0, MarkKind.ASK_PAIN, text="the physio")
    said = Mark(19.0, MarkKind.MESSAGE, text="Shorter steps, you do well")
    (states["asked"],) = first(
        demo.setup, with_marks(items, asked, said), lambda s: s.asks_pain and s.t_s > 20.0
    )
    hard = GaitScript((walk(10.0), run(20.0, impact_g=18.0)))
    (states["clipped"],) = first(
        made_setup(run_between_walks(20.0)),
        inputs_of(GaitSource(hard, FS_HZ, 1)),
        lambda s: s.impact_is_at_least,
    )
    return states


def with_marks(items: list[Input], *marks: Mark) -> list[Input]:
    """Return a session's inputs up to the first mark, with the marks, and what came after it."""
    rest = [i for i in items if isinstance(i, Notification) or i.t_s < marks[0].t_s]
    return sorted([*rest, *marks], key=lambda item: item.t_s)
