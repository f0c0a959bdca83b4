"""``stridegate watch``: a running session seen from another terminal or computer.

Exit status: 0 where the session was seen to its end or the view was left; 1 where the session did
not let this viewer look; 2 where there is nothing to watch.
"""

import asyncio
import contextlib
import sys

from monitor.errors import LiveError, UsageError
from monitor.live.client import Viewing
from monitor.live.door import Door, open_doors
from monitor.live.request import MARKS, WITH_TEXT, Ask, Request
from monitor.live.ticket import SCHEME, Ticket, read_ticket
from monitor.printing import LinePrinter
from monitor.running.terminal import InputLines
from sensors.clock import SessionClock

POLL_S = 0.1
"""s. How often plain lines look for something new."""

HELP = f"Type and press Enter: {', '.join(MARKS)}, or {WITH_TEXT[0]} and what to say"


def target_of(which: str | None) -> Door | Ticket:
    """Return the session that is meant.

    Parameters
    ----------
    which : str or None
        A ticket, or a patient or session of this computer; None: the only one that runs; ``-``: a
        line of standard input says it, so that a ticket stands on no command line.

    Raises
    ------
    UsageError
        Where none runs, or which one is meant is open.
    """
    if which == "-":
        print("The session's ticket: ", end="", file=sys.stderr, flush=True)
        which = sys.stdin.readline().strip()
    if which is not None and which.strip().startswith(f"{SCHEME}:"):
        return read_ticket(which)
    doors = open_doors()
    found = [door for door in doors if which in (None, door.patient, door.session)]
    if len(found) == 1:
        return found[0]
    running = ", ".join(f"{door.patient} ({door.session})" for door in found or doors)
    if found:
        raise UsageError(f"Several sessions run: name one of {running}")
    wish = "No session" if which is None else f"No session of {which}"
    now = f"; there is {running}" if running else ""
    raise UsageError(
        f"{wish} runs on this computer{now}: start one with stridegate run or demo, or give the "
        f"{SCHEME}:// ticket that a session on another computer prints"
    )


def run_watch_plain(target: Door | Ticket) -> int:
    """Watch a session in plain lines; returns the exit status."""
    view = Viewing(target, SessionClock())
    # Ctrl+C leaves the view; the session does not notice.
    with contextlib.suppress(KeyboardInterrupt):
        try:
            asyncio.run(_watch(view))
        except LiveError as error:
            print(f"stridegate: {error}", file=sys.stderr)
            return 1
    return 0


def request_of(line: str) -> Request:
    """Read a request as a person types it: ``hold``, ``message shorter steps``.

    Raises
    ------
    LiveError
        Where there is no such request.
    """
    word, _, rest = line.strip().partition(" ")
    if word not in tuple(Ask):
        raise LiveError(HELP)
    try:
        return Request(Ask(word), rest.strip())
    except ValueError as error:
        raise LiveError(f"Not sent: {error}") from error


async def _watch(view: Viewing) -> None:
    printer = LinePrinter()

    def take(line: str) -> None:
        try:
            view.ask(request_of(line))
        except LiveError as error:
            print(error, file=sys.stderr, flush=True)

    hearing = contextlib.ExitStack()
    if sys.stdin is not None and sys.stdin.isatty():
        hearing.enter_context(InputLines().heard_by(take))
        print(HELP, file=sys.stderr, flush=True)
    watching = asyncio.create_task(view.run(), name="view")
    said = ""
    try:
        while not watching.done():
            await asyncio.wait([watching], timeout=POLL_S)
            if view.notice != said:
                said = view.notice
                print(said or "The view is live.", file=sys.stderr, flush=True)
            while view.answers:
                answer = view.answers.pop(0)
                done = "Done: " if answer.is_done else ""
                print(f"{done}{answer.text}", file=sys.stderr, flush=True)
            if view.snapshot is not None:
                printer(view.snapshot)
        watching.result()
    finally:
        hearing.close()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
