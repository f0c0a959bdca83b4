"""``stridegate serve``: the physio's view of a running session in a browser of this computer."""

import asyncio
import contextlib
import signal

from monitor.live.door import Door
from monitor.live.ticket import Ticket
from monitor.web.server import serving


def run_serve(target: Door | Ticket, port: int) -> int:
    """Serve a view until Ctrl+C; returns the exit status, which is 0."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(target, port))
    return 0


async def _serve(target: Door | Ticket, port: int) -> None:
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    for told in (signal.SIGINT, signal.SIGTERM):
        # Windows has no such handlers; Ctrl+C raises there.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(told, over.set)
    async with serving(target, port) as link:
        print(f"Open this in a browser on this computer; it opens once:\n{link}", flush=True)
        print("Ctrl+C ends the view. The session does not notice.", flush=True)
        await over.wait()
