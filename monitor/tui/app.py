"""The app around a session: first frame at once, then the session, then its summary."""

import asyncio
import contextlib
import importlib
import signal
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from monitor.marks import MarkKind
from monitor.sound.speaker import Speaker
from monitor.tui.dialogs import AskDialog
from monitor.tui.live import LiveScreen
from monitor.tui.looks import LookingApp
from monitor.tui.runner import Runner
from monitor.tui.summary import SummaryScreen
from monitor.wording import NOT_DEVICE

LEAVE_S = 3.0
"""s. A session that is told to stop gets this long to close its recording, then it is cancelled."""


ENDED_BY = {
    "SIGHUP": "The terminal was closed: the session ends",
    "SIGTERM": "The program was told to end: the session ends",
}
"""What stands in the recording where nobody was there to be asked."""


class OpeningScreen(Screen[None]):
    """What is seen while analysis and Bluetooth are loaded."""

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        yield Static(f"StrideGate\n\nOpening the session…\n\n{NOT_DEVICE}", id="opening")


class LiveApp(LookingApp):
    """One session on the screen.

    Parameters
    ----------
    open_session : callable
        Returns the session; it may take seconds and runs in a thread, behind the first frame.
    auto_exit_s : float, optional
        How long the summary stands before the app closes by itself; it waits for a key without.

    Attributes
    ----------
    runner : Runner or None
        The session once it is open.
    speaker : Speaker
        Lets cues be heard.
    error : BaseException or None
        What ended opening or running; the caller raises it once the terminal is its own again.
    """

    FLOWS: ClassVar[frozenset[str]] = frozenset({"open", "session"})
    """The workers whose end in trouble is the app's."""

    CSS_PATH = Path(__file__).with_name("live.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "Quit", tooltip="Close; asks while a session runs"),
        # With priority: also over a dialog these ask, and never end a session silently.
        Binding("ctrl+c,ctrl+q", "quit", show=False, priority=True),
    ]

    def __init__(
        self, open_session: Callable[[], Runner | None], *, auto_exit_s: float | None = None
    ) -> None:
        super().__init__()
        self.runner: Runner | None = None
        self.error: BaseException | None = None
        self._open_session = open_session
        self._auto_exit_s = auto_exit_s
        self._session: Worker[None] | None = None
        self._is_leaving = False
        self.speaker = Speaker(self.bell, is_on=self.settings.sound)

    def get_default_screen(self) -> Screen[None]:
        """Return the first frame."""
        return OpeningScreen()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Add the session's actions to the palette."""
        if isinstance(screen, LiveScreen):
            yield from screen.commands()
        yield from super().get_system_commands(screen)

    def on_mount(self) -> None:
        """Open the session once the first frame is drawn."""
        self.run_worker(self.speaker.run(), name="speaker", exit_on_error=False)
        self._outlive_terminal()
        self.call_after_refresh(self._open)

    # ---- from opening to summary

    def _open(self) -> None:
        self.run_worker(self._load, name="open", thread=True, exit_on_error=False)

    def _load(self) -> Runner | None:
        # Here and not at the top: numpy would hold up the first frame.
        importlib.import_module("monitor.tui.impactplot")
        return self._open_session()

    async def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Go on when opening or running has ended, in whatever way."""
        worker, state = event.worker, event.state
        if worker.name not in self.FLOWS:
            return
        if state is WorkerState.ERROR:
            self.error = worker.error
            self.exit(return_code=1)
        elif state is WorkerState.CANCELLED:
            self.exit()
        elif state is WorkerState.SUCCESS and worker.name == "open":
            await self._run(worker.result)
        elif state is WorkerState.SUCCESS and worker.name == "session":
            await self._sum_up()

    async def _run(self, runner: Runner | None) -> None:
        assert runner is not None, "opening succeeded"
        self.runner = runner
        await self._show_alone(LiveScreen(runner))
        self._session = self.run_worker(runner.run(), name="session", exit_on_error=False)

    async def _sum_up(self) -> None:
        assert self.runner is not None, "a session that ran was opened"
        if self._is_leaving:
            self.exit()
        else:
            await self._show_alone(SummaryScreen(self.runner, self._auto_exit_s))

    async def _show_alone(self, screen: Screen[None]) -> None:
        # Dialogs and the palette go with the screen they were opened over.
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await self.push_screen(screen)

    def action_pain(self) -> None:
        """Ask for the pain, over whatever dialog is open."""
        live = next((s for s in self.screen_stack if isinstance(s, LiveScreen)), None)
        if live is not None and live.check_action("pain", ()):
            live.action_pain()

    # ---- leaving

    @property
    def is_running_session(self) -> bool:
        """Whether leaving now would end a session that has begun."""
        return (
            self.runner is not None
            and self.runner.snapshot.is_started
            and self._session is not None
            and not self._session.is_finished
        )

    async def action_quit(self) -> None:
        """Close; ask while a session runs."""
        if not self.is_running_session:
            self._leave()
        elif not isinstance(self.screen, AskDialog):
            question = AskDialog("A session is running. End it and close?", "end it", "go on")
            self.push_screen(question, lambda is_yes: self._leave() if is_yes else None)

    def _outlive_terminal(self) -> None:
        """Close the session properly where its terminal is closed or its end is asked for."""
        loop = asyncio.get_running_loop()
        for name in ("SIGHUP", "SIGTERM"):
            number = getattr(signal, name, None)
            # Windows has no such signals for a loop; a test's app runs where none can be taken.
            if number is not None and threading.current_thread() is threading.main_thread():
                with contextlib.suppress(NotImplementedError):
                    loop.add_signal_handler(number, self.leave_unseen, ENDED_BY[name])

    def leave_unseen(self, why: str) -> None:
        """End the session without a question, with the reason in its recording."""
        if self._is_leaving:
            return
        if self.runner is not None:
            self.runner.mark(MarkKind.NOTE, text=why)
        self._leave()

    def _leave(self) -> None:
        session = self._session
        if self.runner is None or session is None or session.is_finished:
            self.exit()
            return
        # Stopped, not cut off: the session closes its recording and sums up before the app goes.
        self._is_leaving = True
        self.runner.mark(MarkKind.STOP)
        self.set_timer(LEAVE_S, session.cancel)
