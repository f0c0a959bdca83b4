"""One stretch without holes, from its first sample to its last."""

from collections import deque
from dataclasses import dataclass
from itertools import chain

from analysis.cadence import cadence_spm, stride_since
from analysis.contacts import Contact, ContactFinder
from analysis.gait import GaitJudge
from analysis.grid import Stretch
from analysis.impact import impact_at
from analysis.onset import early_onset_index, onset_index
from analysis.signals import COLUMNS_WITHOUT_GYRO, Column, FrontEnd
from analysis.step import Gait, Placement, Step, Strike
from analysis.stride_period import PeriodTracker
from analysis.strikes import StrikeFinder
from analysis.tape import Tape
from analysis.terminal import ToeOff

TICK_S = 0.036
"""Strikes are looked for this often."""
HOP_TICKS = 5
"""Steps become final every so many ticks, 0.18 s: short against a step, long against the costs of
a look."""
ALONE_STRIDE_S = {Gait.WALK: 1.1, Gait.RUN: 0.72}
"""Stride assumed where none is known, to look for toe-off: 109 and 167 steps/min."""
LONG_STRIDES = 1.2
"""A stride of more than this many periods of the rhythm is no measure of the step at its end."""
SHORTEST_SWING_S = 0.15
"""From toe-off to the next contact: half of a sprinter's swing."""
KEEP_S = 4.0
"""Signal kept before the oldest undecided burst: its neighbours' windows and one stride."""


@dataclass(frozen=True, slots=True)
class _Landing:
    """An accepted contact with its timing.

    Attributes
    ----------
    contact : Contact
        The accepted burst.
    index, t_s : float
        Initial contact as a sample index with a fraction, and its time.
    stride_s : float or None
        From the contact before, see ``Step``.
    usual_s : float
        The stride that toe-off is expected by.
    gait : Gait
        How the step was taken.
    due : int
        Sample by which its stance has been seen.
    """

    contact: Contact
    index: float
    t_s: float
    stride_s: float | None
    usual_s: float
    gait: Gait
    due: int


