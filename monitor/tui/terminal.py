"""The terminal as a session needs it: one that stands still or goes away holds nothing up.

Textual's own driver waits for room in a short queue, in the thread of the event loop. A terminal
that takes nothing (a hung line, a stopped multiplexer) would therefore stop the session with it,
and one that is gone would end it. Here what finds no room is dropped, and the whole screen is
drawn anew once the terminal takes text again.
"""

import contextlib
import os
import sys
from queue import Full, Queue
from typing import TYPE_CHECKING, Any, Final

from textual.driver import Driver

if TYPE_CHECKING:
    from textual.app import App
    from textual.drivers._writer_thread import WriterThread

REDRAW_S: Final = 0.5
"""s. How often a terminal that stood still is looked at. Design default."""


class DeafFile:
    """A terminal's file: what it refuses is dropped.

    Parameters
    ----------
    file : file
        The terminal.
    """

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, text: str) -> int:
        """Write text; nothing where the terminal is gone."""
        with contextlib.suppress(OSError):
            self._file.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand on what is buffered; nothing where the terminal is gone."""
        with contextlib.suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        """Return the terminal's number."""
        return int(self._file.fileno())


def queue_of(writer: "WriterThread") -> "Queue[str | None]":
    """Return what waits for the terminal: Textual offers no way to ask whether there is room."""
    return writer._queue  # noqa: SLF001 - see above


def sturdy_driver() -> type[Driver] | None:
    """Return the driver for terminals of Unix; None, for Textual's own choice, elsewhere.

    A driver that the environment names goes before: a browser's tab is no terminal.
    """
    if sys.platform == "win32" or "TEXTUAL_DRIVER" in os.environ:
        return None
    from textual.drivers.linux_driver import LinuxDriver

    class SturdyDriver(LinuxDriver):
        """Never waits for the terminal, and outlives it."""

        _writer_thread: "WriterThread | None"

        def __init__(self, app: "App[Any]", **how: Any) -> None:
            super().__init__(app, **how)
            self._file = DeafFile(self._file)  # type: ignore[assignment]
            self._has_dropped = False

        def write(self, data: str) -> None:
            """Write; drop it where the terminal takes nothing."""
            writer = self._writer_thread
            assert writer is not None, "Textual starts the thread before it writes"
            if self._has_dropped and not queue_of(writer).empty():
                # A part of a frame more would make it worse: the next thing shown is a whole one.
                return
            try:
                queue_of(writer).put_nowait(data)
            except Full:
                if not self._has_dropped:
                    self._has_dropped = True
                    self._app.call_later(self._wait_for_room)

        def _wait_for_room(self) -> None:
            self._app.set_timer(REDRAW_S, self._redraw)

        def _redraw(self) -> None:
            assert self._writer_thread is not None, "it was written to"
            if not queue_of(self._writer_thread).empty():
                self._wait_for_room()
                return
            self._has_dropped = False
            self._app.screen.refresh(layout=True)

        def _run_input_thread(self) -> None:
            # A terminal that is gone sends no keys: no reason to end with an error.
            with contextlib.suppress(OSError):
                self.run_input_thread()

        def close(self) -> None:
            """End the writing; a terminal that takes nothing is not waited for."""
            writer = self._writer_thread
            if writer is not None:
                with contextlib.suppress(Full):
                    queue_of(writer).put(None, timeout=REDRAW_S)
                writer.join(REDRAW_S)

    return SturdyDriver
