"""The one word, filled with its colour, and the countdown: what is read from the treadmill."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from monitor.snapshot import Snapshot, Word
from monitor.text import NOT_KNOWN, clock_text
from monitor.tui.bigtext import BigText
from monitor.wording import GLYPHS


def countdown_text(left_s: float | None) -> str:
    """Return the time left as ``m:ss``, rounded up: 0:00 is shown at the end only."""
    if left_s is None:
        return NOT_KNOWN
    return clock_text(-int(-max(0.0, left_s) // 1))


def word_class(word: Word) -> str:
    """Return the style class of a word."""
    return "word-" + word.value.lower().replace(" ", "-")


class Hero(Vertical):
    """Word, countdown and sentence on one fill of colour."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._word = BigText("left", id="word")
        self._countdown = BigText("right", id="countdown")
        self._sentence = Static(id="sentence", markup=False)

    def compose(self) -> ComposeResult:
        """Lay out the parts."""
        with Horizontal(id="big"):
            yield self._word
            yield self._countdown
        yield self._sentence

    def show(self, snapshot: Snapshot) -> None:
        """Show a Snapshot."""
        countdown = countdown_text(snapshot.segment_left_s)
        self._word.value = snapshot.word.value
        self._countdown.value = countdown
        line = f"{GLYPHS[snapshot.word]} {snapshot.word.value}  {snapshot.sentence}"
        if self.screen.has_class("-tiny"):
            line = f"{GLYPHS[snapshot.word]} {snapshot.word.value} {countdown}"
        if line != self._sentence.content:
            self._sentence.update(line)
        for word in Word:
            self.set_class(word is snapshot.word, word_class(word))
