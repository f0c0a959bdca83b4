"""One patient between the runs: may I run, when, what is missing, and the one key that leads on."""

from textwrap import wrap
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Static

from monitor.between.home import HomeView, MayRun, home_view
from monitor.commands.desk import Case, Desk
from monitor.ladderview import LadderView
from monitor.people.ladderviews import ladder_view
from monitor.tui.bigtext import BigText
from monitor.tui.desk.screen import COMMON, DeskScreen
from monitor.tui.desk.words import FILLS, MAY_RUN_GLYPHS
from monitor.tui.hero import word_class
from monitor.tui.ladder import rungs_text
from monitor.tui.panel import Line, spread
from monitor.wording import NOT_DEVICE

NAME_CELLS = 10
"""Cells of the names at the left."""

AWAITS = "Reading the record…"


class HomeScreen(DeskScreen):
    """One patient.

    Parameters
    ----------
    name : str
        The pseudonym.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "run", "Run", tooltip="Begin the session"),
        Binding("a", "answer", "Answer", tooltip="Answer what is asked"),
        Binding("h", "history", "History", tooltip="Look at what is done"),
        Binding("s", "last", "Last session", tooltip="Look through the last session"),
        Binding("c", "clinic", "Clinic", tooltip="The clinician's list of patients"),
        Binding("l", "limits", "Limits", show=False, tooltip="Edit this patient's limits"),
        Binding("enter", "next", show=False, tooltip="Do what is next"),
        *COMMON,
    ]

    def __init__(self, name: str) -> None:
        super().__init__()
        self.patient = name
        self.view: HomeView | None = None
        self._ladder: LadderView | None = None
        self._supervisors: tuple[str, ...] = ()
        self._is_supervised = False

    def compose(self) -> ComposeResult:
        """Lay out the word, the ladder, what is missing and the next key."""
        yield Line(id="title")
        with Vertical(id="may"):
            yield BigText("left", id="may-word")
            yield Static(id="may-line", markup=False)
        yield Line(id="home-ladder")
        with VerticalScroll(id="home-lines", can_focus=False):
            yield Static(AWAITS, id="home-text", markup=False)
        yield Line(id="home-next")
        yield Footer(compact=True)

    def on_resize(self) -> None:
        """Lay the lines out anew."""
        self.call_after_refresh(self.show)

    def reload(self) -> None:
        """Read the record; a session or an answer may have come to it."""
        self.desk.read(self._read, self._take)

    def _read(self, desk: Desk) -> tuple[HomeView, LadderView, tuple[str, ...], bool]:
        case = desk.case(self.patient)
        now_s = now_of(case)
        stage = case.outlook.decision.stage
        supervised = stage is not None and case.file.programme.stage(stage).is_supervised
        view = home_view(case.file.programme, case.file.patient, case.outlook, case.zone, now_s)
        ladder = ladder_view(case.file, case.outlook, now_s)
        return view, ladder, tuple(case.file.clinic.clinicians), supervised

    def _take(self, found: tuple[HomeView, LadderView, tuple[str, ...], bool]) -> None:
        self.view, self._ladder, self._supervisors, self._is_supervised = found
        self.show()

    def show(self) -> None:
        """Show what was read."""
        view = self.view
        if view is None or not self.is_mounted:
            return
        left = Content.assemble((f" {view.patient} ", "bold"), (f" {view.site}", "$soft"))
        if view.is_demo:
            left = Content.assemble(left, ("  made up, to learn", "bold $amber"))
        notice = Content.styled(f" {NOT_DEVICE} ", "bold")
        self.query_one("#title", Line).say(spread(left, notice, self.size.width))
        may = self.query_one("#may")
        for word in MayRun:
            may.set_class(word is view.may_run, word_class(FILLS[word]))
        self.query_one("#may-word", BigText).value = view.may_run.value
        glyph = MAY_RUN_GLYPHS[view.may_run]
        self.query_one("#may-line", Static).update(f"{glyph} {view.headline}")
        if self._ladder is not None:
            rungs = rungs_text(self._ladder, max(0, self.size.width - 2))
            self.query_one("#home-ladder", Line).say(Content.assemble(" ", rungs))
        self.query_one("#home-text", Static).update(lines_of(view, self.size.width))
        key = view.next_key
        told = Content.assemble(
            ("  Next  ", "bold"), (f" {key} ", "bold $run-ink on $run-fill"), f"  {view.next_words}"
        )
        self.query_one("#home-next", Line).say(told)
        self.refresh_bindings()

    # ---- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer what the state allows."""
        if action == "run":
            view = self.view
            return view is not None and (view.is_unclosed or view.may_run is MayRun.YES)
        if action == "last":
            return self.view is not None and self.view.last_session is not None
        return True

    def action_run(self) -> None:
        """Begin a session; a supervised stage asks who is present."""
        if self.view is None:
            return
        if self._is_supervised and self._supervisors:
            self.desk.ask_supervisor(self._supervisors, self._run)
        else:
            self._run(None)

    def _run(self, supervisor: str | None) -> None:
        if self.view is not None:
            self.desk.leave_to_run(self.patient, self.view.is_demo, supervisor)

    def action_answer(self) -> None:
        """Ask what is open."""
        self.desk.ask_open(self.patient)

    def action_history(self) -> None:
        """Show what was done."""
        self.desk.show_history(self.patient)

    def action_last(self) -> None:
        """Look through the last session."""
        if self.view is not None and self.view.last_session is not None:
            self.desk.show_session(self.patient, self.view.last_session)

    def action_clinic(self) -> None:
        """Show the list of patients."""
        self.desk.show_patients()

    def action_limits(self) -> None:
        """Edit the limits."""
        self.desk.show_limits(self.patient)

    async def action_next(self) -> None:
        """Do what is next."""
        if self.view is not None:
            actions = {"r": "run", "a": "answer", "h": "history", "c": "clinic"}
            await self.run_action(f"screen.{actions[self.view.next_key]}")


def now_of(case: Case) -> int:
    """Return the time of the desk, never before the record's end."""
    return max(case.desk.now_s, case.file.patient.last_t_s)


def lines_of(view: HomeView, cells: int) -> Content:
    """Return the lines under the word: where the patient stands, why, and what is missing.

    Parameters
    ----------
    view : HomeView
        What is shown.
    cells : int
        Room; a sentence goes on under its beginning.
    """
    rows: list[tuple[str, str]] = [("Stage", f"{view.stage}  {view.stage_title}")]
    rows.append(("Phase", view.phase + (f"; {view.counted}" if view.counted else "")))
    rows.append(("When", view.when))
    rows += _under("Missing", view.missing or ("nothing",))
    rows += _under("Why", view.why)
    if view.last_session is None:
        rows.append(("Last", "no session yet"))
    room = max(20, cells - NAME_CELLS - 1)
    parts = [
        Content.assemble((f" {name if first else '':<{NAME_CELLS - 1}}", "$soft"), (line, "bold"))
        for name, text in rows
        for first, line in zip((True, *(False,) * len(text)), wrap(text, room), strict=False)
    ]
    return Content("\n").join(parts)


def _under(name: str, texts: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(name if place == 0 else "", text) for place, text in enumerate(texts)]
