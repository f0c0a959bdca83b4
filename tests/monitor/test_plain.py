"""A session as lines: one for each change, none twice, and nothing while nothing changes."""

from dataclasses import replace

import made_snapshots as made

from monitor.plain import PlainLines
from monitor.snapshot import Aged, EventLine, Message, Priority, Snapshot, Word
from monitor.wording import ASK_PAIN, LINK_SENTENCES
from sensors.linkstate import LinkState


def begun(at: Snapshot = made.RUNNING) -> PlainLines:
    """Return a printer that has said what there is to say of a Snapshot."""
    printer = PlainLines()
    assert printer.update(at)
    return printer


def test_the_first_lines_say_who_what_and_what_this_is_not() -> None:
    lines = PlainLines().update(made.NOTHING_YET)
    assert lines == [
        "P-017, Return to run, 3 x (1 run, 1 walk). Plan of 9:00 min.",
        "DRAFT programme, signed by no clinician; not a medical device.",
        "0:04 Searching for the pod: move or tap it.",
        "0:04 READY. Waiting for the pod: move it or tap it.",
    ]
    signed = PlainLines().update(replace(made.NOTHING_YET, is_draft=False))
    assert signed[1] == "This is not a medical device."


def test_the_same_again_says_nothing() -> None:
    printer = begun()
    assert printer.update(made.RUNNING) == []
    later = replace(
        made.RUNNING,
        t_s=205.0,
        segment_left_s=35.4,
        elapsed_s=204.6,
        link_age_s=203.0,
        impact=Aged(5.2, 0.1),
        steps=166,
        over_amber_pct=13.0,
    )
    assert printer.update(later) == []


def test_a_segment_start_says_what_comes_next() -> None:
    printer = begun(made.WALKING)
    now = replace(made.RUNNING, events=made.WALKING.events)
    assert printer.update(now) == [
        "3:23 RUN for 1:00 min, run 2 of 3, then WALK for 1:00 min. Load so far: 38 % of plan.",
        "3:23 RUN. Next: walk for 1:00 min.",
    ]
    walk = replace(now, segment_index=4, run_number=3)
    assert printer.update(walk) == [
        "3:23 WALK for 1:00 min, then RUN for 1:00 min, run 3 of 3. Load so far: 38 % of plan."
    ]
    last = replace(now, segment_index=7, segment_left_s=120.0, load_pct=None)
    assert printer.update(last) == ["3:23 WALK for 2:00 min, the last segment."]


def test_an_event_that_a_line_says_already_is_not_said_again() -> None:
    printer = begun(made.WALKING)
    event = EventLine(203.2, Priority.INFO, "RUN for 1:00 min")
    now = replace(made.RUNNING, events=(*made.WALKING.events, event))
    lines = printer.update(now)
    assert sum("RUN for 1:00 min" in line for line in lines) == 1


def test_each_link_state_is_said_once() -> None:
    printer = begun()
    for state in (LinkState.SILENT, LinkState.LOST, LinkState.SEARCHING, LinkState.STREAMING):
        now = replace(made.RUNNING, link=state)
        assert printer.update(now) == [f"3:23 {LINK_SENTENCES[state]}."]
        assert printer.update(now) == []


def test_word_and_alarm_come_and_go() -> None:
    printer = begun()
    assert printer.update(made.AMBER) == [
        f"3:23 EASE OFF. {made.AMBER.sentence}",
        "3:23 Alarm: Impacts above amber: ease off.",
    ]
    worse = printer.update(replace(made.RED, battery_pct=83))
    assert worse == [
        f"3:23 WALK NOW. {made.RED.sentence}",
        "3:23 Alarm: Impacts above red: walk now.",
        "3:23 Alarm over: Impacts above amber: ease off.",
    ]


def test_an_alarm_that_counts_seconds_is_one_alarm() -> None:
    printer = begun()
    first = replace(made.RUNNING, open_alarms=("No data for 3 s",))
    assert printer.update(first) == ["3:23 Alarm: No data for 3 s."]
    assert printer.update(replace(first, open_alarms=("No data for 4 s",))) == []
    assert printer.update(made.RUNNING) == ["3:23 Alarm over: No data for 4 s."]


def test_a_low_battery_is_said_once() -> None:
    printer = begun()
    event = EventLine(203.0, Priority.LOW, "The pod's battery is at 19 %")
    low = replace(made.RUNNING, battery_pct=19, events=(*made.RUNNING.events, event))
    assert printer.update(low) == ["3:23 The pod's battery is at 19 %: low."]
    assert printer.update(replace(low, battery_pct=18)) == []
    assert printer.update(replace(low, battery_pct=None)) == []
    assert printer.update(replace(low, battery_pct=20)) == [
        "3:23 The pod's battery is at 20 %: charged."
    ]


