"""Preparation sessions: every contact is judged against W0, whatever it looks like.

L1 is 60 calf pops; W0 is 2 g, so amber is 2.0 x 2 = 4 g and red is 2.5 x 2 = 5 g.
"""

import re
from dataclasses import replace

import pytest
from made_cores import core_of, setup_of, steps_of

from analysis.step import Gait
from monitor.core import SessionCore
from monitor.journal import Kind
from monitor.marks import Mark, MarkKind
from monitor.plain import PlainLines
from monitor.snapshot import Word
from monitor.tui.hero import left_text
from monitor.tui.rail import plan_text
from monitor.view import snapshot_of

SETUP = setup_of("L1")


def texts(core: SessionCore, kind: Kind) -> list[str]:
    return [entry.text for entry in core.journal.entries if entry.kind is kind]


@pytest.mark.parametrize("gait", list(Gait))
def test_contacts_above_amber_ask_to_ease_off(gait: Gait) -> None:
    hops = steps_of(gait, 0.0, 20.0, 1.0, 4.5)
    core = core_of(SETUP, hops, [Mark(20.0, MarkKind.STOP)])
    assert texts(core, Kind.ALARM) == ["EASE OFF: 8 of 8 contacts above the amber limit of 4.0 g"]


def test_who_goes_on_hopping_above_red_has_a_red_event_and_walks() -> None:
    # The eighth contact (7 s) is known at 8 s: WALK NOW. Evidence are the contacts after 13 s, and
    # those known at 28 s: 14 ... 27 s.
    hops = steps_of(Gait.WALK, 0.0, 60.0, 1.0, 5.5)
    core = core_of(SETUP, hops, [Mark(60.0, MarkKind.STOP)])
    assert texts(core, Kind.RED_EVENT) == [
        "Red event: 14 of 14 contacts after WALK NOW above red: the rest is walked"
    ]
    assert core.plan.walks_the_rest
    # Contacts after the red event at 28 s are walking: 0 ... 27 s are done.
    assert len(core.judged.steps) == 28


def test_who_walks_after_the_prompt_has_no_red_event() -> None:
    # Walking is at W0 itself, far below a hop's limits.
    hops = steps_of(Gait.RUN, 0.0, 9.0, 1.0, 5.5)
    walk = steps_of(Gait.WALK, 9.0, 40.0, 1.0, 2.0)
    core = core_of(SETUP, [*hops, *walk], [Mark(40.0, MarkKind.STOP)])
    assert core.red_events == 0
    assert any(text.startswith("WALK NOW ends: 0 of ") for text in texts(core, Kind.CLEARED))


def test_the_end_of_the_contacts_is_said_once() -> None:
    hops = steps_of(Gait.RUN, 0.0, 70.0, 1.0, 3.0)
    core = core_of(SETUP, hops, [Mark(70.0, MarkKind.STOP)])
    assert texts(core, Kind.SEGMENT) == ["60 contacts", "The 60 contacts are done: stop here"]
    assert snapshot_of(core, core.t_s).word is Word.DONE


def test_nobody_is_told_to_run() -> None:
    core = core_of(SETUP, steps_of(Gait.RUN, 0.0, 9.5, 1.0, 3.0), [Mark(12.0, MarkKind.STOP)])
    over = snapshot_of(core, core.t_s)
    assert over.word is Word.STOP
    core.plan = type(core.plan)(SETUP.segments)
    core.plan.start(0.0)
    core.is_over = False
    s = snapshot_of(core, 11.9)
    assert s.word is Word.CONTACTS
    assert (s.contacts, s.contacts_done, s.run_count, s.segment_left_s) == (60, 10, 0, None)
    said = "\n".join([*PlainLines().update(s), *plan_text(s), s.sentence])
    assert not re.search(r"\brun\b", said, re.IGNORECASE)
    assert "Plan of 60 contacts" in said
    assert "10 of 60" in said
    assert left_text(s) == "50"
    assert left_text(replace(s, contacts_done=None)) == "–"
    assert left_text(replace(s, contacts_done=61)) == "0"