class Pipeline:
    """Analyses one stretch.

    Parameters
    ----------
    fs_hz : float
        Sampling rate in Hz.
    placement : Placement
        Where the pod is worn.
    full_scale_g : float or None
        Full scale of the accelerometer.
    has_gyro : bool
        Whether every sample of the stretch has an angular velocity.
    with_strikes : bool
        Whether contacts are announced at once too.
    after_hole : bool
        Whether samples are missing before the first one.

    Attributes
    ----------
    strikes : list of Strike
        Announced and not yet taken.
    """

    def __init__(
        self,
        fs_hz: float,
        placement: Placement,
        full_scale_g: float | None,
        *,
        has_gyro: bool,
        with_strikes: bool = False,
        after_hole: bool = False,
    ) -> None:
        self._fs_hz = fs_hz
        self._placement = placement
        self._front = FrontEnd(fs_hz, placement, full_scale_g)
        self._tracker = PeriodTracker(fs_hz)
        self._finder = ContactFinder(
            fs_hz, placement, self._front.burst_delay, after_hole=after_hole
        )
        self._toe_off = ToeOff(fs_hz, placement)
        self._gait = GaitJudge(placement, fs_hz)
        self._tape = Tape(len(Column) if has_gyro else COLUMNS_WITHOUT_GYRO)
        self._tick = max(1, round(TICK_S * fs_hz))
        self._hop = HOP_TICKS * self._tick
        self._striker = (
            StrikeFinder(fs_hz, placement, self._front.burst_delay, after_hole=after_hole)
            if with_strikes
            else None
        )
        self._last_contact: int | None = None
        self.strikes: list[Strike] = []
        self._accepted: deque[Contact] = deque()
        self._landed: deque[_Landing] = deque()
        self._last_t_s: float | None = None
        self._due = 0
        self._look = self._hop if self._striker is None else self._tick

    @property
    def wanted(self) -> int:
        """Samples that are missing until something can be decided: fewer change nothing."""
        return self._look - self._tape.end

    @property
    def clipped(self) -> int:
        """Samples at full scale so far."""
        return self._front.clipped

    def push(self, stretch: Stretch) -> list[Step]:
        """Take the next samples of this stretch."""
        self._take(stretch)
        if self._striker is not None:
            return self._tick_by_tick(self._striker)
        end = self._tape.end
        return self._steps(end - end % self._hop) if end >= self._look else []

    def finish(self, t_known_s: float) -> list[Step]:
        """End the stretch; ``t_known_s`` is the time of the sample that showed its end."""
        return self._steps(self._tape.end, t_known_s)

    def _take(self, stretch: Stretch) -> None:
        columns = self._tape.extend(len(stretch.t_s))
        self._tracker.push(self._front.step(stretch, columns))

    def _tick_by_tick(self, striker: StrikeFinder) -> list[Step]:
        steps: list[Step] = []
        while self._look <= self._tape.end:
            now = self._look
            self._strike(striker, now)
            # A strike wants to know of every contact as soon as there is one.
            if now % self._hop == 0:
                steps += self._steps(now)
            self._look = now + self._tick
        return steps

    def _strike(self, striker: StrikeFinder, now: int) -> None:
        period_s = self._tracker.latest_s(now)
        top = striker.scan(self._tape, now, period_s, self._last_contact)
        if top is None:
            return
        index = early_onset_index(
            self._tape, top, self._front.burst_delay, self._placement, self._fs_hz,
            running=self._gait.was_running,
        )  # fmt: skip
        self.strikes.append(Strike(self._time(index), self._tape.at(Column.TIME, now - 1)))

    def _steps(self, now: int, t_end_s: float | None = None) -> list[Step]:
        """Return the steps that are final by sample ``now``; with ``t_end_s`` all there are."""
        tape, ended = self._tape, t_end_s is not None
        self._finder.scan(tape, now, ended)
        while (contact := self._finder.next(tape, self._tracker.rhythms, now, ended)) is not None:
            self._accepted.append(contact)
            self._last_contact = contact.index
        while self._accepted and (ended or self._seen(self._accepted[0]) <= now):
            self._landed.append(self._landing(self._accepted.popleft()))
        steps: list[Step] = []
        while self._landed and (ended or self._landed[0].due <= now):
            steps.append(self._step(self._landed.popleft(), t_end_s))
        self._forget()
        self._look = max(-(-self._soonest() // self._hop), now // self._hop + 1) * self._hop
        return steps

    def _soonest(self) -> int:
        """Return the sample before which no further step can be final."""
        if self._landed:
            return self._landed[0].due
        if self._accepted:
            return self._seen(self._accepted[0])
        index, known = self._finder.soonest(self._tape)
        return max(known, index + self._gait.ahead)

    def _forget(self) -> None:
        keep = self._finder.oldest - int(KEEP_S * self._fs_hz)
        undone = [x.contact.index for x in self._landed] + [x.index for x in self._accepted]
        if undone:
            keep = min(keep, min(undone) - int(self._fs_hz))
        self._tape.forget(keep)
        self._tracker.rhythms.forget(keep)

    def _landing(self, contact: Contact) -> _Landing:
        """Return the next accepted contact with its timing."""
        seen = self._seen(contact)
        index = self._onset(contact)
        t_s = self._time(index)
        before_s = None if self._last_t_s is None else t_s - self._last_t_s
        stride_s = stride_since(before_s, contact.period_s)
        # A stride into standing, or out of a turn, is long: the rhythm knows better.
        strides_s = [s for s in (stride_s, contact.period_s) if s is not None]
        shorter_s = min(strides_s, default=None)
        gait = self._gait.judge(self._tape, contact.index, shorter_s)
        usual_s = stride_s or ALONE_STRIDE_S[gait]
        if shorter_s is not None and usual_s > LONG_STRIDES * shorter_s:
            usual_s = shorter_s
        self._due = max(self._due, seen, self._toe_off.seen(contact.index, usual_s, gait))
        self._last_t_s = t_s
        return _Landing(contact, index, t_s, stride_s, usual_s, gait, self._due)

    def _seen(self, contact: Contact) -> int:
        """Return the sample by which a contact is decided and its gait can be judged."""
        return max(contact.known, contact.index + self._gait.ahead)

    def _onset(self, contact: Contact) -> float:
        return onset_index(
            self._tape,
            contact,
            self._front.burst_delay,
            self._placement,
            self._fs_hz,
            running=self._gait.loads_like_running(self._tape, contact.index),
        )

    def _step(self, landing: _Landing, t_end_s: float | None) -> Step:
        """Measure one step; nothing from sample ``landing.due`` on is looked at."""
        tape, fs, contact = self._tape, self._fs_hz, landing.contact
        due = min(landing.due, tape.end)
        tc = self._toe_off.find(tape, contact.index, landing.usual_s, landing.gait, due)
        # Toe-off comes before the next contact by a swing, where that one is known by now.
        following = next(chain((x.contact for x in self._landed), self._accepted), None)
        if tc is not None and following is not None and following.known <= due:
            tc = tc if tc < following.index - SHORTEST_SWING_S * fs else None
        impact = impact_at(tape, landing.index, fs)
        flags = ("clipped",) if impact.at_least_g is not None else ()
        if impact.filled or tape.any(Column.FILLED, int(landing.index), due):
            flags = (*flags, "filled")
        return Step(
            t_ic_s=landing.t_s,
            t_tc_s=None if tc is None else self._time(tc),
            t_known_s=self._time_known_s(due, t_end_s),
            stride_s=landing.stride_s,
            cadence_spm=cadence_spm(landing.stride_s),
            impact_g=impact.impact_g,
            impact_at_least_g=impact.at_least_g,
            impact_reason=impact.reason,
            gait=landing.gait,
            flags=flags,
        )

    def _time_known_s(self, known: int, t_end_s: float | None) -> float:
        """Return the time of the last sample of the hop that allowed the decision.

        At the end of a stretch, whose last steps nothing else had decided, it is ``t_end_s``.
        """
        if t_end_s is not None:
            return t_end_s
        return self._tape.at(Column.TIME, -(-known // self._hop) * self._hop - 1)

    def _time(self, index: float) -> float:
        """Return the time of a sample index with a fraction, beyond the ends by the period."""
        low = min(max(int(index // 1), self._tape.start), self._tape.end - 2)
        t0, t1 = self._tape.at(Column.TIME, low), self._tape.at(Column.TIME, low + 1)
        return t0 + (index - low) * (t1 - t0)
