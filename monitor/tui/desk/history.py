"""What was done: fourteen days, each session, and how impact, cadence and load went on."""

from typing import ClassVar
from zoneinfo import ZoneInfo

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from monitor.between.history import (
    OUTCOME_GLYPHS,
    OUTCOME_WORDS,
    Done,
    HistoryView,
    history_view,
)
from monitor.commands.desk import Desk
from monitor.gate.words import SESSION_SENTENCES
from monitor.people.zones import past_text
from monitor.text import known
from monitor.tui.desk.home import now_of
from monitor.tui.desk.screen import COMMON, DeskScreen
from monitor.tui.desk.strip import STYLES, strip_text
from monitor.tui.desk.trend import Trend
from monitor.tui.desk.words import indented
from monitor.tui.panel import Line, spread
from monitor.wording import NOT_DEVICE

EMPTY = "No session yet. The next key: q goes back to the start, r there begins a session."

HEAD = f" {'when':<21}{'stage':<6}{'worth':<17}{'pain':>4}{'g':>7}{'spm':>6}{'load':>6}{'seen':>6}"


class HistoryScreen(DeskScreen):
    """The history of one patient.

    Parameters
    ----------
    name : str
        The pseudonym.
    """

    AUTO_FOCUS = "#done"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority: the list has a key of its own for it, and does not name it.
        Binding("enter", "look", "Look through", priority=True, tooltip="Look through the session"),
        *COMMON,
    ]

    def __init__(self, name: str) -> None:
        super().__init__()
        self.patient = name
        self.view: HistoryView | None = None
        self._zone: ZoneInfo | None = None
        self._trends = (
            Trend("Impact", "g, median", 1),
            Trend("Cadence", "spm, both feet", 0),
            Trend("Load", "% of plan", 0),
        )

    def compose(self) -> ComposeResult:
        """Lay out the strip, the sessions and the trends."""
        yield Line(id="title")
        yield Static(id="days", markup=False)
        with Horizontal(id="trends"):
            yield from self._trends
        yield Line(id="done-head")
        yield OptionList(id="done", markup=False)
        yield Static(id="done-why", markup=False)
        yield Footer(compact=True)

    def reload(self) -> None:
        """Read the record."""
        self.desk.read(self._read, self._take)

    def _read(self, desk: Desk) -> tuple[HistoryView, ZoneInfo]:
        case = desk.case(self.patient)
        return history_view(case.file.patient, case.outlook, case.zone, now_of(case)), case.zone

    def _take(self, found: tuple[HistoryView, ZoneInfo]) -> None:
        view, zone = found
        self.view, self._zone = view, zone
        if not self.is_mounted:
            return
        left = Content.assemble((f" {self.patient} ", "bold"), " history")
        notice = Content.styled(f" {NOT_DEVICE} ", "bold")
        self.query_one("#title", Line).say(spread(left, notice, self.size.width))
        self.query_one("#days", Static).update(strip_text(view.days))
        self.query_one("#done-head", Line).say(
            Content.styled(HEAD if view.sessions else "", "$soft")
        )
        done = self.query_one("#done", OptionList)
        done.clear_options()
        # The newest first: it is what is looked for.
        done.add_options(Option(row_of(session, zone)) for session in reversed(view.sessions))
        done.display = bool(view.sessions)
        if view.sessions:
            done.highlighted = 0
        else:
            self.query_one("#done-why", Static).update(EMPTY)
        impact, cadence, load = self._trends
        impact.show([session.impact_g for session in view.sessions])
        cadence.show([session.cadence_spm for session in view.sessions])
        load.show([session.load_pct for session in view.sessions])

    @property
    def chosen(self) -> Done | None:
        """The session under the bar."""
        place = self.query_one("#done", OptionList).highlighted
        if self.view is None or place is None or place >= len(self.view.sessions):
            return None
        return self.view.sessions[-1 - place]

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        chosen = self.chosen
        if chosen is not None:
            why = [f"- {SESSION_SENTENCES[reason]}" for reason in chosen.reasons]
            lines = indented(why or ["Nothing stands against it."], self.size.width)
            self.query_one("#done-why", Static).update("\n".join(lines))

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_look()

    def action_look(self) -> None:
        """Look through the chosen session."""
        if self.chosen is not None:
            self.desk.show_session(self.patient, self.chosen.id)


def row_of(done: Done, zone: ZoneInfo) -> Content:
    """Return one session as a row under ``HEAD``."""
    worth = f" {OUTCOME_GLYPHS[done.outcome]} {OUTCOME_WORDS[done.outcome]} "
    numbers = (
        f"{known(done.pain):>4}{known(done.impact_g, 1):>7}{known(done.cadence_spm):>6}"
        f"{_pct(done.load_pct):>6}{_pct(done.coverage_pct):>6}"
    )
    return Content.assemble(
        f"{past_text(done.t_s, zone):<21}",
        (f"{done.stage:<6}", "bold"),
        Content.styled(worth, STYLES[done.outcome]),
        " " * max(1, 17 - len(worth)),
        numbers,
    )


def _pct(value: float | None) -> str:
    return known(value) if value is None else f"{value:.0f}%"
