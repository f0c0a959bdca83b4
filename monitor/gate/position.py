"""Where a patient stands on the ladder: the stage, since when, and what counts there."""

from dataclasses import dataclass, field
from typing import Final

from monitor.gate.ladder import Ladder, PhaseRule, Rung
from monitor.gate.times import HOUR_S

LATELY_S: Final = 3 * HOUR_S
"""s. A session of a stage that was the patient's so shortly before is not ahead of it: the stage
may have changed during the run."""


@dataclass(slots=True)
class Position:
    """A place on the ladder; a *stay* lasts from one stage change to the next.

    Attributes
    ----------
    ladder : Ladder
        The patient's stages.
    rung : Rung or None
        The stage; None before the first one.
    entered_s : int
        When the stay began.
    count : int
        Successes counted in it.
    is_completed : bool
        Whether the phase's last stage is done and waits for a signature.
    phase_entered_s : int
        When the patient came to the phase.
    settled_s : int or None
        Since when, without a break, the count suffices and no answer is missing; None where that
        does not hold.
    stay : int
        The number of the stay.
    progressed_from : int or None
        The stay from which progress led here; None where anything else did.
    """

    ladder: Ladder
    rung: Rung | None = None
    entered_s: int = 0
    count: int = 0
    is_completed: bool = False
    phase_entered_s: int = 0
    settled_s: int | None = None
    stay: int = 0
    progressed_from: int | None = None
    _left_s: dict[int, int] = field(default_factory=dict)

    @property
    def phase(self) -> PhaseRule | None:
        """The phase; None before the first stage."""
        return None if self.rung is None else self.rung.phase

    @property
    def needs_signature(self) -> bool:
        """Whether only a signature leads on."""
        return self.rung is not None and (self.is_completed or not self.rung.phase.has_sessions)

    def change(self, rung: Rung, t_s: int) -> None:
        """Change the stage, perhaps to the same one."""
        if self.rung is not None:
            self._left_s[self.rung.place] = t_s
        self.rung = rung
        self.entered_s = t_s
        self.stay += 1
        self.progressed_from = None
        self.reset_count()

    def reset_count(self) -> None:
        """Count again from 0."""
        self.count = 0
        self.is_completed = False
        self.settled_s = None

    def progress(self, t_s: int) -> None:
        """Go on to the next stage, or complete the phase on its last one."""
        assert self.rung is not None
        if self.rung.is_last_of_phase:
            self.is_completed = True
            return
        left = self.stay
        self.change(self.ladder.rungs[self.rung.place + 1], t_s)
        self.progressed_from = left

    def back(self, stages: int, t_s: int) -> None:
        """Go back; never out of the phase."""
        assert self.rung is not None
        place = max(self.rung.phase.first, self.rung.place - stages)
        self.change(self.ladder.rungs[place], t_s)

    def is_ahead(self, rung: Rung) -> bool:
        """Return whether a stage stands after the present one (the first, where none is)."""
        return rung.place > (0 if self.rung is None else self.rung.place)

    def was_lately(self, rung: Rung, t_s: int) -> bool:
        """Return whether the patient left a stage in the last hours, if only for an instant."""
        left_s = self._left_s.get(rung.place)
        return left_s is not None and left_s > t_s - LATELY_S

    def is_current(self, rung: Rung, t_s: int) -> bool:
        """Return whether a session of that stage and time belongs to the stay."""
        return rung is self.rung and t_s >= self.entered_s
