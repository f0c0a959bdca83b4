"""Which pods are on the air: every advertisement that a kind of pod knows for its own."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from sensors.failure import RadioErrors, link_error
from sensors.pods.battery import BATTERY_SERVICE_UUID
from sensors.pods.pod import Pod
from sensors.pods.registry import pod_for_advertisement
from sensors.radio import Radio


@dataclass(frozen=True, slots=True)
class Sighting:
    """A pod as it was heard last.

    Attributes
    ----------
    device : BLEDevice
        For a connection; old after a few seconds.
    name, address : str
        As they were advertised, and as the system calls it.
    pod : Pod
        What kind it is of.
    rssi_dbm : int or None
        How strongly it was heard; None where the system does not say.
    charge_pct : int or None
        The state of charge where the pod advertises it.
    """

    device: BLEDevice
    name: str
    address: str
    pod: Pod
    rssi_dbm: int | None
    charge_pct: int | None


async def listen(
    radio: Radio,
    seconds: float,
    on_change: Callable[[tuple[Sighting, ...]], None] | None = None,
    refresh_s: float = 1.0,
) -> tuple[Sighting, ...]:
    """Listen for pods; nothing is connected and nothing is asked of them.

    Parameters
    ----------
    radio : Radio
        The Bluetooth to use.
    seconds : float
        How long, in real seconds.
    on_change : callable, optional
        Called with all that was heard so far, every ``refresh_s`` real seconds.

    Returns
    -------
    tuple of Sighting
        Each pod once, the strongest first.

    Raises
    ------
    LinkError
        Where the radio cannot scan.
    """
    heard: dict[str, Sighting] = {}

    def hear(device: BLEDevice, advertisement: AdvertisementData) -> None:
        before = heard.get(device.address)
        name = advertisement.local_name or device.name or (before.name if before else "")
        pod = pod_for_advertisement(name, frozenset(advertisement.service_uuids))
        if pod is None and before is not None:
            pod = before.pod
        if pod is None:
            return
        charge = advertisement.service_data.get(BATTERY_SERVICE_UUID, b"")[:1]
        charge_pct = charge[0] if charge and charge[0] <= 100 else None
        rssi_dbm = advertisement.rssi if advertisement.rssi < 0 else None
        heard[device.address] = Sighting(device, name, device.address, pod, rssi_dbm, charge_pct)

    def found() -> tuple[Sighting, ...]:
        return tuple(sorted(heard.values(), key=lambda one: (-(one.rssi_dbm or -999), one.address)))

    try:
        async with BleakScanner(hear, **radio.scanner_kwargs):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while True:
                        await asyncio.sleep(min(refresh_s, seconds))
                        if on_change is not None:
                            on_change(found())
    except RadioErrors as error:
        raise link_error(error) from error
    return found()
