"""A session with its viewers around it: whatever becomes of them, the session runs on."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from monitor.errors import LiveError
from monitor.live.publisher import Publisher

LAST_S: Final = 0.5
"""s, real time. How long viewers are given to take the end of a session."""


async def run_published(session: Callable[[], Awaitable[None]], publisher: Publisher) -> str:
    """Run a session to its end, and let it be watched meanwhile.

    Parameters
    ----------
    session : callable
        Runs the session.
    publisher : Publisher
        Lets it be watched.

    Returns
    -------
    str
        Why it could not be watched; empty where it could.

    Raises
    ------
    Exception
        What the session itself raised; never what its viewers did.
    """
    publishing = asyncio.create_task(publisher.run(), name="publisher")
    try:
        await session()
        publisher.publish()
        await asyncio.wait([publishing], timeout=LAST_S)
    finally:
        publishing.cancel()
        (end,) = await asyncio.gather(publishing, return_exceptions=True)
    if isinstance(end, LiveError):
        return str(end)
    return f"The view broke off: {end!r}" if isinstance(end, Exception) else ""
