"""When something is to be heard: from the same Snapshots that the screen shows."""

from enum import StrEnum
from typing import Final

from monitor.snapshot import Snapshot, Word


class Cue(StrEnum):
    """One sound with one meaning."""

    RUN = "run"
    WALK = "walk"
    EASE_OFF = "ease-off"
    WALK_NOW = "walk-now"
    STOP = "stop"
    SIGNAL_LOST = "signal-lost"
    COUNT = "count"
    DONE = "done"


WORDS: Final = {
    Word.RUN: Cue.RUN,
    Word.CONTACTS: Cue.RUN,
    Word.WALK: Cue.WALK,
    Word.EASE_OFF: Cue.EASE_OFF,
    Word.WALK_NOW: Cue.WALK_NOW,
    Word.STOP: Cue.STOP,
    Word.NO_SIGNAL: Cue.SIGNAL_LOST,
    Word.DONE: Cue.DONE,
}
"""What is heard when a word comes; the others come by a key, which was felt."""

COUNT_FROM_S: Final = 3
"""s. The last seconds of a segment are counted: 3, 2, 1."""

AGAIN_S: Final = {Word.STOP: 3.0, Word.WALK_NOW: 6.0, Word.NO_SIGNAL: 10.0}
"""s. Words that call for something are heard again while they stand (IEC 60601-1-8 repeats bursts
by priority). Design default."""


class CueTracker:
    """Turns Snapshots into cues: one when the word changes, again while it stands, 3-2-1 before."""

    def __init__(self) -> None:
        self._word: Word | None = None
        self._heard_s = 0.0
        self._counted: tuple[int | None, int] = (None, 0)

    def update(self, s: Snapshot) -> tuple[Cue, ...]:
        """Return what is to be heard now; the same Snapshot again gives nothing."""
        if s.word is not self._word:
            before, self._word, self._heard_s = self._word, s.word, s.t_s
            cue = WORDS.get(s.word)
            # What is shown first is how things stand, not a change.
            return () if before is None or cue is None else (cue,)
        again_s = AGAIN_S.get(s.word)
        if again_s is not None and s.t_s - self._heard_s >= again_s:
            self._heard_s = s.t_s
            return (WORDS[s.word],)
        return self._count(s)

    def _count(self, s: Snapshot) -> tuple[Cue, ...]:
        if s.segment_left_s is None or s.is_holding or s.is_over or s.segment_index is None:
            return ()
        left = int(-(-s.segment_left_s // 1))
        now = (s.segment_index, left)
        if not 1 <= left <= COUNT_FROM_S or now == self._counted:
            return ()
        self._counted = now
        return (Cue.COUNT,)
