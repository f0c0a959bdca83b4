"""A search gives way to the next one, and a turn that is given up leaves nothing behind."""

import asyncio

from sensors.scanround import scan_round
from sensors.turns import Turns
from sensors.virtual.radio import virtual_radio


async def test_one_at_a_time_in_the_order_of_asking() -> None:
    turns, order = Turns(), []

    async def take(name: str) -> None:
        async with turns.turn():
            order.append(name)
            await asyncio.sleep(0)
            order.append(name)

    await asyncio.gather(take("a"), take("b"), take("c"))
    assert order == ["a", "a", "b", "b", "c", "c"]
    assert not turns.is_wanted.is_set()


async def test_who_has_the_turn_hears_of_others_only_while_they_wait() -> None:
    turns = Turns()

    async def take() -> None:
        async with turns.turn():
            pass

    async with turns.turn():
        assert not turns.is_wanted.is_set()
        waiting = [asyncio.create_task(take()) for _ in range(2)]
        await asyncio.wait_for(turns.is_wanted.wait(), 60.0)
        waiting[0].cancel()
        await asyncio.wait({waiting[0]})
        assert turns.is_wanted.is_set()
        waiting[1].cancel()
        await asyncio.wait({waiting[1]})
        assert not turns.is_wanted.is_set()
    await take()  # what was given up does not hold it


async def test_a_round_ends_where_it_gives_way() -> None:
    async def at_once() -> None:
        """Give way without waiting for anybody."""

    async with virtual_radio(()) as radio, asyncio.timeout(60.0):
        found = await scan_round(lambda *_: True, 3600.0, at_once, **radio.scanner_kwargs)
    assert found is None


async def test_a_round_that_nobody_ends_ends_by_itself() -> None:
    async def never() -> None:
        await asyncio.Event().wait()

    async with virtual_radio(()) as radio:
        assert not await scan_round(lambda *_: True, 0.01, never, **radio.scanner_kwargs)
