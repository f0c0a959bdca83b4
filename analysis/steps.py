"""The one pipeline from samples to steps, live and in one go."""

import numpy as np
from numpy.typing import NDArray

from analysis.backlog import Backlog
from analysis.grid import SampleGrid
from analysis.pipeline import Pipeline
from analysis.quality import Quality
from analysis.step import Placement, Step, Strike

FloatArray = NDArray[np.float64]
MIN_RATE_HZ = 50.0
"""Slowest sampling that still times contacts (measured: 14 ms at 52 Hz, failure at 26 Hz)."""
PIECE = 32_768
"""A long push is worked off in pieces of so many samples: enough of them that what is done once a
piece costs nothing, few enough to stay in the processor's cache (measured: 4,096 cost a fifth more,
a whole hour as one piece a half)."""
WHOLE, SPARE_PERIODS = 1.05, 2.0
"""Where so many times as many sample periods, and some to spare, have gone by as samples have
come, there may be a hole among them; a pod's clock is 3 % off at most."""


class StepAnalyser:
    """Turns samples into steps.

    Causal with bounded delay. However the stream is cut into pushes, the steps are the same to
    the last bit.

    Parameters
    ----------
    fs_hz : float
        Nominal sampling rate in Hz, at least 50.
    placement : Placement
        Where the pod is worn.
    full_scale_g : float or None
        Full scale of the accelerometer in g; None: unknown, clipping cannot be seen.
    with_strikes : bool
        Whether contacts are announced at once too, see ``take_strikes``. The steps are the same
        either way; strikes cost as much again, or somewhat more.

    Raises
    ------
    ValueError
        Where the rate or the scale cannot be worked with.
    """

    def __init__(
        self,
        *,
        fs_hz: float,
        placement: Placement,
        full_scale_g: float | None = None,
        with_strikes: bool = False,
    ) -> None:
        if not np.isfinite(fs_hz) or fs_hz < MIN_RATE_HZ:
            msg = (
                f"Sampling rate {fs_hz:g} Hz is too slow to find steps: "
                f"set the pod to {MIN_RATE_HZ:g} Hz or more."
            )
            raise ValueError(msg)
        if full_scale_g is not None and not (np.isfinite(full_scale_g) and full_scale_g > 0):
            msg = f"Full scale {full_scale_g:g} g must be above 0; give None where it is unknown."
            raise ValueError(msg)
        self._fs_hz = float(fs_hz)
        self._placement = placement
        self._full_scale_g = full_scale_g
        self._grid = SampleGrid(self._fs_hz)
        self._backlog = Backlog()
        self._ready: list[Step] = []
        self._pipeline: Pipeline | None = None
        self._clipped = 0
        self._until_s = 0.0
        self._with_strikes = with_strikes
        self._strikes: list[Strike] = []

    def push(
        self, t_s: FloatArray, acc_g: FloatArray, gyro_dps: FloatArray | None = None
    ) -> list[Step]:
        """Take the next samples and return the steps that became final.

        Parameters
        ----------
        t_s : ndarray, shape (n,)
            Strictly rising sample times in seconds, also across pushes.
        acc_g : ndarray, shape (n, 3)
            Acceleration with gravity, in g.
        gyro_dps : ndarray, shape (n, 3), or None
            Angular velocity in degrees per second.

        Returns
        -------
        list of Step
            In order of contact.

        Raises
        ------
        ValueError
            Where the shapes do not fit each other.
        """
        t = np.asarray(t_s, float)
        acc = np.asarray(acc_g, float)
        gyro = None if gyro_dps is None else np.asarray(gyro_dps, float)
        if (
            t.ndim != 1
            or acc.shape != (len(t), 3)
            or (gyro is not None and gyro.shape != acc.shape)
        ):
            msg = f"Samples do not fit: t_s {t.shape}, acc_g {acc.shape}; give (n,) and (n, 3)."
            raise ValueError(msg)
        # On the shank the accelerometer alone tells all that we know how to use.
        if self._placement is Placement.SHANK:
            gyro = None
        if not self._backlog.suits(with_gyro=gyro is not None):
            self._work_off()
        if len(t) <= PIECE:
            self._keep(t, acc, gyro)
        else:
            for start in range(0, len(t), PIECE):
                piece = slice(start, start + PIECE)
                self._keep(t[piece], acc[piece], None if gyro is None else gyro[piece])
        return self._take_ready()

    def _keep(self, t_s: FloatArray, acc_g: FloatArray, gyro_dps: FloatArray | None) -> None:
        """Keep samples until, with them, something can be decided: fewer cost as much."""
        if not len(t_s):
            return
        self._backlog.keep(t_s, acc_g, gyro_dps)
        waiting = self._backlog.samples
        if self._pipeline is not None and waiting < self._pipeline.wanted:
            # A hole ends a stretch, and with it the steps that wait.
            elapsed = (t_s.item(-1) - self._until_s) * self._fs_hz
            if not elapsed > WHOLE * waiting + SPARE_PERIODS:
                return
        self._work_off()

    def _work_off(self) -> None:
        for stretch in self._grid.push(self._backlog.take()):
            if stretch.anew or self._pipeline is None:
                after_hole = self._pipeline is not None
                self._close(float(stretch.t_s[0]))
                self._pipeline = Pipeline(
                    self._fs_hz,
                    self._placement,
                    self._full_scale_g,
                    has_gyro=stretch.gyro_dps is not None,
                    with_strikes=self._with_strikes,
                    after_hole=after_hole,
                )
            self._ready += self._pipeline.push(stretch)
        if self._grid.last_t_s is not None:
            self._until_s = self._grid.last_t_s

    def _take_ready(self) -> list[Step]:
        steps, self._ready = self._ready, []
        return steps

    def take_strikes(self) -> list[Strike]:
        """Return the contacts announced since the last call, in order, and forget them.

        A strike comes about 0.2 s after the contact, its step more than a second later. Empty
        where the analyser was made without ``with_strikes``. They must be taken now and then:
        they are kept until then.
        """
        strikes, self._strikes = self._strikes, []
        if self._pipeline is not None:
            strikes += self._pipeline.strikes
            self._pipeline.strikes = []
        return strikes

    def flush(self) -> list[Step]:
        """End the stream: return the steps still held back. A later push starts afresh."""
        self._work_off()
        last = self._grid.last_t_s
        if last is not None:
            self._close(last)
        return self._take_ready()

    def _close(self, t_known_s: float) -> None:
        if self._pipeline is None:
            return
        self._ready += self._pipeline.finish(t_known_s)
        self._clipped += self._pipeline.clipped
        self._strikes += self._pipeline.strikes
        self._pipeline = None

    @property
    def quality(self) -> Quality:
        """What arrived so far."""
        self._work_off()
        count = self._grid.count
        clipped = self._clipped + (self._pipeline.clipped if self._pipeline else 0)
        return Quality(
            samples=count.samples,
            bad_samples=count.bad,
            disordered_samples=count.disordered,
            holes=count.holes,
            missing_samples=count.missing,
            filled_samples=count.filled,
            clipped_samples=clipped,
            full_scale_g=self._full_scale_g,
            start_s=self._grid.first_t_s,
            end_s=self._grid.last_t_s,
            measured_s=count.samples / self._fs_hz,
            fs_hz=self._fs_hz,
        )
