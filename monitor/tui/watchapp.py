"""The app around a view: waits for something to see, shows it, and ends with the session."""

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from monitor.errors import LiveError
from monitor.live.client import Viewing
from monitor.live.door import Door
from monitor.live.ticket import Ticket
from monitor.tui.live import REFRESH_S
from monitor.tui.looks import LookingApp
from monitor.tui.watch import WaitingScreen, WatchRunner, WatchScreen
from sensors.clock import SessionClock


class WatchApp(LookingApp):
    """One view of a session.

    Parameters
    ----------
    view : Viewing
        The view.

    Attributes
    ----------
    error : BaseException or None
        What ended the view; the caller tells it once the terminal is its own again.
    """

    CSS_PATH = Path(__file__).with_name("live.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "Leave", tooltip="Leave the view; the session does not notice"),
    ]

    def __init__(self, view: Viewing) -> None:
        super().__init__()
        self.error: BaseException | None = None
        self._view = view
        self._watched: WatchScreen | None = None

    def get_default_screen(self) -> Screen[None]:
        """Return what is seen before there is a session to see."""
        return WaitingScreen(self._view)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Add what can be asked to the palette."""
        if isinstance(screen, WatchScreen):
            yield from screen.commands()
        # A picture taken in a browser would be handed out as a file, and a view keeps none.
        yield from (
            command
            for command in super().get_system_commands(screen)
            if not (self.is_web and command.title == "Screenshot")
        )

    def on_mount(self) -> None:
        """Begin to watch."""
        self.run_worker(self._view.run(), name="view", exit_on_error=False)
        self.set_interval(REFRESH_S, self._follow)

    async def _follow(self) -> None:
        """Show the session while there is one to see: a patient may take the view back."""
        snapshot = self._view.snapshot
        if snapshot is not None and self._watched is None:
            self._watched = WatchScreen(self._view, WatchRunner(self._view, snapshot))
            await self.push_screen(self._watched)
        elif snapshot is None and self._watched is not None:
            self._watched = None
            while len(self.screen_stack) > 1:
                await self.pop_screen()

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """End with an error that no waiting mends; the end of the session stays in sight."""
        if event.worker.name == "view" and event.state is WorkerState.ERROR:
            self.error = event.worker.error
            self.exit(return_code=1)


def show_watch(target: Door | Ticket) -> int:
    """Watch a session on the screen; returns the exit status: 1 where it lets nobody look."""
    app = WatchApp(Viewing(target, SessionClock()))
    app.run()
    if isinstance(app.error, LiveError):
        print(f"stridegate: {app.error}")
        return 1
    if app.error is not None:
        raise app.error
    return 0
