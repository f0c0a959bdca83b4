"""The session's clock: the one place where the program looks at the time.

It stands in this room because the link needs it too; the pure core is handed times as data.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TypeVar

T = TypeVar("T")


class SessionClock:
    """Seconds since the session opened, on the system's monotonic clock.

    Parameters
    ----------
    speed : float
        Session seconds per real second; above 1 only where the pod is virtual or replayed.
    begins_s : float
        Session time at which it begins: 0, but for a session that broke off and goes on.
    """

    def __init__(self, speed: float = 1.0, begins_s: float = 0.0) -> None:
        self.speed = speed
        self._begins_ns = round(begins_s * 1e9)
        self._origin_ns = time.monotonic_ns()

    def now_s(self) -> float:
        """Return the session time in seconds, at the resolution of whole nanoseconds."""
        passed_ns = round((time.monotonic_ns() - self._origin_ns) * self.speed)
        return (self._begins_ns + passed_ns) / 1e9

    async def sleep_until(self, t_s: float) -> None:
        """Sleep until the session time ``t_s``; give way to other tasks where it is past."""
        await asyncio.sleep(max(0.0, t_s - self.now_s()) / self.speed)
        # Timers of some systems are coarse and early; what is stamped later must not be before t_s.
        while (left_s := t_s - self.now_s()) > 0.0:  # noqa: ASYNC110 - nothing to be told of
            await asyncio.sleep(left_s / self.speed)

    async def sleep(self, seconds: float) -> None:
        """Sleep for ``seconds`` of session time."""
        await asyncio.sleep(seconds / self.speed)

    async def wait_for(self, awaitable: Awaitable[T], timeout_s: float) -> T:
        """Await with a time-out in session seconds; raises TimeoutError."""
        # Not asyncio.wait_for: before Python 3.12 it can swallow a cancellation.
        async with asyncio.timeout(timeout_s / self.speed):
            return await awaitable


class SleepWatch:
    """Tells how long the computer slept, between two looks.

    The session's clock stands still meanwhile: no plan goes on while nobody can see it.

    Parameters
    ----------
    slept_ns : callable, optional
        How long the computer slept since it was switched on; None where the system does not tell.
    """

    def __init__(self, slept_ns: Callable[[], int | None] | None = None) -> None:
        self._slept_ns = _suspended_ns if slept_ns is None else slept_ns
        self._before_ns = self._slept_ns()

    def look(self) -> float:
        """Return the seconds slept since the last look; 0 where it is not known."""
        now_ns = self._slept_ns()
        before_ns, self._before_ns = self._before_ns, now_ns
        if now_ns is None or before_ns is None:
            return 0.0
        return max(0.0, (now_ns - before_ns) / 1e9)


def _suspended_ns() -> int | None:
    # Linux counts a sleep in one of its two clocks; other systems do not let it be told so.
    boottime = getattr(time, "CLOCK_BOOTTIME", None)
    if boottime is None:
        return None
    return time.clock_gettime_ns(boottime) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)


def utc_now_ns() -> int:
    """Return UTC in nanoseconds since 1970: looked at once, when a session opens."""
    return time.time_ns()


def utc_now() -> datetime:
    """Return UTC: what a certificate of a session is made with."""
    return datetime.now(UTC)


def utc_stamp(utc_ns: int) -> str:
    """Return a time as a file name says it: ``20261124T063015.250Z``."""
    moment = datetime.fromtimestamp(utc_ns // 10**9, UTC)
    return f"{moment:%Y%m%dT%H%M%S}.{utc_ns // 10**6 % 1000:03d}Z"
