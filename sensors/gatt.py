"""What is done to a connected pod: each operation with a time-out of its own."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from bleak import BleakClient
from bleak.exc import BleakError

from sensors.clock import SessionClock
from sensors.delivery import Delivery
from sensors.pods.pod import Write
from sensors.samples import Notification
from sensors.tasks import heed_cancellation

OPERATION_TIMEOUT_S = 10.0
"""Seconds for one read, write or subscription (design default; ATT itself waits 30)."""

T = TypeVar("T")


class PodGatt:
    """A connected pod's characteristics.

    Parameters
    ----------
    client : BleakClient
        Connected.
    clock : SessionClock
        For the time-outs.
    delivery : Delivery
        Takes what the pod sends.
    notify_kwargs : mapping
        The radio's, for ``BleakClient.start_notify``.

    Attributes
    ----------
    name, address : str
        As the system knows the pod.
    """

    def __init__(
        self,
        client: BleakClient,
        clock: SessionClock,
        delivery: Delivery,
        notify_kwargs: Mapping[str, Any],
    ) -> None:
        self.name = client.name
        self.address = client.address
        self._client = client
        self._clock = clock
        self._delivery = delivery
        self._notify_kwargs = notify_kwargs

    def has(self, uuid: str) -> bool:
        """Whether the pod is connected and has a characteristic."""
        client = self._client
        return client.is_connected and client.services.get_characteristic(uuid) is not None

    async def subscribe(self, uuid: str) -> None:
        """Have a characteristic's notifications delivered."""
        await self._within(
            self._client.start_notify(uuid, self._receiver(uuid), **self._notify_kwargs)
        )

    async def write(self, step: Write) -> None:
        """Write a characteristic."""
        heed_cancellation()
        await self._within(
            self._client.write_gatt_char(step.uuid, step.payload, response=step.with_response)
        )

    async def read(self, uuid: str) -> Notification | None:
        """Read a characteristic and deliver it; None where the pod does not have or not give it."""
        heed_cancellation()
        try:
            value = await self.peek(uuid)
        except BleakError:
            return None
        return self._delivery.receive(uuid, value)

    async def peek(self, uuid: str) -> bytes:
        """Read a characteristic; raises what the radio raises."""
        return bytes(await self._within(self._client.read_gatt_char(uuid)))

    async def _within(self, work: Awaitable[T]) -> T:
        return await self._clock.wait_for(work, OPERATION_TIMEOUT_S)

    def _receiver(self, uuid: str) -> Callable[[Any, bytearray], None]:
        def receive(_characteristic: object, value: bytearray) -> None:
            self._delivery.receive(uuid, bytes(value))

        return receive
