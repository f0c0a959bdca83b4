"""Do the gate and its second evaluator agree? ``tests/gate_agreement.py [HISTORIES] [SEED]``.

Each made history is read by both. They are compared after every event, field by field of the
state, and in the decision at the end. Without arguments it is 100 000 histories from seed 0. The
exit status is 1 at the first disagreement, which is printed with its log.
"""

import sys
from collections import Counter

from gate_by_text import Reading, seconds
from gate_histories import History, make_history

from monitor.gate import read_log
from monitor.gate.course import Course, Standing
from monitor.gate.decision import decide
from monitor.gate.events import Enrol
from monitor.gate.ladder import build_ladder
from monitor.gate.times import time_s
from monitor.programme.file import load_programme
from monitor.programme.model import Programme

LONG = 100_000
"""Histories of the long form."""


def disagreement(programme: Programme, history: History) -> str | None:
    """Return where the two evaluators differ on a history; None where they agree."""
    events = read_log(history.content, programme)
    assert isinstance(events[0], Enrol)
    course, reading = Course(build_ladder(programme, events[0])), Reading(history.lines)
    for number, event in enumerate(events, 1):
        course.take(event)
        reading.read_line()
        if (ours := state(course)) != (text := state_by_text(reading)):
            return f"after line {number}: the gate has {ours}, the text {text}"
    now_s = time_s(history.at)
    assert now_s == seconds(history.at)
    ours_decided = decide(programme, events, now_s).as_dict()
    by_text = reading.decision(now_s)
    if ours_decided != by_text:
        return f"at {history.at}: the gate decides {ours_decided}, the text {by_text}"
    return None


def state(course: Course) -> tuple[object, ...]:
    """Return the state of section 5.3 that the gate holds."""
    position, rung = course.position, course.position.rung
    return (
        course.standing.value,
        None if rung is None else rung.id,
        None if rung is None else position.entered_s,
        position.count,
        None if rung is None else position.phase_entered_s,
        position.is_completed,
        list(course.lock_reasons) if course.standing is Standing.LOCKED else [],
        {record.session.id: record.outcome.name for record in course.history.records},
    )


def state_by_text(reading: Reading) -> tuple[object, ...]:
    """Return the same of the second evaluator."""
    return (
        reading.status,
        reading.stage,
        None if reading.stage is None else reading.entered,
        reading.count,
        reading.phase_entered,
        reading.completed,
        reading.reasons if reading.status == "locked" else [],
        reading.outcomes,
    )


def main(histories: int = LONG, first_seed: int = 0) -> int:
    """Compare so many histories; return 1 at the first disagreement."""
    programme = load_programme("hip-bsi")
    seen: Counter[str] = Counter()
    for seed in range(first_seed, first_seed + histories):
        history = make_history(programme, seed)
        if (found := disagreement(programme, history)) is not None:
            print(history.content.decode())
            print(f"history {seed}: {found}")
            return 1
        events = read_log(history.content, programme)
        decision = decide(programme, events, time_s(history.at))
        seen.update([decision.status.value, *decision.reasons])
    counts = ", ".join(f"{name} {number}" for name, number in sorted(seen.items()))
    print(f"{histories} histories agree; decided: {counts}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
