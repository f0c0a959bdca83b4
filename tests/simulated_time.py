"""An event loop whose time runs as fast as the work allows: hours of a session in minutes.

Where nothing is left to do, the time jumps to the next timer. How busy the computer is changes
nothing: no pod is late, and no watchdog barks because of it.
"""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from sensors.clock import SessionClock

T = TypeVar("T")

WAIT_S = 0.001
"""Real s between two looks while a thread is at work: it may not be overtaken by hours."""

OVERSHOOT_S = 1e-6
"""Simulated s. A timer is never early: who sleeps until a time would sleep again, for ever."""

WORK_S = 1e-9
"""Simulated s that one round of the loop takes."""

RESOLUTION_S = 1e-12
"""Simulated s by which the loop may call a timer early: nothing, as whole nanoseconds count."""


class _JumpingSelector(selectors.DefaultSelector):
    """Does not wait for a timer: it lets the time jump to it."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s = 0.0
        self.threads = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0.0)
        # Work takes time too: who waits for less than a float can tell would wait for ever.
        self.now_s += WORK_S
        if events or (timeout is not None and timeout <= 0.0):
            return events
        if timeout is None or self.threads:
            return super().select(WAIT_S)
        self.now_s += timeout + OVERSHOOT_S
        return []


class SimulatedLoop(asyncio.SelectorEventLoop):
    """The loop: its ``time`` is simulated."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        self._clock_resolution = RESOLUTION_S

    def time(self) -> float:
        """Return the simulated time in seconds."""
        return self._jumping.now_s

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> Any:
        """Run in a thread; meanwhile the time stands."""
        self._jumping.threads += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._returned)
        return future

    def _returned(self, _future: object) -> None:
        self._jumping.threads -= 1


class SimulatedClock(SessionClock):
    """A session's clock on the simulated time of the running loop."""

    def now_s(self) -> float:
        """Return the session time in seconds, in whole nanoseconds."""
        return round(asyncio.get_running_loop().time() * self.speed * 1e9) / 1e9


def run_simulated(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in simulated time."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(work)
