"""What must not end a link: cancellations of the system's own, and a backend's odd errors.

No radio is opened here, so there is no rig to choose.
"""

import asyncio
from collections import deque

import pytest
from rig import PlainMovesense, cancelled, until

from sensors.clock import SessionClock
from sensors.errors import LinkError, LinkFault
from sensors.identity import check_same
from sensors.link import Link
from sensors.radio import Radio
from sensors.samples import LinkEvent, LinkItem, LinkState, PodIdentity


@pytest.mark.parametrize(
    "error",
    [asyncio.CancelledError(), AssertionError("gone"), KeyError("path"), AttributeError("x")],
)
async def test_an_odd_error_of_the_system_is_a_failure_and_not_the_end(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    tries = 0

    async def odd(_self: Link) -> None:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise error
        await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(Link, "_session", odd)
    inbox: deque[LinkItem] = deque()
    link = Link(PlainMovesense(), Radio(), SessionClock(20.0), "pod", inbox)
    task = asyncio.create_task(link.run())
    await until(lambda: tries == 3)
    assert not task.done()
    states = [item.state for item in inbox if isinstance(item, LinkEvent)]
    assert states == [LinkState.LOST, LinkState.LOST]
    assert link.trouble is not None
    assert link.trouble.__traceback__ is None
    await cancelled(task)
    assert inbox[-1] == LinkEvent(inbox[-1].t_s, "pod", LinkState.CLOSED, "")


async def test_a_real_cancellation_still_ends_it() -> None:
    inbox: deque[LinkItem] = deque()
    link = Link(PlainMovesense(), Radio(), SessionClock(), "pod", inbox)
    task = asyncio.create_task(link.run())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def identity(serial: str) -> PodIdentity:
    return PodIdentity("movesense", "Movesense 1", "AA", serial=serial)


@pytest.mark.parametrize(
    ("before", "now", "is_refused"),
    [("1", "1", False), ("1", "2", True), ("1", "", True), ("", "2", False), ("", "", False)],
)
def test_a_pod_that_said_its_serial_is_known_by_it(before: str, now: str, is_refused: bool) -> None:
    if not is_refused:
        check_same(identity(before), identity(now))
        return
    with pytest.raises(LinkError) as caught:
        check_same(identity(before), identity(now))
    assert caught.value.reason is LinkFault.STRANGER
