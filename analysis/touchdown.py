"""Touchdowns: accepted contacts with their instant, stride and gait."""

from typing import NamedTuple

from analysis.cadence import stride_since
from analysis.contacts import Contact
from analysis.gait import GaitJudge
from analysis.onset import onset_index
from analysis.signals import Column
from analysis.step import Gait, Placement
from analysis.tape import Tape
from analysis.terminal import ToeOff

ALONE_STRIDE_S = {Gait.WALK: 1.1, Gait.RUN: 0.72}
"""Stride assumed where none is known, to look for toe-off: 109 and 167 steps/min."""
LONG_STRIDES = 1.2
"""A stride of more than this many periods of the rhythm is no measure of the step at its end."""
LEAST_WAIT_S = 0.75
"""No step is final sooner after its contact: about a runner's stride, so that mostly one look
finds each step and measures it. A walker's takes longer anyway."""


class Touchdown(NamedTuple):
    """An accepted contact with its timing.

    Attributes
    ----------
    contact : Contact
        The accepted burst.
    onset, t_s : float
        Initial contact as a sample index with a fraction, and its time.
    stride_s : float or None
        From the contact before, see ``Step``.
    usual_s : float
        The stride that toe-off is expected by.
    gait : Gait
        How the step was taken.
    seen : int
        Sample by which its stance has been seen: none from here on is looked at.
    due : int
        Sample by which the step is final.
    """

    contact: Contact
    onset: float
    t_s: float
    stride_s: float | None
    usual_s: float
    gait: Gait
    seen: int
    due: int


class TouchdownTimer:
    """Times the contacts of one stretch, in order.

    Parameters
    ----------
    fs_hz : float
        Sampling rate in Hz.
    placement : Placement
        Where the pod is worn.
    burst_delay : int
        Samples by which the burst column is late.

    Attributes
    ----------
    wait : int
        No step is final before so many samples after its contact.
    """

    def __init__(self, fs_hz: float, placement: Placement, burst_delay: int) -> None:
        self._fs_hz = fs_hz
        self._placement = placement
        self._burst_delay = burst_delay
        self._gait = GaitJudge(placement, fs_hz)
        self._toe_off = ToeOff(fs_hz, placement)
        self._last_t_s: float | None = None
        self._seen = 0
        self.wait = max(int(LEAST_WAIT_S * fs_hz), self._gait.ahead)

    @property
    def was_running(self) -> bool:
        """Whether the last step was a running step."""
        return self._gait.was_running

    def seen(self, contact: Contact) -> int:
        """Return the sample by which a contact is decided and its gait can be judged."""
        return max(contact.known, contact.top + self._gait.ahead)

    def time(self, tape: Tape, contact: Contact) -> Touchdown:
        """Return the next contact with its timing.

        Parameters
        ----------
        tape : Tape
            The signals, up to where the contact is ``seen`` or to the end of the stretch.
        contact : Contact
            The contact.
        """
        stance_g, swing_g = self._gait.movement_g(tape, contact.top)
        running = self._gait.loads_like_running(stance_g)
        onset = onset_index(
            tape, contact.top, self._burst_delay, self._placement, self._fs_hz, running=running
        )
        t_s = tape.between(Column.TIME, onset)
        before_s = None if self._last_t_s is None else t_s - self._last_t_s
        stride_s = stride_since(before_s, contact.period_s)
        # A stride into standing, or out of a turn, is long: the rhythm knows better.
        shorter_s = _shorter(stride_s, contact.period_s)
        gait = self._gait.judge(stance_g, swing_g, shorter_s)
        usual_s = stride_s or ALONE_STRIDE_S[gait]
        if shorter_s is not None and usual_s > LONG_STRIDES * shorter_s:
            usual_s = shorter_s
        toe_off_seen = self._toe_off.seen(contact.top, usual_s, gait)
        self._seen = max(self._seen, self.seen(contact), toe_off_seen)
        due = max(self._seen, contact.top + self.wait)
        self._last_t_s = t_s
        return Touchdown(contact, onset, t_s, stride_s, usual_s, gait, self._seen, due)


def _shorter(one_s: float | None, other_s: float | None) -> float | None:
    if one_s is None or other_s is None:
        return other_s if one_s is None else one_s
    return min(one_s, other_s)
