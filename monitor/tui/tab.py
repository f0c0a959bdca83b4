"""The view as a browser's tab shows it: a process of its own, which ends with the tab.

``python -m monitor.tui.tab`` is run by ``stridegate serve``; the environment says what it views.
"""

import os
import sys

from textual import messages
from textual.drivers.web_driver import WebDriver

from monitor.errors import LiveError
from monitor.live.client import Viewing
from monitor.live.handing import VARIABLE, taken
from monitor.tui.watchapp import WatchApp
from sensors.clock import SessionClock


class TabDriver(WebDriver):
    """Textual's driver for a page; without a server it ends, also where that was killed."""

    def run_input_thread(self) -> None:
        """Take what the page sends until there is nobody to send it."""
        super().run_input_thread()
        self._app.post_message(messages.ExitApp())


def main() -> int:
    """Show the view; returns the exit status: 1 where the session lets nobody look."""
    app = WatchApp(Viewing(taken(os.environ.pop(VARIABLE)), SessionClock()))
    app.run()
    if isinstance(app.error, LiveError):
        # Standard output belongs to the page.
        print(f"stridegate: {app.error}", file=sys.stderr)
        return 1
    if app.error is not None:
        raise app.error
    return 0


if __name__ == "__main__":
    sys.exit(main())
