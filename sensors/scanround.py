"""One round of a scan, ended in any case: also where it is given up while it is being started."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from sensors.tasks import to_its_end

PATIENCE_S = 5.0
"""Real seconds for a start or a stop when the link ends (design default)."""


async def scan_round(
    is_wanted: Callable[[BLEDevice, AdvertisementData], bool],
    timeout_s: float,
    given_way: Callable[[], Coroutine[Any, Any, None]],
    **scanner_kwargs: Any,
) -> BLEDevice | None:
    """Scan until a device is wanted.

    bleak's own ``find_device_by_filter`` does the same, but where it is cancelled as it starts or
    stops, BlueZ goes on searching, and refuses every later search of the program: in progress.

    Parameters
    ----------
    is_wanted : callable
        Asked about each advertisement.
    timeout_s : float
        Real seconds until the round ends.
    given_way : callable
        Its coroutine ends the round sooner by returning.
    **scanner_kwargs
        For ``BleakScanner``.

    Returns
    -------
    BLEDevice or None
        The first that is wanted; None where there was none in time.
    """
    found: asyncio.Future[BLEDevice] = asyncio.get_running_loop().create_future()

    def heard(device: BLEDevice, advertisement: AdvertisementData) -> None:
        if not found.done() and is_wanted(device, advertisement):
            found.set_result(device)

    scanner = BleakScanner(heard, **scanner_kwargs)
    giving_way = asyncio.get_running_loop().create_task(given_way())
    is_started = False

    async def start() -> None:
        nonlocal is_started
        await scanner.start()
        is_started = True

    try:
        await to_its_end(start(), PATIENCE_S)
        ends: set[asyncio.Future[Any]] = {found, giving_way}
        await asyncio.wait(ends, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        return found.result() if found.done() else None
    finally:
        giving_way.cancel()
        if is_started:
            await to_its_end(scanner.stop(), PATIENCE_S)
