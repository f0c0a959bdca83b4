"""A session with its viewers around it: whatever becomes of them, the session runs on."""

import asyncio
from typing import Final, Protocol

from monitor.errors import LiveError
from monitor.live.publisher import Publisher

LAST_S: Final = 0.5
"""s, real time. How long viewers are given to take the end of a session."""


class Runs(Protocol):
    """A session that can be run to its end."""

    async def run(self) -> None:
        """Run it."""
        ...


async def run_published(session: Runs, publisher: Publisher | None) -> str:
    """Run a session to its end, and let it be watched meanwhile.

    Returns
    -------
    str
        Why it could not be watched; empty where it could.

    Raises
    ------
    Exception
        What the session itself raised; never what its viewers did.
    """
    if publisher is None:
        await session.run()
        return ""
    publishing = asyncio.create_task(publisher.run(), name="publisher")
    try:
        await session.run()
        publisher.publish()
        await asyncio.wait([publishing], timeout=LAST_S)
    finally:
        publishing.cancel()
        (end,) = await asyncio.gather(publishing, return_exceptions=True)
    if isinstance(end, LiveError):
        return str(end)
    return f"The view broke off: {end!r}" if isinstance(end, Exception) else ""
