"""The app between the runs: home, questions, review, history, limits, the clinician's list."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar, TypeVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from monitor.commands.asking import Asking
from monitor.commands.desk import Case, Desk, Done
from monitor.commands.questions import open_flow
from monitor.errors import ProgrammeError, UsageError
from monitor.store.opening import open_store
from monitor.store.places import user_places
from monitor.tui.desk.asker import LeftError, ScreenAsker
from monitor.tui.desk.errands import DemoErrand, Errand, RunErrand
from monitor.tui.desk.screen import DeskScreen
from monitor.tui.dialogs import TextDialog
from monitor.tui.looks import LookingApp
from monitor.tui.questions import QuestionScreen
from sensors.errors import SensorError

T = TypeVar("T")

OpenDesk = Callable[[Asking, bool], Desk]
"""Opens the record for whoever is asked, and makes it where told so; raises UsageError where there
is none."""

ActOn = Callable[[Desk, ScreenAsker], Done]
"""Does one act: reads, asks, writes."""

FOLDER = Path(__file__).parent


class DeskApp(LookingApp):
    """The screens between the runs.

    Parameters
    ----------
    start : callable
        Makes the first screen.
    notice : str
        What is told once the first screen stands; empty where nothing is.
    open_desk : callable, optional
        Opens another record than the user's; called in a thread for every look and every act.

    Attributes
    ----------
    errand : Errand or None
        What is to be done outside once the app has closed.
    """

    CSS_PATH: ClassVar[list[str | Path]] = [  # type: ignore[assignment]
        FOLDER.parent / "live.tcss",
        FOLDER / "desk.tcss",
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+c,ctrl+q", "quit", show=False, priority=True),
    ]

    def __init__(
        self,
        start: Callable[[], Screen[None]],
        notice: str = "",
        open_desk: OpenDesk | None = None,
    ) -> None:
        super().__init__()
        self.errand: Errand | None = None
        self._open_desk = open_user_desk if open_desk is None else open_desk
        self._start = start
        self._notice = notice
        self._askers: set[ScreenAsker] = set()

    def on_mount(self) -> None:
        """Show the first screen."""
        super().on_mount()
        self.push_screen(self._start())
        if self._notice:
            self.call_after_refresh(self.refuse, self._notice)

    def on_unmount(self) -> None:
        """Let every act go that waits for an answer."""
        for asker in tuple(self._askers):
            asker.leave()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Add every key of the screen to the palette."""
        if isinstance(screen, DeskScreen):
            yield from screen.commands()
        yield from super().get_system_commands(screen)

    def back(self) -> None:
        """Leave a screen; from the first one, close."""
        # Under the first screen stands Textual's own empty one.
        if len(self.screen_stack) > 2:
            self.pop_screen()
        else:
            self.exit()

    # ---- the record, always in a thread

    def read(self, look: Callable[[Desk], T], then: Callable[[T], object]) -> None:
        """Look at the record and show what was found; what is in the way is told."""

        def work() -> None:
            self._attempt(lambda asker: look(self._open_desk(asker, False)), then)

        self.run_worker(work, thread=True, group="read")

    def work(self, job: Callable[[], T], then: Callable[[T], object]) -> None:
        """Do what needs no record and takes a while."""

        def work() -> None:
            self._attempt(lambda _asker: job(), then)

        self.run_worker(work, thread=True, group="read")

    @property
    def has_record(self) -> bool:
        """Whether there is a record to look at."""
        return user_places().store.exists()

    def act(
        self, do: ActOn, then: Callable[[Done], object] | None = None, *, makes: bool = False
    ) -> None:
        """Do one act at a time; what it came to is told, and the screen shows the record anew.

        Parameters
        ----------
        do : callable
            The act.
        then : callable, optional
            Called with what it came to, before that is told.
        makes : bool
            Whether the record is made where there is none.
        """
        if self._askers:
            return

        def done(result: Done) -> None:
            if then is not None:
                then(result)
            self.tell_done(result.lines)

        def work() -> None:
            self._attempt(lambda asker: do(self._open_desk(asker, makes), asker), done, is_act=True)

        self.run_worker(work, thread=True, group="act")

    def act_on(self, patient: str, do: Callable[[Case, ScreenAsker], Done]) -> None:
        """Do one act about a patient."""
        self.act(lambda desk, asker: do(desk.case(patient), asker))

    def _attempt(
        self,
        work: Callable[[ScreenAsker], T],
        then: Callable[[T], object],
        *,
        is_act: bool = False,
    ) -> None:
        asker = ScreenAsker(self)
        if is_act:
            self._askers.add(asker)
        try:
            found = work(asker)
        except LeftError as error:
            self._in_app(self.notify, str(error))
        except (UsageError, ProgrammeError, SensorError) as error:
            self._in_app(self.refuse, str(error))
        else:
            self._in_app(then, found)
        finally:
            self._askers.discard(asker)

    def _in_app(self, call: Callable[..., object], *given: object) -> None:
        if self.is_running:
            self.call_from_thread(call, *given)

    def refuse(self, sentence: str) -> None:
        """Say why something was not done, and how to mend it."""
        self.push_screen(TextDialog("Not done", sentence))

    def tell_done(self, lines: tuple[str, ...]) -> None:
        """Say what an act came to."""
        self.push_screen(TextDialog("Done", "\n".join(lines)))

    # ---- where the keys lead

    def leave_to_run(self, patient: str, is_virtual: bool, supervisor: str | None) -> None:
        """Close, to run a session; the app comes back after it."""
        self.errand = RunErrand(patient, is_virtual, supervisor)
        self.exit()

    def leave_to_demo(self) -> None:
        """Close, to run the demo; the app comes back after it."""
        self.errand = DemoErrand()
        self.exit()

    def ask_supervisor(self, clinicians: tuple[str, ...], then: Callable[[str], None]) -> None:
        """Ask which clinician is present."""
        from monitor.tui.desk.dialogs import ListDialog

        def chosen(place: int | None) -> None:
            if place is not None:
                then(clinicians[place])

        question = "This stage is run with a clinician present. Who is?"
        self.push_screen(ListDialog(question, clinicians), chosen)

    def ask_open(self, patient: str) -> None:
        """Ask what is open, one question after the other."""
        self.read(lambda desk: desk.case(patient), self._ask_open)

    async def _ask_open(self, case: Case) -> None:
        screen = OpenQuestions(case.file.patient.name)
        await self.push_screen(screen)
        self.run_worker(self._take(screen, case), group="questions", exclusive=True)

    async def _take(self, screen: "OpenQuestions", case: Case) -> None:
        try:
            await screen.take(open_flow(case))
        except (UsageError, ProgrammeError) as error:
            screen.tell(("", f"Not written: {error}"))
        screen.tell(("", "Esc goes back."))

    def show_home(self, patient: str) -> None:
        """Show one patient."""
        from monitor.tui.desk.home import HomeScreen

        self.push_screen(HomeScreen(patient))

    def show_patients(self) -> None:
        """Show the clinician's list; back to it where it stands already."""
        from monitor.tui.desk.patients import PatientsScreen

        if any(isinstance(screen, PatientsScreen) for screen in self.screen_stack):
            self.back()
        else:
            self.push_screen(PatientsScreen())

    def show_history(self, patient: str) -> None:
        """Show what was done."""
        # Not at the top: its plots load numpy.
        from monitor.tui.desk.history import HistoryScreen

        self.push_screen(HistoryScreen(patient))

    def show_session(self, patient: str, session: str) -> None:
        """Look through a recorded session."""
        from monitor.tui.desk.review import ReviewScreen
        from monitor.tui.desk.sessions import session_source

        self.read(
            lambda desk: session_source(desk.case(patient), session),
            lambda source: self.push_screen(ReviewScreen(source)),
        )

    def show_limits(self, patient: str) -> None:
        """Edit a patient's limits."""
        from monitor.tui.desk.limits import LimitsScreen

        self.read(
            lambda desk: desk.case(patient),
            lambda case: self.push_screen(LimitsScreen(case)),
        )

    def show_setup(self) -> None:
        """Show the guided set-up."""
        from monitor.tui.desk.setup import SetupScreen

        self.push_screen(SetupScreen())


class OpenQuestions(QuestionScreen):
    """The open questions between the runs; Esc goes back, and leaves the rest open."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "back", "Back", key_display="Esc")]

    def __init__(self, patient: str) -> None:
        super().__init__(f"What is asked of {patient}", {})

    def action_back(self) -> None:
        """Leave every question that is still open."""
        self.app.workers.cancel_group(self.app, "questions")
        self.app.pop_screen()


def open_user_desk(asker: Asking, make: bool) -> Desk:
    """Open the user's record for whoever is asked."""
    return Desk(open_store(user_places(), make=make), asker)