def test_events_are_said_in_order_with_their_time_and_urgency() -> None:
    printer = begun()
    new = (
        EventLine(204.0, Priority.INFO, "Mark"),
        EventLine(204.0, Priority.MEDIUM, "Pain 1 of 10"),
        EventLine(205.0, Priority.HIGH, "Red event: walk."),
    )
    events = (*made.RUNNING.events, *new)
    assert printer.update(replace(made.RUNNING, events=events)) == [
        "3:24 Mark.",
        "3:24 Medium: Pain 1 of 10.",
        "3:25 High: Red event: walk.",
    ]
    # The list keeps the last events only: the old ones fall out at its front.
    events = (*events[4:], EventLine(206.0, Priority.INFO, "On hold"))
    assert printer.update(replace(made.RUNNING, events=events)) == ["3:26 On hold."]


def test_after_a_red_event_the_lines_never_say_run() -> None:
    printer = begun()
    lines = printer.update(made.AFTER_RED_EVENT)
    assert lines[0] == (
        "3:23 WALK for 1:00 min, the rest is walking, then WALK for 1:00 min. "
        "Load so far: 38 % of plan."
    )
    following = replace(made.AFTER_RED_EVENT, segment_index=5)
    assert not any("RUN" in line for line in printer.update(following))


def test_the_end_is_said() -> None:
    printer = begun()
    over = replace(made.OVER, events=made.RUNNING.events)
    assert printer.update(over) == ["3:23 DONE. Well done. The session is over."]


def test_ascii_lines_are_ascii() -> None:
    printer = PlainLines(is_ascii=True)
    odd = replace(
        made.RUNNING,
        stage_title="6 × (1 run – 1 walk) …",
        patient="Zoë",
        word=Word.RUN,
        sentence="≥ 16 g",
    )
    lines = printer.update(odd)
    assert lines[0] == "Zo?, Return to run, 6 x (1 run - 1 walk) .... Plan of 9:00 min."
    assert any("RUN. >= 16 g" in line for line in lines)
    assert "".join(lines).isascii()


def test_the_ladder_is_said_once_with_what_waits_and_why() -> None:
    lines = PlainLines().update(replace(made.RUNNING, ladder=made.LADDER))
    assert lines[2:7] == [
        "Stage WR3, 1 of 2 sessions counted. Femoral neck, left.",
        "Waiting: Waits for a clinician's signature.",
        "Why: Two more clean sessions are asked for.",
        "Baseline W0 2.1 g, 40 days old.",
        "Baseline R0 5.0 g, 12 days old.",
    ]


def test_a_message_and_its_event_are_said_once() -> None:
    printer = begun()
    event = EventLine(204.0, Priority.INFO, "Message: Shorter steps")
    said = replace(
        made.RUNNING,
        t_s=204.0,
        message=Message("Shorter steps", 0.0),
        events=(*made.RUNNING.events, event),
    )
    assert printer.update(said) == ["3:24 Message: Shorter steps"]
    assert printer.update(replace(said, t_s=206.0, message=Message("Shorter steps", 2.0))) == []
    other = replace(said, t_s=207.0, message=Message("Well done", 0.0))
    assert printer.update(other) == ["3:27 Message: Well done"]
    assert printer.update(replace(other, t_s=240.0, message=None)) == []


def test_pain_is_asked_once_in_whatever_state() -> None:
    printer = begun(made.RED)
    asked = replace(made.RED, asks_pain=True)
    assert printer.update(asked) == [f"3:23 {ASK_PAIN}"]
    assert printer.update(asked) == []
    assert printer.update(made.RED) == []
    walk = replace(made.WALKING, asks_pain=True, sentence=ASK_PAIN, open_alarms=())
    lines = printer.update(walk)
    assert sum(ASK_PAIN in line for line in lines) == 1
    assert printer.update(replace(walk, asks_pain=False, sentence="Next.")) == []
    assert printer.update(walk) == [f"3:23 {ASK_PAIN}"], "asked again while the word stays"


def test_a_cut_short_is_said_with_what_is_walked() -> None:
    printer = begun()
    event = EventLine(203.0, Priority.MEDIUM, "Cut short: the rest is walking by the physio")
    cut = replace(
        made.AFTER_RED_EVENT,
        sentence="Walk for the rest of today: your physio cut the run short.",
        events=(*made.RUNNING.events, event),
    )
    lines = printer.update(cut)
    assert "3:23 WALK. Walk for the rest of today: your physio cut the run short." in lines
    assert f"3:23 Medium: {event.text}." in lines
