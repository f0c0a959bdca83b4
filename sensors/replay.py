"""A recording as a source: its items go into the same inbox as those of a pod."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

from sensors.clock import SessionClock
from sensors.recording.layout import RecordedItem

ITEMS_PER_TURN: Final = 64
"""Items delivered before other tasks get their turn (design default)."""


async def replay(
    items: Iterable[RecordedItem],
    deliver: Callable[[RecordedItem], None],
    clock: SessionClock | None = None,
) -> None:
    """Deliver recorded items in file order, each not before its session time.

    Parameters
    ----------
    items : iterable of RecordedItem
        For example a ``RecordingStream``, which reads a long file piece by piece.
    deliver : callable
        Takes each item: the ``append`` of the session's inbox. What a message on ``marks`` means
        is the session's business.
    clock : SessionClock, optional
        Paces the items; its speed is the speed of the replay. Without a clock the items follow
        each other as fast as other tasks allow.

    Raises
    ------
    UnreadableFileError
        The recording is damaged further on; everything before was delivered.

    Notes
    -----
    Where times run backwards the order of the file holds: it is the order in which the items
    reached the session.
    """
    since_pause = 0
    for item in items:
        while clock is not None and item.t_s > clock.now_s():
            await clock.sleep_until(item.t_s)
            since_pause = 0
        deliver(item)
        since_pause += 1
        if since_pause >= ITEMS_PER_TURN:
            await asyncio.sleep(0)
            since_pause = 0
