"""One stretch without holes, from its first sample to its last."""

from collections import deque

from analysis.contacts import Contact, ContactFinder
from analysis.grid import Stretch
from analysis.measure import StepMeter
from analysis.onset import early_onset_index
from analysis.signals import COLUMNS_WITHOUT_GYRO, Column, FrontEnd
from analysis.step import Placement, Step, Strike
from analysis.stride_period import PeriodTracker
from analysis.strikes import StrikeFinder
from analysis.tape import Tape
from analysis.touchdown import Touchdown, TouchdownTimer

TICK_S = 0.036
"""Strikes are looked for this often."""
HOP_TICKS = 5
"""Steps become final every so many ticks, 0.18 s: short against a step, long against the costs of
a look."""
KEEP_S = 4.0
"""Signal kept before the oldest undecided burst: its neighbours' windows and one stride."""


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
        self._timer = TouchdownTimer(fs_hz, placement, self._front.burst_delay)
        self._meter = StepMeter(fs_hz, placement)
        self._tape = Tape(len(Column) if has_gyro else COLUMNS_WITHOUT_GYRO)
        tick = max(1, round(TICK_S * fs_hz))
        self._hop = HOP_TICKS * tick
        self._striker = (
            StrikeFinder(fs_hz, placement, self._front.burst_delay, tick, after_hole=after_hole)
            if with_strikes
            else None
        )
        self._last_contact: int | None = None
        self.strikes: list[Strike] = []
        self._accepted: deque[Contact] = deque()
        self._landed: deque[Touchdown] = deque()
        self._look = self._hop

    @property
    def wanted(self) -> int:
        """Samples that are missing until something can be decided: fewer change nothing."""
        look = self._look if self._striker is None else min(self._look, self._striker.next_tick)
        return look - self._tape.end

    @property
    def clipped(self) -> int:
        """Samples at full scale so far."""
        return self._front.clipped

    def push(self, stretch: Stretch) -> list[Step]:
        """Take the next samples of this stretch."""
        self._take(stretch)
        steps = [] if self._striker is None else self._tick_by_tick(self._striker)
        end = self._tape.end
        return steps + self._steps(end - end % self._hop) if end >= self._look else steps

    def finish(self, t_known_s: float) -> list[Step]:
        """End the stretch; ``t_known_s`` is the time of the sample that showed its end."""
        return self._steps(self._tape.end, t_known_s)

    def _take(self, stretch: Stretch) -> None:
        columns = self._tape.extend(len(stretch.t_s))
        self._tracker.push(self._front.step(stretch, columns))

    def _tick_by_tick(self, striker: StrikeFinder) -> list[Step]:
        """Look for strikes at all ticks that have come, and return the steps found on the way."""
        steps: list[Step] = []
        while (now := striker.next_tick) <= self._tape.end:
            shock = striker.scan(self._tape)
            if shock is None:
                continue
            # Whether a strike is due rests on the contacts known at the hop before.
            steps += self._steps((now - 1) // self._hop * self._hop)
            if striker.accept(shock, self._tracker.latest_s(now), self._last_contact):
                self._announce(shock.top, now)
        return steps

    def _announce(self, top: int, now: int) -> None:
        index = early_onset_index(
            self._tape, top, self._front.burst_delay, self._placement, self._fs_hz,
            running=self._timer.was_running,
        )  # fmt: skip
        t_ic_s = self._tape.between(Column.TIME, index)
        self.strikes.append(Strike(t_ic_s, self._tape.at(Column.TIME, now - 1)))

    def _steps(self, now: int, t_end_s: float | None = None) -> list[Step]:
        """Return the steps that are final by sample ``now``; with ``t_end_s`` all there are."""
        tape, ended = self._tape, t_end_s is not None
        self._finder.scan(tape, now, ended)
        while (contact := self._finder.next(tape, self._tracker.rhythms, now, ended)) is not None:
            self._accepted.append(contact)
            self._last_contact = contact.top
        while self._accepted and (ended or self._timer.seen(self._accepted[0]) <= now):
            self._landed.append(self._timer.time(tape, self._accepted.popleft()))
        due: list[Touchdown] = []
        while self._landed and (ended or self._landed[0].due <= now):
            due.append(self._landed.popleft())
        steps = self._measured(due, t_end_s) if due else []
        self._forget()
        self._look = max(-(-self._soonest() // self._hop), now // self._hop + 1) * self._hop
        return steps

    def _measured(self, due: list[Touchdown], t_end_s: float | None) -> list[Step]:
        following = self._accepted[0] if self._accepted else None
        if self._landed:
            following = self._landed[0].contact
        known_s = [self._time_known_s(min(x.due, self._tape.end), t_end_s) for x in due]
        return self._meter.measure(self._tape, due, following, known_s)

    def _soonest(self) -> int:
        """Return the sample before which no further step can be final."""
        if self._landed:
            return self._landed[0].due
        if self._accepted:
            contact = self._accepted[0]
            return max(contact.known, contact.top + self._timer.wait)
        index, known = self._finder.soonest(self._tape)
        return max(known, index + self._timer.wait)

    def _forget(self) -> None:
        keep = self._finder.oldest - int(KEEP_S * self._fs_hz)
        undone = [x.contact.top for x in self._landed] + [x.top for x in self._accepted]
        if undone:
            keep = min(keep, min(undone) - int(self._fs_hz))
        self._tape.forget(keep)
        self._tracker.rhythms.forget(keep)

    def _time_known_s(self, known: int, t_end_s: float | None) -> float:
        """Return the time of the last sample of the hop that allowed the decision.

        At the end of a stretch, whose last steps nothing else had decided, it is ``t_end_s``.
        """
        if t_end_s is not None:
            return t_end_s
        return self._tape.at(Column.TIME, -(-known // self._hop) * self._hop - 1)
