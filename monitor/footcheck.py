"""Is one pod on each leg, and is the left one left? It asks only, and once for each labelling.

By the pods' serial numbers and the way they swing, beside those of the person's baseline; and by
the order of contacts, which needs none. Two pods worn the same way round on both legs swing alike,
and their swing tells nothing.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

from analysis.feet import Order, SwingAxis, alternation, is_turned
from analysis.step import Step
from monitor.sides import LEFT, RIGHT, Axis, SidesBaseline
from sensors.samples import FloatArray, PodIdentity

CONTACTS: Final = 20
"""Contacts of each pod that are held against each other, and before which nothing is said of the
swing: twenty seconds. Design default."""

SWAPPED: Final = "are left and right swapped? Swapping the labels loses nothing (x)"

ONE_LEG: Final = "Both pods feel every step together: is one on each leg?"
SERIALS: Final = f"The pods are on the other legs than at the baseline: {SWAPPED}"
TURNED: Final = f"Both pods swing the other way round than at the baseline: {SWAPPED}"


class FootCheck:
    """Holds the two pods of a session against each other and against the baseline.

    Parameters
    ----------
    own : SidesBaseline or None
        What the pods and their swing were with the baseline.
    """

    def __init__(self, own: SidesBaseline | None) -> None:
        self._own = own
        self._contacts: dict[str, deque[float]] = {}
        self._swing: dict[str, SwingAxis] = {}
        self._has_asked = False
        self.restart()

    def restart(self) -> None:
        """Begin anew: the pods have other labels."""
        self._has_asked = False
        self._contacts = {side: deque(maxlen=CONTACTS) for side in (LEFT, RIGHT)}
        self._swing = {side: SwingAxis() for side in (LEFT, RIGHT)}

    def add(self, side: str, steps: Sequence[Step]) -> None:
        """Take the next steps of one foot, in order."""
        self._contacts[side].extend(step.t_ic_s for step in steps)

    def turn(self, side: str, gyro_dps: FloatArray) -> None:
        """Take the next angular velocities of one pod."""
        self._swing[side].push(gyro_dps)

    def axis(self, side: str) -> Axis | None:
        """Return the axis about which a pod swings; None where that is not known."""
        return self._swing[side].axis

    def look(self, pods: Mapping[str, PodIdentity]) -> str | None:
        """Return what to ask; None for nothing.

        Parameters
        ----------
        pods : mapping of str to PodIdentity
            Left and right, as far as they have said who they are.
        """
        question = None if self._has_asked else self._question(pods)
        self._has_asked = self._has_asked or question is not None
        return question

    def _question(self, pods: Mapping[str, PodIdentity]) -> str | None:
        if self._own is not None and _has_other_legs(self._own, pods):
            return SERIALS
        if any(len(contacts) < CONTACTS for contacts in self._contacts.values()):
            return None
        order = alternation(tuple(self._contacts[LEFT]), tuple(self._contacts[RIGHT])).order
        if order is Order.TOGETHER:
            return ONE_LEG
        return TURNED if self._own is not None and self._is_turned(self._own) else None

    def _is_turned(self, own: SidesBaseline) -> bool:
        pairs = ((self.axis(LEFT), own.left_axis), (self.axis(RIGHT), own.right_axis))
        return all(
            now is not None and before is not None and is_turned(now, before)
            for now, before in pairs
        )


def _has_other_legs(own: SidesBaseline, pods: Mapping[str, PodIdentity]) -> bool:
    before = {LEFT: own.right_serial, RIGHT: own.left_serial}
    return own.left_serial != own.right_serial and any(
        serial and side in pods and pods[side].serial == serial for side, serial in before.items()
    )
