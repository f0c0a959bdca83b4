"""Whether a virtual pod is there: out of range, stalled, frozen, or well."""

import asyncio

from sensors.clock import SessionClock


class Presence:
    """The ways in which a pod can be away without being off.

    Parameters
    ----------
    clock : SessionClock
        All times are session time.
    """

    def __init__(self, clock: SessionClock) -> None:
        self._clock = clock
        self._away_until_s = float("-inf")
        self._stalled_until_s = float("-inf")
        self._thawed = asyncio.Event()
        self._thawed.set()

    def leave(self, for_s: float) -> None:
        """Be out of range for a while, counted from now."""
        self._away_until_s = self._clock.now_s() + for_s

    def stall(self, for_s: float) -> None:
        """Send nothing for a while, counted from now."""
        self._stalled_until_s = self._clock.now_s() + for_s

    def freeze(self) -> None:
        """Send nothing and answer nothing until ``thaw``."""
        self._thawed.clear()

    def thaw(self) -> None:
        """Be well again after ``freeze``."""
        self._thawed.set()

    def is_away(self) -> bool:
        """Whether the pod is out of range."""
        return self._clock.now_s() < self._away_until_s

    def is_sending(self) -> bool:
        """Whether the pod sends what it makes."""
        return self._thawed.is_set() and self._clock.now_s() >= self._stalled_until_s

    async def back(self) -> None:
        """Wait until the pod is in range, as far as is known now."""
        await self._clock.sleep_until(self._away_until_s)

    async def answering(self) -> None:
        """Wait until the pod is not frozen."""
        await self._thawed.wait()
