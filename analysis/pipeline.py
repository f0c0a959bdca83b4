"""One stretch without holes, from its first sample to its last."""

from dataclasses import dataclass, replace

from analysis.cadence import cadence_spm, stride_between
from analysis.contacts import Contact, ContactFinder
from analysis.gait import GaitJudge
from analysis.grid import Stretch, join, part
from analysis.impact import impact_at
from analysis.onset import early_onset_index, onset_index
from analysis.signals import COLUMNS_WITHOUT_GYRO, Column, FrontEnd
from analysis.step import Placement, Step, Strike
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
ALONE_STRIDE_S = 1.0
"""Stride assumed where there is no rhythm, to look for toe-off."""
PATIENCE_STRIDES = 1.4
"""A step whose successor is not decided by then is the last of its bout."""
FIRST_MORE_S = 0.25
"""The successor of a bout's first contact is decided later, by as much."""
KEEP_S = 4.0
"""Signal kept before the oldest undecided burst: its neighbours' windows and one stride."""


@dataclass(frozen=True, slots=True)
class _Landing:
    """An accepted contact with its timing: sample index with a fraction, and time."""

    contact: Contact
    index: float
    t_s: float


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
    ) -> None:
        # On the shank the accelerometer alone tells all that we know how to use.
        self._has_gyro = has_gyro and placement is Placement.FOOT
        self._fs_hz = fs_hz
        self._placement = placement
        self._front = FrontEnd(fs_hz, placement, full_scale_g)
        self._tracker = PeriodTracker(fs_hz)
        self._finder = ContactFinder(fs_hz, placement, self._front.burst_delay, self._tracker.hop)
        self._toe_off = ToeOff(fs_hz, placement)
        self._gait = GaitJudge(placement, fs_hz)
        self._tape = Tape(len(Column) if self._has_gyro else COLUMNS_WITHOUT_GYRO)
        self._tick = max(1, round(TICK_S * fs_hz))
        self._hop = HOP_TICKS * self._tick
        self._striker = (
            StrikeFinder(fs_hz, placement, self._front.burst_delay) if with_strikes else None
        )
        self._last_contact: int | None = None
        self.strikes: list[Strike] = []
        self._waiting: list[Stretch] = []
        self._waiting_n = 0
        self._open: _Landing | None = None
        self._deadline = 0
        self.clipped = 0

    def push(self, stretch: Stretch) -> list[Step]:
        """Take the next samples of this stretch."""
        self._waiting.append(stretch if self._has_gyro else replace(stretch, gyro_dps=None))
        self._waiting_n += len(stretch.t_s)
        grain = self._hop if self._striker is None else self._tick
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
        period_s = rhythms[-1].period_s if rhythms else None
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
        steps: list[Step] = []
        self._finder.scan(tape, ended)
        while True:
            limit = tape.end
            if self._open is not None:
                limit = min(limit, self._deadline)
            contact = self._finder.next(tape, self._tracker.rhythms, limit, ended)
            if contact is not None:
                landing = self._landing(contact)
                self._last_contact = contact.index
                if self._open is not None:
                    steps.append(self._step(self._open, landing, contact.known, t_end_s))
                stride = (contact.period_s or ALONE_STRIDE_S) * self._fs_hz
                patience = contact.index + int(PATIENCE_STRIDES * stride)
                if self._open is None:
                    patience += int(FIRST_MORE_S * self._fs_hz)
                # A first contact is decided late, and so is its successor.
                self._deadline = max(patience, contact.known + int(0.5 * stride))
                self._open = landing
            elif self._open is not None and (ended or self._deadline <= tape.end):
                known = min(self._deadline, tape.end)
                steps.append(self._step(self._open, None, known, t_end_s))
                self._open = None
            else:
                break
        self._forget()
        return steps

    def _forget(self) -> None:
        keep = self._finder.oldest - int(KEEP_S * self._fs_hz)
        if self._open is not None:
            keep = min(keep, self._open.contact.index - int(self._fs_hz))
        self._tape.forget(keep)

    def _landing(self, contact: Contact) -> _Landing:
        delay = self._front.burst_delay
        running = self._gait.loads_like_running(self._tape, contact.index)
        index = onset_index(
            self._tape, contact, delay, self._placement, self._fs_hz, running=running
        )
        return _Landing(contact, index, self._time(index))

    def _step(
        self, landing: _Landing, following: _Landing | None, known: int, t_end_s: float | None
    ) -> Step:
        """Measure one step; nothing from sample ``known`` on is looked at."""
        tape, fs, contact = self._tape, self._fs_hz, landing.contact
        to_next_s = None if following is None else following.t_s - landing.t_s
        next_period_s = None if following is None else following.contact.period_s
        stride_s = stride_between(contact.period_s, to_next_s, next_period_s)
        usual_s = stride_s or ALONE_STRIDE_S
        gait = self._gait.judge(tape, contact.index, usual_s)
        tc = self._toe_off.find(tape, contact.index, usual_s, gait, known)
        impact = impact_at(tape, landing.index, fs)
        flags = ("clipped",) if impact.at_least_g is not None else ()
        last = min(int(landing.index + usual_s * fs), known)
        if impact.filled or tape.any(Column.FILLED, int(landing.index), last):
            flags = (*flags, "filled")
        return Step(
            t_ic_s=landing.t_s,
            t_tc_s=None if tc is None else self._time(tc),
            t_known_s=self._time_known_s(known, t_end_s),
            stride_s=stride_s,
            cadence_spm=cadence_spm(stride_s),
            impact_g=impact.impact_g,
            impact_at_least_g=impact.at_least_g,
            impact_reason=impact.reason,
            gait=gait,
            flags=flags,
        )

    def _time_known_s(self, known: int, t_end_s: float | None) -> float:
        """Return the time of the last sample of the hop that allowed the decision."""
        hop_end = -(-known // self._hop) * self._hop
        if hop_end <= self._tape.end:
            return self._tape.at(Column.TIME, hop_end - 1)
        return self._tape.at(Column.TIME, self._tape.end - 1) if t_end_s is None else t_end_s

    def _time(self, index: float) -> float:
        """Return the time of a sample index with a fraction, beyond the ends by the period."""
        low = min(max(int(index // 1), self._tape.start), self._tape.end - 2)
        t0, t1 = self._tape.at(Column.TIME, low), self._tape.at(Column.TIME, low + 1)
        return t0 + (index - low) * (t1 - t0)
