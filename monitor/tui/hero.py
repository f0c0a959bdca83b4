"""The one word, filled with its colour, and the countdown: what is read from the treadmill."""

from rich.segment import Segment
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from monitor.snapshot import Snapshot, Word
from monitor.text import NOT_KNOWN, clock_text, known
from monitor.tui.bigfont import HEIGHT, width_px
from monitor.tui.bigtext import rows_of
from monitor.tui.panel import Line, wear
from monitor.wording import GLYPHS

GAP = 6
"""Cells. Between word and countdown, at least."""


def countdown_text(left_s: float | None) -> str:
    """Return the time left as ``m:ss``, rounded up: 0:00 is shown at the end only."""
    if left_s is None:
        return NOT_KNOWN
    return clock_text(-int(-max(0.0, left_s) // 1))


def left_text(s: Snapshot) -> str:
    """Return what is left of the segment: its time, or its contacts; a dash where unknown."""
    if s.contacts is None:
        return countdown_text(s.segment_left_s)
    return known(None if s.contacts_done is None else max(0, s.contacts - s.contacts_done))


def scales(word_px: int, countdown_px: int, width: int, height: int) -> tuple[int, int]:
    """Return the scales at which word and countdown stand side by side: the word goes first.

    The countdown is at least half as large as the word.

    Parameters
    ----------
    word_px, countdown_px : int
        Their widths at scale 1.
    width, height : int
        The room in cells.

    Returns
    -------
    tuple of int
        Scale of the word and of the countdown; 0 where there is no room for big characters.
    """
    highest = height * 2 // HEIGHT
    for word_scale in range(highest, 0, -1):
        left = width - word_px * word_scale - GAP
        countdown_scale = min(highest, left // countdown_px) if countdown_px else word_scale
        if countdown_scale * 2 >= word_scale:
            return word_scale, countdown_scale
    return 0, 0


def word_class(word: Word) -> str:
    """Return the style class of a word."""
    return "word-" + word.value.lower().replace(" ", "-")


WORD_CLASSES = tuple(word_class(word) for word in Word)
"""One for each word: the colour that fills what shows it."""


class WordAndTime(Widget):
    """Word and countdown side by side, drawn as one: a change moves nothing else on the screen."""

    ALLOW_SELECT = False
    word: reactive[str] = reactive("")
    countdown: reactive[str] = reactive("")

    def render_line(self, y: int) -> Strip:
        """Return one row of cells."""
        width, height = self.size
        _, scale = scales(width_px(self.word), width_px(self.countdown), width, height)
        cells = min(width, max(len(self.countdown), width_px(self.countdown) * scale))
        parts = (
            rows_of(self.word, Size(width - cells, height), "left"),
            rows_of(self.countdown, Size(cells, height), "right"),
        )
        text = "".join(rows[y] for rows in parts) if y < height else " " * width
        return Strip([Segment(text, self.rich_style)])


class Hero(Vertical):
    """Word, countdown and sentence on one fill of colour."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._big = WordAndTime(id="big")
        self._sentence = Line(id="sentence")

    def compose(self) -> ComposeResult:
        """Lay out the parts."""
        yield self._big
        yield self._sentence

    def show(self, snapshot: Snapshot) -> None:
        """Show a Snapshot."""
        countdown = "" if snapshot.is_over else left_text(snapshot)
        self._big.word = snapshot.word.value
        self._big.countdown = countdown
        self._sentence.say(self._line(snapshot, countdown), may_wrap=True)
        wear(self, word_class(snapshot.word), WORD_CLASSES)

    def _line(self, s: Snapshot, countdown: str) -> str:
        sign = f"{GLYPHS[s.word]} {s.word.value}"
        if self.screen.has_class("-tiny"):
            return f"{sign} {countdown}"
        line = f"{sign}  {s.sentence}"
        # The word stands above in big characters: it gives way to a long sentence.
        return line if len(line) <= self._big.size.width else f"{GLYPHS[s.word]} {s.sentence}"
