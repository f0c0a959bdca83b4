"""One spoken-style line per change, printed: the view for a terminal without a screen."""

from monitor.plain import PlainLines
from monitor.snapshot import Snapshot
from monitor.text import is_ascii_terminal


class LinePrinter:
    """Prints what changed; a terminal that has gone away stops the printing, never the session."""

    def __init__(self) -> None:
        self._lines = PlainLines(is_ascii=is_ascii_terminal())
        self._is_open = True

    def __call__(self, snapshot: Snapshot) -> None:
        """Print the lines of one snapshot."""
        lines = self._lines.update(snapshot)
        if not self._is_open:
            return
        try:
            for line in lines:
                print(line, flush=True)
        except OSError:
            self._is_open = False
