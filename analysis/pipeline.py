"""One stretch without holes, from its first sample to its last."""

from collections import deque
from dataclasses import dataclass
from itertools import chain

from analysis.cadence import cadence_spm, stride_since
from analysis.contacts import Contact, ContactFinder
from analysis.gait import GaitJudge
from analysis.grid import Stretch, join, part
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
"""Samples are gathered to blocks of this many ticks, 0.18 s: short against a step, long against
the costs of a call."""
PIECE_HOPS = 256
"""A long push is worked off in pieces that stay in the processor's cache."""
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
    clipped : int
        Samples at full scale so far.
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
        self._grain = self._hop if self._striker is None else self._tick
        self._last_contact: int | None = None
        self.strikes: list[Strike] = []
        self._waiting: list[Stretch] = []
        self._waiting_n = 0
        self._accepted: deque[Contact] = deque()
        self._landed: deque[_Landing] = deque()
        self._last_t_s: float | None = None
        self._due = 0
        self.clipped = 0

    @property
    def wanted(self) -> int:
        """Samples that are missing until the next block is full: fewer change nothing."""
        return self._grain - self._waiting_n

    def push(self, stretch: Stretch) -> list[Step]:
        """Take the next samples of this stretch."""
        self._waiting.append(stretch)
        self._waiting_n += len(stretch.t_s)
        grain = self._grain
        if self._waiting_n < grain:
            return []
        joined = join(self._waiting)
        whole = self._waiting_n - self._waiting_n % grain
        self._waiting = [part(joined, whole, self._waiting_n)] if whole < self._waiting_n else []
        self._waiting_n -= whole
        steps: list[Step] = []
        piece = PIECE_HOPS * self._hop if self._striker is None else grain
        for start in range(0, whole, piece):
            self._take(part(joined, start, min(start + piece, whole)))
            if self._striker is not None:
                self._strike(self._striker)
            if self._tape.end % self._hop == 0:
                steps += self._steps(ended=False, t_end_s=None)
        return steps

    def finish(self, t_known_s: float) -> list[Step]:
        """End the stretch; ``t_known_s`` is the time of the sample that showed its end."""
        if self._waiting_n:
            self._take(join(self._waiting))
        self._waiting, self._waiting_n = [], 0
        return self._steps(ended=True, t_end_s=t_known_s)

    def _take(self, stretch: Stretch) -> None:
        columns, movement = self._front.step(stretch)
        self._tape.append(columns)
        self._tracker.push(movement)
        self.clipped = int(columns[Column.CLIPPED, -1])

    def _strike(self, striker: StrikeFinder) -> None:
        rhythms = self._tracker.rhythms
        period_s = rhythms.period_s(len(rhythms) - 1) if len(rhythms) else None
        top = striker.scan(self._tape, period_s, self._last_contact)
        if top is None:
            return
        index = early_onset_index(
            self._tape, top, self._front.burst_delay, self._placement, self._fs_hz,
            running=self._gait.was_running,
        )  # fmt: skip
        known_s = self._tape.at(Column.TIME, self._tape.end - 1)
        self.strikes.append(Strike(self._time(index), known_s))

    def _steps(self, ended: bool, t_end_s: float | None) -> list[Step]:
        tape = self._tape
        self._finder.scan(tape, ended)
        while (
            contact := self._finder.next(tape, self._tracker.rhythms, tape.end, ended)
        ) is not None:
            self._accepted.append(contact)
            self._last_contact = contact.index
        while self._accepted and (landing := self._landing(ended)) is not None:
            self._landed.append(landing)
            self._accepted.popleft()
        steps: list[Step] = []
        while self._landed and (ended or self._landed[0].due <= tape.end):
            steps.append(self._step(self._landed.popleft(), t_end_s))
        self._forget()
        return steps

    def _forget(self) -> None:
        keep = self._finder.oldest - int(KEEP_S * self._fs_hz)
        undone = [x.contact.index for x in self._landed] + [x.index for x in self._accepted]
        if undone:
            keep = min(keep, min(undone) - int(self._fs_hz))
        self._tape.forget(keep)
        self._tracker.rhythms.forget(keep)

    def _landing(self, ended: bool) -> _Landing | None:
        """Return the oldest accepted contact with its timing; None: it has to wait."""
        contact = self._accepted[0]
        seen = self._seen(contact)
        if seen > self._tape.end and not ended:
            return None
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
