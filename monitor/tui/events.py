"""Open alarms first, then the newest events: as many as there is room for."""

from textual.content import Content

from monitor.snapshot import EventLine, Priority, Snapshot
from monitor.text import clock_text
from monitor.tui.panel import Panel
from monitor.wording import PRIORITY_GLYPHS

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


class Events(Panel):
    """The alarms that stand and the last events, newest at the top."""

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return as many lines as the panel is high."""
        alarms = [
            Content.styled(f" ▲ {text} ", "bold $red-ink on $red-fill")
            for text in snapshot.open_alarms
        ]
        events = [event_line(event) for event in reversed(snapshot.events)]
        if not alarms and not events:
            events = [Content.styled(" Nothing has happened yet", "$soft")]
        width, height = self.size
        return [line.truncate(width, ellipsis=True) for line in (alarms + events)[:height]]
