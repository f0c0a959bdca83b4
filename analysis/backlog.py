"""Pushes that have come but are too short to be worth working off one by one."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Samples = tuple[FloatArray, FloatArray, FloatArray | None]
"""Times, shape (n,), acceleration, shape (n, 3), and angular velocity, shape (n, 3) or None."""


class Backlog:
    """Keeps pushes in order until they are taken together.

    Attributes
    ----------
    samples : int
        Samples kept.
    """

    def __init__(self) -> None:
        self._pushes: list[Samples] = []
        self.samples = 0

    def keep(self, samples: Samples) -> None:
        """Keep a copy of a push: the caller may use its arrays again."""
        t, acc, gyro = samples
        self._pushes.append((t.copy(), acc.copy(), None if gyro is None else gyro.copy()))
        self.samples += len(t)

    def take(self, newest: Samples | None = None) -> list[Samples]:
        """Return everything kept, and ``newest`` after it, and forget it.

        Neighbours are joined where all or none of them have an angular velocity.
        """
        pushes = self._pushes if newest is None else [*self._pushes, newest]
        self._pushes = []
        self.samples = 0
        groups: list[list[Samples]] = []
        for push in pushes:
            if groups and (groups[-1][0][2] is None) is (push[2] is None):
                groups[-1].append(push)
            else:
                groups.append([push])
        return [group[0] if len(group) == 1 else _joined(group) for group in groups]


def _joined(pushes: list[Samples]) -> Samples:
    gyros = [gyro for _, _, gyro in pushes if gyro is not None]
    return (
        np.concatenate([t for t, _, _ in pushes]),
        np.concatenate([acc for _, acc, _ in pushes]),
        np.concatenate(gyros) if gyros else None,
    )
