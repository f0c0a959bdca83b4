"""The search for one pod: scan rounds until it is heard, whoever else is on the air."""

import contextlib

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak_retry_connector import close_stale_connections_by_address

from sensors import advice
from sensors.clock import SessionClock
from sensors.delivery import Delivery
from sensors.failure import RadioErrors
from sensors.gatt import OPERATION_TIMEOUT_S
from sensors.pods.pod import Pod
from sensors.radio import Radio
from sensors.samples import LinkState
from sensors.tasks import heed_cancellation

SCAN_ROUND_S = 15.0
"""Seconds. A scan is begun anew after this long: some adapters fall silent (design default)."""


class Search:
    """The search of one link.

    Parameters
    ----------
    pod : Pod
        Says which advertisements are of its kind.
    radio : Radio
        The Bluetooth to use.
    clock : SessionClock
        For the rounds.
    delivery : Delivery
        Is told of each round.
    name : str or None
        Take only a pod with this advertised name.

    Attributes
    ----------
    address : str or None
        Take only the pod with this address.
    """

    def __init__(
        self,
        pod: Pod,
        radio: Radio,
        clock: SessionClock,
        delivery: Delivery,
        *,
        address: str | None,
        name: str | None,
    ) -> None:
        self.address = address
        self._pod = pod
        self._radio = radio
        self._clock = clock
        self._delivery = delivery
        self._name = name

    async def find(self, detail: str) -> BLEDevice:
        """Return the pod as soon as it is heard: it is among ``radio.taken`` then.

        Parameters
        ----------
        detail : str
            What the last attempt failed of; empty before the first.
        """
        while True:
            heed_cancellation()
            self._delivery.enter(LinkState.SEARCHING, detail)
            await self._release()
            device = await BleakScanner.find_device_by_filter(
                self._is_wanted,
                timeout=SCAN_ROUND_S / self._clock.speed,
                **self._radio.scanner_kwargs,
            )
            # Two links may have seen the same advertisement: the first to get here has the pod.
            if device is not None and device.address not in self._radio.taken:
                self._radio.taken.add(device.address)
                return device
            detail = advice.HELD if detail == advice.ASLEEP else advice.ASLEEP

    def _is_wanted(self, device: BLEDevice, advertisement: AdvertisementData) -> bool:
        if device.address in self._radio.taken:
            return False
        if self.address is not None:
            return device.address.lower() == self.address.lower()
        name = advertisement.local_name or device.name or ""
        if self._name is not None and name != self._name:
            return False
        return self._pod.matches(name, frozenset(advertisement.service_uuids))

    async def _release(self) -> None:
        # A program that was killed leaves BlueZ connected, and a connected pod does not advertise.
        if self._radio.is_system and self.address is not None:
            with contextlib.suppress(*RadioErrors):
                await self._clock.wait_for(
                    close_stale_connections_by_address(self.address), OPERATION_TIMEOUT_S
                )
