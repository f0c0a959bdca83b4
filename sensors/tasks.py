"""Tasks that end when they should, over libraries that swallow cancellations.

Before Python 3.12 ``asyncio.wait_for`` returns a result that comes at the moment of a cancellation,
and the cancellation is lost. The Bluetooth libraries use it.
"""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

T = TypeVar("T")


def heed_cancellation() -> None:
    """Raise a cancellation of this task that was swallowed on its way here."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def put_out(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks, again where a cancellation was swallowed, until each is done.

    Not for tasks that wait for something while they clean up. What they raise is not raised here.
    """
    left = ended = tuple(tasks)
    while left := tuple(task for task in left if not task.done()):
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=0.0)
    for task in ended:
        if not task.cancelled():
            task.exception()  # looked at, or asyncio would complain that nobody did


async def while_connected(gone: asyncio.Event, work: Coroutine[Any, Any, T]) -> T:
    """Do ``work``, but no longer than the connection stands.

    Parameters
    ----------
    gone : asyncio.Event
        Set when the connection is lost.
    work : coroutine
        Given up when that happens: an operation on a lost connection may wait for ever.

    Raises
    ------
    ConnectionResetError
        Where the connection was lost first.
    """
    loop = asyncio.get_running_loop()
    working, losing = loop.create_task(work), loop.create_task(gone.wait())
    try:
        await asyncio.wait({working, losing}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return await working
        raise ConnectionResetError("the connection broke off")
    finally:
        await put_out((working, losing))


async def to_its_end(work: Coroutine[Any, Any, T], patience_s: float) -> T:
    """Do ``work`` to its end also where the caller is cancelled meanwhile, and only then heed that.

    Parameters
    ----------
    work : coroutine
        What would leave something behind if it were broken off.
    patience_s : float
        Real seconds that a cancelled caller waits for it at most.
    """
    working = asyncio.get_running_loop().create_task(work)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait({working}, timeout=patience_s)
        await put_out((working,))
        raise
