"""From touchdowns to steps: toe-off, impact, and the flags a reader should see."""

from collections.abc import Sequence

from analysis.cadence import cadence_spm
from analysis.contacts import Contact
from analysis.impact import impact_at
from analysis.signals import Column
from analysis.step import Gait, Placement, Step
from analysis.tape import Tape
from analysis.terminal import Stance, ToeOff
from analysis.touchdown import Touchdown

SHORTEST_SWING_S = 0.15
"""From toe-off to the next contact: half of a sprinter's swing."""


class StepMeter:
    """Measures steps whose stance has been seen.

    Parameters
    ----------
    fs_hz : float
        Sampling rate in Hz.
    placement : Placement
        Where the pod is worn.
    """

    def __init__(self, fs_hz: float, placement: Placement) -> None:
        self._fs_hz = fs_hz
        self._swing = SHORTEST_SWING_S * fs_hz
        self._toe_off = ToeOff(fs_hz, placement)

    def measure(
        self,
        tape: Tape,
        touchdowns: Sequence[Touchdown],
        following: Contact | None,
        known_s: Sequence[float],
    ) -> list[Step]:
        """Return the steps; nothing from sample ``seen`` of each on is looked at.

        Parameters
        ----------
        tape : Tape
            The signals.
        touchdowns : sequence of Touchdown
            In order, at least one.
        following : Contact or None
            The contact after the last of them, where there is one by now.
        known_s : sequence of float
            When each step was known, see ``Step``.
        """
        after = [*(x.contact for x in touchdowns[1:]), following]
        toe_offs = self._toe_offs(tape, touchdowns)
        return [
            self._step(tape, *one) for one in zip(touchdowns, toe_offs, after, known_s, strict=True)
        ]

    def _toe_offs(self, tape: Tape, touchdowns: Sequence[Touchdown]) -> list[float | None]:
        stances: dict[Gait, list[Stance]] = {}
        for x in touchdowns:
            stances.setdefault(x.gait, []).append(Stance(x.contact.top, x.usual_s, x.seen))
        found = {g: iter(self._toe_off.find(tape, g, of_it)) for g, of_it in stances.items()}
        return [next(found[x.gait]) for x in touchdowns]

    def _step(
        self,
        tape: Tape,
        touchdown: Touchdown,
        tc: float | None,
        after: Contact | None,
        t_known_s: float,
    ) -> Step:
        seen = min(touchdown.seen, tape.end)
        # Toe-off comes before the next contact by a swing, where that one is known by now.
        if tc is not None and after is not None and after.known <= seen:
            tc = tc if tc < after.top - self._swing else None
        impact = impact_at(tape, touchdown.onset, self._fs_hz)
        flags = () if impact.at_least_g is None else ("clipped",)
        if impact.filled or tape.any(Column.FILLED, int(touchdown.onset), seen):
            flags = (*flags, "filled")
        return Step(
            t_ic_s=touchdown.t_s,
            t_tc_s=None if tc is None else tape.between(Column.TIME, tc),
            t_known_s=t_known_s,
            stride_s=touchdown.stride_s,
            cadence_spm=cadence_spm(touchdown.stride_s),
            impact_g=impact.impact_g,
            impact_at_least_g=impact.at_least_g,
            impact_reason=impact.reason,
            gait=touchdown.gait,
            flags=flags,
        )
