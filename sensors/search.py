"""The search for one pod: scan rounds until it is heard, whoever else is on the air."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData

from sensors import advice
from sensors.binding import PodBinding, is_device_address, stranger
from sensors.clock import SessionClock
from sensors.delivery import Delivery
from sensors.failure import RadioErrors
from sensors.gatt import OPERATION_TIMEOUT_S
from sensors.held import is_held, release
from sensors.pods.pod import Pod
from sensors.radio import Radio
from sensors.samples import LinkState
from sensors.scanround import scan_round
from sensors.tasks import heed_cancellation

SCAN_ROUND_S = 15.0
"""Seconds. A scan is begun anew after this long: some adapters fall silent (design default)."""

TURN_S = 5.0
"""Seconds after which a round ends as soon as another link of the session waits: BlueZ takes one
search of a program at a time (design default: some 50 advertisements of a pod that is awake)."""

BUSY_ROUNDS = 2
"""Rounds without a sign of a pod that is known: from then on it may be held by another (R27)."""

PASSED_OVER_S = 60.0
"""Seconds for which a stranger is not connected again, so that it stands in nobody's way; then it
is asked anew, since a pod may fail to say its serial number once (design default)."""


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
    address, name : str or None
        Take only the pod with this address, or with this advertised name.
    bound : PodBinding or None
        Take only the pod that is the person's.

    Attributes
    ----------
    address : str or None
        Take only the pod with this address; set by the first connection, and
    known_name : str
        so is its name: who borrows it is told of.
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
        bound: PodBinding | None,
    ) -> None:
        self.address = address
        self._pod = pod
        self._radio = radio
        self._clock = clock
        self._delivery = delivery
        self._name = name
        self.known_name = "" if bound is None else bound.name
        self._bound = bound
        self._passed_over_until_s: dict[str, float] = {}
        self._namesake = ""

    async def find(self, detail: str) -> BLEDevice:
        """Return the pod as soon as it is heard: it is among ``radio.taken`` then.

        Parameters
        ----------
        detail : str
            What the last attempt failed of; empty before the first.
        """
        rounds = 0
        while True:
            heed_cancellation()
            self._tell(rounds, detail)
            async with self._turn():
                await self._release()
                device = await scan_round(
                    self._is_wanted,
                    SCAN_ROUND_S / self._clock.speed,
                    self._given_way,
                    **self._radio.scanner_kwargs,
                )
            # Two links may have seen the same advertisement: the first to get here has the pod.
            if device is not None and device.address not in self._radio.taken:
                self._radio.taken.add(device.address)
                return device
            rounds += 1
            detail = advice.HELD if detail == advice.ASLEEP else advice.ASLEEP

    def pass_over(self, address: str) -> None:
        """Leave a stranger alone for a while; never the address that is the pod's own."""
        own = self.address or (self._bound.address if self._bound else "")
        if address.lower() != own.lower():
            self._passed_over_until_s[address] = self._clock.now_s() + PASSED_OVER_S

    @contextlib.asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        """Wait until the system takes a search of this link."""
        if not (self._radio.is_system and sys.platform == "linux"):
            yield
            return
        async with self._radio.searching.turn():
            yield

    async def _given_way(self) -> None:
        """Return when the round is to end for the sake of another link."""
        await asyncio.sleep(TURN_S / self._clock.speed)
        await self._radio.searching.is_wanted.wait()

    def _tell(self, rounds: int, detail: str) -> None:
        namesake, self._namesake = self._namesake, ""
        if namesake:
            self._say_once(LinkState.REFUSED, stranger(self.known_name, namesake).sentence)
        elif rounds >= BUSY_ROUNDS and self._is_known:
            self._say_once(LinkState.BUSY, advice.BUSY)
        else:
            self._delivery.enter(LinkState.SEARCHING, detail)

    def _say_once(self, state: LinkState, detail: str) -> None:
        if self._delivery.state is not state:
            self._delivery.enter(state, detail)

    @property
    def _is_known(self) -> bool:
        """Whether it is one certain pod that is searched for."""
        return self.address is not None or self._bound is not None

    def _is_wanted(self, device: BLEDevice, advertisement: AdvertisementData) -> bool:
        if device.address in self._radio.taken:
            return False
        name = advertisement.local_name or device.name or ""
        bound = self._bound
        own = self.address or (bound.address if bound is not None else "")
        is_other = self.address is not None and device.address.lower() != self.address.lower()
        if is_other or (bound is not None and not bound.has_address(device.address)):
            if name and name == self.known_name:
                self._namesake = f"address {device.address}, not {own}"
            return False
        if self.address is not None:
            return True
        if bound is not None and bound.address and is_device_address(device.address):
            return True
        if self._clock.now_s() < self._passed_over_until_s.get(device.address, 0.0):
            return False
        if self._name is not None and name != self._name:
            return False
        return self._pod.matches(name, frozenset(advertisement.service_uuids))

    async def _release(self) -> None:
        # A program that was killed leaves BlueZ connected, and a connected pod does not advertise.
        address = self.address or (self._bound.address if self._bound else "")
        if not (self._radio.is_system and address):
            return
        with contextlib.suppress(*RadioErrors):
            await self._clock.wait_for(release(address), OPERATION_TIMEOUT_S)
            if await self._clock.wait_for(is_held(address), OPERATION_TIMEOUT_S):
                self._say_once(LinkState.BUSY, advice.HELD_HERE)
