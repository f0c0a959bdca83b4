"""A graded session on the screen: its questions, the live screen with its own keys, its end."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from monitor.running.asking import Given
from monitor.running.options import RunOptions
from monitor.tui.app import LiveApp
from monitor.tui.dialogs import ChoiceDialog
from monitor.tui.live import PATIENT, LiveScreen
from monitor.tui.questions import QuestionScreen
from monitor.tui.runner import Graded, GradedRunner, Runner
from monitor.wording import GLYPHS


class GradedScreen(LiveScreen):
    """The live screen of a patient: opens in their view; warning signs, a clinician.

    Parameters
    ----------
    runner : GradedRunner
        The session.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "flag", "Flag", tooltip="Tell a warning sign: ends the session"),
        Binding("g", "let_go_on", "Go on", tooltip="A clinician lets it go on"),
    ]
    USUAL_VIEW = PATIENT

    def __init__(self, runner: GradedRunner) -> None:
        super().__init__(runner)
        self._graded = runner

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what the state allows."""
        snapshot = self._graded.snapshot
        if action == "let_go_on":
            return self._graded.supervised_by is not None and not snapshot.is_over
        if action == "flag":
            return bool(self._graded.red_flags) and not snapshot.is_over
        return super().check_action(action, parameters)

    def action_flag(self) -> None:
        """Ask which warning sign; it is written at once and ends the session."""
        flags = self._graded.red_flags

        def answered(number: int | None) -> None:
            if number:
                self._graded.flag(flags[number - 1].id)

        titles = tuple(flag.title for flag in flags)
        question = ChoiceDialog("Which warning sign? It ends the session.", titles)
        self.app.push_screen(question, answered)

    def action_let_go_on(self) -> None:
        """Let the session go on in the name of the clinician who is present."""
        if self._graded.let_go_on():
            self._say(f"Let go on by {self._graded.supervised_by}")


class GradedApp(LiveApp):
    """One graded session on the screen.

    Parameters
    ----------
    session : Graded
        The session; its first question waits for the first frame.
    given : Given
        Answers that were given beforehand.

    Attributes
    ----------
    said : dict of str to int
        The answers so far, by the key of the question.
    """

    FLOWS = frozenset({"open", "before", "session", "after"})

    def __init__(self, session: Graded, given: Given) -> None:
        super().__init__(lambda: None)
        self.said: dict[str, int] = dict(given.answers)
        self._graded = session

    async def _run(self, runner: Runner | None) -> None:  # noqa: ARG002 - there is none before it
        screen = QuestionScreen("Before the session", self.said)
        await self._show_alone(screen)
        self.run_worker(self._before(screen), name="before", exit_on_error=False)

    async def _before(self, screen: QuestionScreen) -> None:
        runner = await screen.take(self._graded.before())
        self.runner = runner
        await self._show_alone(GradedScreen(runner))
        self._session = self.run_worker(runner.run(), name="session", exit_on_error=False)

    async def _sum_up(self) -> None:
        if self._is_leaving:
            # The caller closes the session with what was said: nobody is asked any more.
            self.exit()
            return
        screen = QuestionScreen("After the session", self.said)
        await self._show_alone(screen)
        if self.runner is not None:
            # What ended the session stays in sight: it may say to call the clinician.
            snapshot = self.runner.snapshot
            screen.tell((f"{GLYPHS[snapshot.word]} {snapshot.word.value}  {snapshot.sentence}", ""))
        self.run_worker(self._after(screen), name="after", exit_on_error=False)

    async def _after(self, screen: QuestionScreen) -> None:
        await screen.take(self._graded.after())
        await super()._sum_up()


def show_run(options: RunOptions) -> int:
    """Run a graded session on the screen; returns the exit status, as without one."""
    status, lines = run_on_screen(options)
    print("\n".join(lines))
    return status


def run_on_screen(options: RunOptions) -> tuple[int, tuple[str, ...]]:
    """Run a graded session on the screen.

    Returns
    -------
    status : int
        As of ``stridegate run``.
    lines : tuple of str
        What it came to, or why none began.
    """
    from monitor.running.asking import drive
    from monitor.running.beginning import given_answers
    from monitor.running.graded import GradedSession, held
    from monitor.running.refusal import RefusalError
    from monitor.store.opening import open_store
    from monitor.store.places import user_places

    with held(open_store(user_places()), options.patient) as record:
        session = GradedSession(record, options)
        app = GradedApp(session, given_answers(record, options))
        app.run()
        if isinstance(app.error, RefusalError):
            return 1, app.error.lines
        runner = session.runner
        if runner is None or runner.live.result is None:
            if app.error is not None:
                raise app.error
            return 0, ("Left before the session began.",)
        # However the screen was left: what was run is closed.
        left = session.closed
        closed = left or drive(session.after(), lambda _lines: None, Given(app.said).answer)
        if app.error is not None:
            print("\n".join(closed.lines))
            raise app.error
        return 0 if closed.is_written and not runner.live.trouble else 1, closed.lines
