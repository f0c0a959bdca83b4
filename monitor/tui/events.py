"""Open alarms first, then messages and events: as many as there is room for."""

from textual.content import Content

from monitor.snapshot import EventLine, Priority, Snapshot
from monitor.text import clock_text
from monitor.tui.panel import Panel
from monitor.wording import ASK_PAIN, PRIORITY_GLYPHS

STYLES = {
    Priority.HIGH: "bold $stop-ink on $stop-fill",
    Priority.MEDIUM: "bold $amber-ink on $amber-fill",
    Priority.LOW: "bold $step",
    Priority.TECHNICAL: "bold $blank-ink on $blank-fill",
    Priority.INFO: "$soft",
}


def event_line(event: EventLine) -> Content:
    """Return one event: time, glyph of its priority, text."""
    glyph = Content.styled(f" {PRIORITY_GLYPHS[event.priority]} ", STYLES[event.priority])
    time = Content.styled(f" {clock_text(int(event.t_s)):>5} ", "$soft")
    return Content.assemble(time, glyph, f" {event.text}")


def talk_lines(s: Snapshot) -> list[str]:
    """Return what the patient is told and asked now, as far as the sentence does not say it."""
    said = [] if s.message is None else [s.message.text]
    return [*said, ASK_PAIN] if s.asks_pain and s.sentence != ASK_PAIN else said


class Events(Panel):
    """The alarms that stand, what the patient is told, and the last events, newest at the top."""

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return as many lines as the panel is high."""
        alarms = [
            Content.styled(f" ▲ {text} ", "bold $red-ink on $red-fill")
            for text in snapshot.open_alarms
        ]
        alarms += [Content.styled(f" ✉ {text} ", "bold reverse") for text in talk_lines(snapshot)]
        events = [event_line(event) for event in reversed(snapshot.events)]
        if not alarms and not events:
            events = [Content.styled(" Nothing has happened yet", "$soft")]
        width, height = self.size
        return [line.truncate(width, ellipsis=True) for line in (alarms + events)[:height]]
