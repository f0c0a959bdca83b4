"""Each word of the screens between the runs in one sentence, and which fill a word has."""

from collections.abc import Iterable
from textwrap import wrap
from typing import Final

from monitor.between.home import MayRun
from monitor.snapshot import Word

FILLS: Final = {
    MayRun.YES: Word.RUN,
    MayRun.NOT_YET: Word.HOLD,
    MayRun.NO: Word.STOP,
    MayRun.DONE: Word.DONE,
}
"""The fill of the live screen's word that means the same."""

MAY_RUN_GLYPHS: Final = {
    MayRun.YES: "●",
    MayRun.NOT_YET: "‖",
    MayRun.NO: "■",
    MayRun.DONE: "✓",
}
"""A shape for each, so that nothing hangs on colour alone."""

BETWEEN: Final = (
    ("YES", "The gate lets you do a session of your stage now."),
    ("NOT YET", "Something is missing: time, an answer, or a signature."),
    ("NO", "Locked: do not run, your clinician looks at it."),
    ("Stage", "Your place on the ladder, and what its session is."),
    ("Clean", "Sessions that count on this stage, of those it asks for."),
    ("Pain", "The highest that was told, 0 none to 10 worst."),
    ("✓ … ?", "It counts; answers are open; too little was measured."),
    ("‖ ▼ ■", "The count begins again; one stage back; locked."),
    ("Impact", "Median of the judged steps, in g; not the load on your bone."),
    ("Cadence", "Median steps per minute of both feet."),
    ("Load", "Steps in per cent of the plan; hard ones count more."),
    ("Coverage", "How much of the time was really measured."),
    ("Amber, red", "Share of the judged steps above your own limits."),
    ("W0, R0", "Your own walk and run: what the limits are times of."),
    ("–", "Not known: no data is never shown as 0."),
)
"""Each word in one sentence, as ``monitor.wording.EXPLANATIONS`` does for the live screen."""


def indented(sentences: Iterable[str], cells: int) -> list[str]:
    """Return sentences as lines of at most ``cells``; each goes on under its beginning."""
    return [
        line
        for text in sentences
        for line in wrap(
            text,
            max(20, cells - 1),
            initial_indent=" ",
            subsequent_indent="   " if text.startswith("- ") else " ",
        )
    ]
