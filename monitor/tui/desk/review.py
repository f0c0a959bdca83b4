"""A recorded session to look through: what the screen showed at any second, segment by segment."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Footer, Static

from analysis.step import Gait
from monitor.between.review import FRAME_S, Review, reviewed
from monitor.record import read_session
from monitor.snapshot import Snapshot, Word
from monitor.text import clock_text
from monitor.tui.desk.asker import LEFT, LeftError
from monitor.tui.desk.screen import COMMON, DeskScreen
from monitor.tui.desk.scrubber import Scrubber
from monitor.tui.desk.segments import table_text
from monitor.tui.desk.sessions import SessionSource
from monitor.tui.desk.words import indented
from monitor.tui.hero import word_class
from monitor.tui.impactplot import ImpactPlot
from monitor.tui.numberpanel import STYLES
from monitor.tui.numbers import main_rows, side_rows
from monitor.tui.panel import Line, spread
from monitor.tui.sessionstrip import SessionStrip
from monitor.wording import GLYPHS, NOT_DEVICE

SPEEDS = (1.0, 2.0, 4.0, 10.0, 30.0, 60.0)
"""Session seconds per second of playing."""

TICK_S = 0.1
"""s. How often the mark moves while it plays."""

TABLE_ROWS = 18
"""Rows of the table where it stands below a plot: a walk-run of the ladder has 14 segments."""


class ReviewScreen(DeskScreen):
    """One recorded session.

    Parameters
    ----------
    source : SessionSource
        The recording, and what the record says of it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "move(-1)", "−1 s", tooltip="A second back"),
        Binding("right", "move(1)", "+1 s", tooltip="A second on"),
        Binding("pageup", "move(-10)", show=False, tooltip="Ten seconds back"),
        Binding("pagedown", "move(10)", show=False, tooltip="Ten seconds on"),
        Binding(
            "shift+left,comma",
            "segment(False)",
            "Segment",
            key_display="⇧←→",
            tooltip="The segment before",
        ),
        Binding("shift+right,full_stop", "segment(True)", show=False, tooltip="The next segment"),
        Binding("home", "start", show=False, tooltip="To the beginning"),
        Binding("end", "end", show=False, tooltip="To the end"),
        Binding("space", "play", "Play", tooltip="Play from here, or stop"),
        Binding("plus,equals_sign", "speed(1)", "Speed", key_display="+-", tooltip="Play faster"),
        Binding("minus", "speed(-1)", show=False, tooltip="Play slower"),
        *COMMON,
    ]

    def __init__(self, source: SessionSource) -> None:
        super().__init__()
        self.source = source
        self.review: Review | None = None
        self.t_s = 0.0
        self.speed = SPEEDS[2]
        self.is_playing = False
        self._has_left = False

    def compose(self) -> ComposeResult:
        """Lay out the word, the numbers, the place, the segments and the decision."""
        yield Line(id="title")
        yield Static(id="review-word", markup=False)
        yield Static(id="review-numbers", markup=False)
        yield SessionStrip(id="review-strip")
        yield Scrubber(id="scrubber")
        yield Static(id="review-table", markup=False)
        yield Static(id="review-worth", markup=False)
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Decide the session in a thread; its end is shown first."""
        self.query_one("#review-word", Static).update("Deciding the session again…")
        self.desk.work(self._decide, self._take)
        self.set_interval(TICK_S, self._tick)

    def on_unmount(self) -> None:
        """Let the deciding end where nobody waits for it any more."""
        self._has_left = True

    def on_resize(self) -> None:
        """Show the moment in the new layout."""
        self.call_after_refresh(self.show)

    def _decide(self) -> Review:
        def on_second(t_s: float) -> None:
            if self._has_left:
                raise LeftError(LEFT)
            if round(t_s) % 60 == 0 and self.app.is_running:
                self.app.call_from_thread(self._progress, t_s)

        return reviewed(read_session(self.source.path), on_second)

    def _progress(self, t_s: float) -> None:
        if self.is_mounted and self.review is None:
            text = f"Deciding the session again… {clock_text(t_s)}"
            self.query_one("#review-word", Static).update(text)

    def _take(self, review: Review) -> None:
        if not self.is_mounted:
            return
        self.review = review
        self.t_s = review.end_s
        # Only now: it draws from its first moment on.
        self.mount(
            ImpactPlot(lambda: review.at(self.t_s), id="review-plot"), after="#review-numbers"
        )
        self.call_after_refresh(self.show)

    def show(self) -> None:
        """Show the moment."""
        review = self.review
        if review is None or not self.is_mounted:
            return
        s = review.at(self.t_s)
        left = Content.styled(f" {self.source.title} ", "bold")
        playing = f"▶ {self.speed:g}×  " if self.is_playing else f"{self.speed:g}×  "
        notice = Content.styled(f" {playing}{NOT_DEVICE} ", "bold")
        self.query_one("#title", Line).say(spread(left, notice, self.size.width))
        head = self.query_one("#review-word", Static)
        head.update(f" {GLYPHS[s.word]} {s.word.value}  {s.sentence}")
        for word in Word:
            head.set_class(word is s.word, word_class(word))
        self.query_one("#review-numbers", Static).update(numbers_text(s))
        end = review.frames[-1]
        strip = self.query_one(SessionStrip)
        strip.hold_limits(review.amber_g, review.red_g)
        strip.show(end)
        begins = tuple(
            (row.begin_s, Gait(row.gait)) for row in review.segments if row.begin_s is not None
        )
        self.query_one(Scrubber).show(s, end, begins)
        table = self.query_one("#review-table", Static)
        is_large = self.has_class("-tall") or self.has_class("-high")
        rows = TABLE_ROWS if is_large else table.size.height
        table.update(table_text(review.segments, review.segment_at(self.t_s), rows))
        # The record's own words first: it knows the answers, which the recording does not.
        said = self.source.outcome or review.result.worth_lines()
        lines = indented((*review.damage, *said), self.size.width)
        self.query_one("#review-worth", Static).update("\n".join(lines))
        for plot in self.query(ImpactPlot):
            plot.display = is_large
            if plot.display:
                plot.draw()

    # ---- keys

    def action_move(self, seconds: int) -> None:
        """Move by seconds."""
        self._to(self.t_s + seconds * FRAME_S)

    def action_segment(self, is_ahead: bool) -> None:
        """Move to where the segment before or after begins."""
        if self.review is not None:
            self._to(self.review.neighbour_s(self.t_s, ahead=is_ahead))

    def action_start(self) -> None:
        """Move to the beginning."""
        self._to(0.0)

    def action_end(self) -> None:
        """Move to the end."""
        if self.review is not None:
            self._to(self.review.end_s)

    def action_play(self) -> None:
        """Play from here; from the end, from the beginning; or stop."""
        if self.review is None:
            return
        if not self.is_playing and self.t_s >= self.review.end_s:
            self.t_s = 0.0
        self.is_playing = not self.is_playing
        self.show()

    def action_speed(self, step: int) -> None:
        """Play faster or slower."""
        place = SPEEDS.index(self.speed) + step
        self.speed = SPEEDS[min(len(SPEEDS) - 1, max(0, place))]
        self.show()

    def _tick(self) -> None:
        if self.is_playing and self.review is not None:
            self._to(self.t_s + self.speed * TICK_S)
            self.is_playing = self.t_s < self.review.end_s

    def _to(self, t_s: float) -> None:
        if self.review is not None:
            self.t_s = min(self.review.end_s, max(0.0, t_s))
            self.show()


def numbers_text(s: Snapshot) -> Content:
    """Return the numbers of a moment in one or two lines, each with its unit."""
    parts = [Content.styled(f" {clock_text(s.t_s)} ", "bold")]
    for row in (*main_rows(s), *side_rows(s)[:2]):
        value = f"{row.value} {row.unit}".strip()
        name = row.name.removesuffix(" ●")
        parts.append(
            Content.assemble((f" {name} ", "$soft"), Content.styled(f" {value} ", STYLES[row.look]))
        )
    return Content("").join(parts)
