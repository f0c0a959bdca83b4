"""The patient's view: one word, the time left, one number; read from three metres.

The whole view has the colour of the word, its shape stands beside the time, and the word itself is
as large as the terminal allows: a state is told three times.
"""

from typing import Final

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from monitor.snapshot import Snapshot
from monitor.text import NOT_KNOWN
from monitor.tui.bigtext import BigText
from monitor.tui.hero import WORD_CLASSES, left_text, word_class
from monitor.tui.numbers import Look, main_rows
from monitor.tui.panel import Line, Panel, message_line, spread, wear
from monitor.tui.rail import segment_text
from monitor.wording import ASK_PAIN, GLYPHS, NOT_DEVICE, gait_of

BAR_CELLS: Final = 24
"""Cells of the impact bar at most."""

BAR_TOP: Final = 1.25
"""The bar ends at so much of the red limit: what is above is full. Design default."""

_MARKS: Final = {Look.AMBER: " ▼ ", Look.RED: " ▲ "}
"""A shape beside a number above its limit: the view's own colour leaves none for the number."""


def progress_text(s: Snapshot) -> str:
    """Return where the plan stands: ``run 3 of 6``; the contacts, or that it is over."""
    if s.is_over:
        return "the plan is over"
    if s.contacts is not None:
        done = NOT_KNOWN if s.contacts_done is None else str(s.contacts_done)
        return f"{done} of {s.contacts} contacts"
    if s.walks_the_rest:
        return "the rest is walking"
    return f"run {s.run_number} of {s.run_count}" if s.run_count else ""


def next_text(s: Snapshot) -> str:
    """Return the next segment: ``next WALK 1:00``."""
    if s.is_over or not s.segments:
        return ""
    if s.segment_index is None:
        return f"first {segment_text(s, 0)}"
    coming = s.segment_index + 1
    if coming >= len(s.segments):
        return "last segment"
    # After a red event the segments of one gait follow each other.
    while coming + 1 < len(s.segments) and gait_of(s, coming) is gait_of(s, s.segment_index):
        coming += 1
    return f"next {segment_text(s, coming)}"


def impact_bar(s: Snapshot, cells: int) -> str:
    """Return the last impact against the own limits as a bar; empty without limit or impact.

    Parameters
    ----------
    s : Snapshot
        The state.
    cells : int
        Room for the bar.
    """
    row = main_rows(s)[0]
    if s.impact is None or s.red_g is None or row.value == NOT_KNOWN or cells < 8:
        return ""
    top_g = BAR_TOP * s.red_g
    filled = cells if s.impact_is_at_least else min(cells, round(cells * s.impact.value / top_g))
    bar = list("█" * filled + "░" * (cells - filled))
    for limit_g in (s.amber_g, s.red_g):
        if limit_g is not None:
            bar[min(cells - 1, round(cells * limit_g / top_g))] = "┃"
    return "".join(bar)


class PatientLine(Panel):
    """Two ends of a line: what comes next, and how far the plan is."""

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return the one line."""
        left = Content.styled(f" {next_text(snapshot)}", "bold")
        right = Content.styled(f"{progress_text(snapshot)} ", "bold")
        return [spread(left, right, self.size.width)]


class PatientHead(Panel):
    """Whose session it is, and that this is no medical device; a message takes the whole line."""

    def show(self, snapshot: Snapshot) -> None:
        """Show a Snapshot; where there is room for the time alone, a message only."""
        self.display = snapshot.message is not None or not self.screen.has_class("-tiny")
        super().show(snapshot)

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return the one line."""
        if snapshot.message is not None:
            return [message_line(snapshot.message.text, self.size.width)]
        left = Content.styled(f" {snapshot.patient} · {snapshot.stage_title}", "bold")
        return [spread(left, Content(f"{NOT_DEVICE} "), self.size.width)]


class PatientAsked(Panel):
    """The question for the pain, where the sentence says something else; hidden otherwise."""

    def show(self, snapshot: Snapshot) -> None:
        """Show a Snapshot."""
        self.display = snapshot.asks_pain and snapshot.sentence != ASK_PAIN
        super().show(snapshot)

    def lines(self, snapshot: Snapshot) -> list[Content]:  # noqa: ARG002 - the same in every state
        """Return the question."""
        return [Content.styled(f" {ASK_PAIN}".ljust(self.size.width), "bold reverse")]


class PatientSentence(Panel):
    """What to do now, in one sentence; the word before it where it stands nowhere else."""

    def lines(self, snapshot: Snapshot) -> list[Content]:
        """Return the sentence."""
        word = f"{GLYPHS[snapshot.word]} {snapshot.word.value}"
        if self.screen.has_class("-tiny"):
            return [Content.styled(word, "bold")]
        if self.screen.has_class("-flat"):
            return [Content.styled(f"{word}  {snapshot.sentence}", "bold")]
        return [Content.styled(f" {snapshot.sentence}", "bold")]


class PatientView(Vertical):
    """Word, shape, time left and the last impact on one fill of colour."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._word = BigText("center", id="patient-word")
        self._shape = BigText("left", id="patient-shape")
        self._left = BigText("center", id="patient-left")
        self._impact = BigText("right", id="patient-impact")
        self._limits = Line(id="patient-limits")
        self._bar = Line(id="patient-bar")
        self._head = PatientHead(id="patient-head")
        self._asked = PatientAsked(id="patient-asked")
        self._sentence = PatientSentence(id="patient-sentence")
        self._line = PatientLine(id="patient-line")

    def compose(self) -> ComposeResult:
        """Lay out the parts."""
        yield self._head
        yield self._word
        with Horizontal(id="patient-time"):
            yield self._shape
            yield self._left
        with Horizontal(id="patient-number"):
            yield self._impact
            with Vertical(id="patient-note"):
                yield self._limits
                yield self._bar
        yield self._asked
        yield self._sentence
        yield self._line

    def show(self, snapshot: Snapshot) -> None:
        """Show a Snapshot."""
        if not self.display:
            return
        self._word.value = snapshot.word.value
        self._shape.value = GLYPHS[snapshot.word]
        self._left.value = "" if snapshot.is_over else left_text(snapshot)
        row = main_rows(snapshot)[0]
        self._impact.value = row.value
        self._limits.say(f"{_MARKS.get(row.look, '')}impact, {row.unit or 'g'} · {row.note}")
        self._bar.say(impact_bar(snapshot, min(BAR_CELLS, self._bar.size.width)))
        for panel in (self._head, self._asked, self._sentence, self._line):
            panel.show(snapshot)
        wear(self, word_class(snapshot.word), WORD_CLASSES)
