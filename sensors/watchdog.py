"""Watches over the age of a pod's data: a connection that stands proves nothing.

Knows no Bluetooth library: what the link knows and does is handed in.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from sensors.clock import SessionClock
from sensors.tasks import heed_cancellation

SETTLE_S = 0.05
"""Real seconds. Before a pod counts as silent, a program that was held up reads what has come."""


async def watch(
    clock: SessionClock,
    gone: asyncio.Event,
    timeout_s: float,
    heard_s: Callable[[], float],
    on_silence: Callable[[], Awaitable[bool]],
) -> bool:
    """Wait until the connection is gone, or the pod is silent and does not answer either.

    Parameters
    ----------
    clock : SessionClock
        The clock of all times here.
    gone : asyncio.Event
        Set when the connection is lost.
    timeout_s : float
        Without data for this long the pod is silent.
    heard_s : callable
        When the last data came, in session seconds.
    on_silence : callable
        Called at every time-out; True where the pod is well all the same, so that the wait
        begins anew.

    Returns
    -------
    bool
        True where the connection is gone, False where the pod was given up as silent.
    """
    answered_s = heard_s()
    settled = False
    while not gone.is_set():
        heed_cancellation()
        left_s = max(heard_s(), answered_s) + timeout_s - clock.now_s()
        if left_s > 0.0:
            settled = False
            with contextlib.suppress(TimeoutError):
                await clock.wait_for(gone.wait(), left_s)
        elif not settled:
            settled = True
            await asyncio.sleep(SETTLE_S)
        elif await on_silence():
            answered_s = clock.now_s()
        else:
            return False
    return True
