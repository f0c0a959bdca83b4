"""The open questions of earlier sessions, asked where the next one is about to begin."""

from collections.abc import Iterator
from typing import Final
from zoneinfo import ZoneInfo

from monitor.gate.events import When
from monitor.people.mornings import is_next_morning
from monitor.people.outlook import Outlook
from monitor.people.patient import Patient
from monitor.people.zones import past_text
from monitor.running.asking import Ask

TEXTS: Final = {
    When.DURING: "during that session, at its worst",
    When.AFTER: "in the hour after that session",
    When.NEXT_MORNING: "on the morning after that session",
}
"""The moments without whose answer no session counts."""


def open_asks(
    patient: Patient, outlook: Outlook, zone: ZoneInfo, now_s: int
) -> Iterator[tuple[str, When, Ask]]:
    """Yield what can be answered now: session, moment and question.

    Parameters
    ----------
    patient : Patient
        Whose.
    outlook : Outlook
        Now.
    zone : ZoneInfo
        The patient's: a next morning is a later day there.
    now_s : int
        UTC seconds since 1970.
    """
    waited_for = [session.id for session in outlook.sessions if session.needs_answers]
    for session in patient.with_open_answers:
        line = session.line
        if line is None or session.id not in waited_for:
            continue
        day = past_text(line.t_s, zone)
        for when in session.open_answers:
            has_come = when is not When.NEXT_MORNING or is_next_morning(line.t_s, now_s, zone)
            if when in TEXTS and has_come:
                text = f"Session of {day}: pain at the injury {TEXTS[when]}?"
                short = f"open:{when.value}" if session.id == waited_for[-1] else None
                ask = Ask(f"{session.id}:{when.value}", text, short_key=short)
                yield session.id, when, ask
