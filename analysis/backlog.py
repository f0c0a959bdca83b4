"""Pushes that have come but are too few to be worth working off one by one."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
CHANNELS, CHANNELS_WITH_GYRO = 4, 7
"""Time and three axes of acceleration; the rest is the angular velocity."""
ROOM = 256
"""Samples there is room for at first."""


class Backlog:
    """Keeps pushes in order, one row a channel, until they are taken together.

    Attributes
    ----------
    samples : int
        Samples kept.
    """

    def __init__(self) -> None:
        self._rows: FloatArray = np.empty((CHANNELS_WITH_GYRO, ROOM))
        self._channels = CHANNELS
        self.samples = 0

    def suits(self, *, with_gyro: bool) -> bool:
        """Return whether a push with or without an angular velocity may stand beside the rest."""
        return not self.samples or with_gyro == (self._channels == CHANNELS_WITH_GYRO)

    def keep(self, t_s: FloatArray, acc_g: FloatArray, gyro_dps: FloatArray | None) -> None:
        """Keep a copy of a push that suits: the caller may use its arrays again.

        Parameters
        ----------
        t_s : ndarray, shape (n,)
            Sample times in seconds.
        acc_g : ndarray, shape (n, 3)
            Acceleration in g.
        gyro_dps : ndarray, shape (n, 3), or None
            Angular velocity.
        """
        start, stop = self.samples, self.samples + len(t_s)
        if stop > self._rows.shape[1]:
            grown = np.empty((CHANNELS_WITH_GYRO, 2 * stop))
            grown[:, :start] = self._rows[:, :start]
            self._rows = grown
        rows = self._rows
        rows[0, start:stop] = t_s
        rows[1:4, start:stop] = acc_g.T
        self._channels = CHANNELS
        if gyro_dps is not None:
            rows[4:, start:stop] = gyro_dps.T
            self._channels = CHANNELS_WITH_GYRO
        self.samples = stop

    def take(self) -> FloatArray:
        """Return the channels kept, shape (4 or 7, n), and forget them; good until the next push.

        The rows are time, acceleration and, where there is one, angular velocity.
        """
        rows = self._rows[: self._channels, : self.samples]
        self.samples = 0
        return rows
