"""One stretch without holes, from its first sample to its last."""

import numpy as np

from analysis.contacts import Contact, ContactFinder
from analysis.gait import gait_of
from analysis.grid import Stretch
from analysis.impact import impact_at
from analysis.onset import onset_index
from analysis.signals import Column, FrontEnd
from analysis.step import Placement, Step
from analysis.stride_period import PeriodTracker
from analysis.tape import Tape
from analysis.terminal import ToeOff

HOP_S = 0.10
"""Samples are gathered to blocks of this length: short against a step, long against call costs."""
PATIENCE_STRIDES = 1.7
"""A step whose successor is not decided by then is the last of its bout."""


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
    """

    def __init__(self, fs_hz: float, placement: Placement, full_scale_g: float | None) -> None:
        self._fs_hz = fs_hz
        self._placement = placement
        self._front = FrontEnd(fs_hz, placement, full_scale_g)
        self._tracker = PeriodTracker(fs_hz)
        self._finder = ContactFinder(
            fs_hz, placement, self._front.burst_delay, self._tracker.hop
        )
        self._toe_off = ToeOff(fs_hz, placement)
        self._tape = Tape(len(Column))
        self._hop = max(1, round(HOP_S * fs_hz))
        self._waiting: list[Stretch] = []
        self._waiting_n = 0
        self._open: Contact | None = None
        self.clipped = 0

    def push(self, stretch: Stretch) -> list[Step]:
        """Take the next samples of this stretch."""
        self._waiting.append(stretch)
        self._waiting_n += len(stretch.t_s)
        if self._waiting_n < self._hop:
            return []
        joined = _join(self._waiting)
        whole = self._waiting_n - self._waiting_n % self._hop
        self._waiting = [_part(joined, whole, self._waiting_n)] if whole < self._waiting_n else []
        self._waiting_n -= whole
        self._take(_part(joined, 0, whole))
        return self._steps(ended=False, t_end_s=None)

    def finish(self, t_known_s: float) -> list[Step]:
        """End the stretch; ``t_known_s`` is the time of the sample that showed its end."""
        if self._waiting_n:
            self._take(_join(self._waiting))
        self._waiting, self._waiting_n = [], 0
        return self._steps(ended=True, t_end_s=t_known_s)

    def _take(self, stretch: Stretch) -> None:
        columns, movement = self._front.step(stretch)
        self._tape.append(columns)
        self._tracker.push(movement)
        self.clipped += int(columns[Column.CLIPPED].sum())

    def _steps(self, ended: bool, t_end_s: float | None) -> list[Step]:
        tape = self._tape
        steps: list[Step] = []
        self._finder.scan(tape, ended)
        while True:
            limit = tape.end
            if self._open is not None:
                limit = min(limit, self._deadline(self._open))
            contact = self._finder.next(tape, self._tracker.rhythms, limit, ended)
            if contact is not None:
                if self._open is not None:
                    steps.append(self._step(self._open, contact, contact.known, t_end_s))
                self._open = contact
            elif self._open is not None and (ended or self._deadline(self._open) <= tape.end):
                known = min(self._deadline(self._open), tape.end)
                steps.append(self._step(self._open, None, known, t_end_s))
                self._open = None
            else:
                break
        keep = self._finder.oldest - int(4.0 * self._fs_hz)
        if self._open is not None:
            keep = min(keep, self._open.index - int(self._fs_hz))
        tape.forget(keep)
        return steps

    def _deadline(self, contact: Contact) -> int:
        wait = int(PATIENCE_STRIDES * contact.period_s * self._fs_hz) + self._hop
        return max(contact.index + wait + int(0.6 * self._fs_hz), contact.known)

    def _step(
        self, contact: Contact, following: Contact | None, known: int, t_end_s: float | None
    ) -> Step:
        tape, fs = self._tape, self._fs_hz
        ic = self._onset(contact)
        stride_s = contact.period_s
        t_ic_s = self._time(ic)
        if following is not None:
            next_ic = self._onset(following)
            to_next_s = self._time(next_ic) - t_ic_s
            if 0.7 * stride_s < to_next_s < 1.4 * stride_s:
                stride_s = to_next_s
        gait = gait_of(self._placement, self._moved(contact.index, stride_s), stride_s)
        tc = self._toe_off.find(tape, contact.index, stride_s, gait)
        impact = impact_at(tape, ic, fs)
        hop_end = -(-known // self._hop) * self._hop
        if hop_end > tape.end:
            t_known_s = self._time(tape.end - 1) if t_end_s is None else t_end_s
        else:
            t_known_s = tape.at(Column.TIME, hop_end - 1)
        flags = []
        if impact.at_least_g is not None:
            flags.append("clipped")
        last = ic + stride_s * fs
        if tape.view(Column.FILLED, int(ic), int(last)).any() or impact.filled:
            flags.append("filled")
        return Step(
            t_ic_s=t_ic_s,
            t_tc_s=None if tc is None else self._time(tc),
            t_known_s=t_known_s,
            stride_s=stride_s,
            cadence_spm=120.0 / stride_s,
            impact_g=impact.impact_g,
            impact_at_least_g=impact.at_least_g,
            impact_reason=impact.reason,
            gait=gait,
            flags=tuple(flags),
        )

    def _onset(self, contact: Contact) -> float:
        delay = self._front.burst_delay
        return onset_index(self._tape, contact, delay, self._placement, self._fs_hz)

    def _moved(self, index: int, stride_s: float) -> float:
        tape = self._tape
        low = max(index - int(0.5 * stride_s * self._fs_hz), tape.start)
        high = min(index + int(0.5 * stride_s * self._fs_hz), tape.end - 1)
        moved = tape.at(Column.MOVED, high) - tape.at(Column.MOVED, low)
        return moved / max(high - low, 1)

    def _time(self, index: float) -> float:
        """Return the time of a sample index with a fraction; outside the tape by the period."""
        low = min(max(int(np.floor(index)), self._tape.start), self._tape.end - 2)
        t0, t1 = self._tape.at(Column.TIME, low), self._tape.at(Column.TIME, low + 1)
        return t0 + (index - low) * (t1 - t0)


def _join(parts: list[Stretch]) -> Stretch:
    if len(parts) == 1:
        return parts[0]
    gyro = [p.gyro_dps for p in parts if p.gyro_dps is not None]
    return Stretch(
        parts[0].anew,
        np.concatenate([p.t_s for p in parts]),
        np.concatenate([p.acc_g for p in parts], axis=1),
        np.concatenate(gyro, axis=1) if gyro else None,
        np.concatenate([p.filled for p in parts]),
    )


def _part(stretch: Stretch, start: int, stop: int) -> Stretch:
    gyro = stretch.gyro_dps
    return Stretch(
        stretch.anew,
        stretch.t_s[start:stop],
        stretch.acc_g[:, start:stop],
        None if gyro is None else gyro[:, start:stop],
        stretch.filled[start:stop],
    )
