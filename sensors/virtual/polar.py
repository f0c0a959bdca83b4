"""A Polar pod: its measurement protocol from the pod's side, playing a source."""

import asyncio
from collections.abc import Sequence

from bumble.att import ATT_Error
from bumble.core import UUID
from bumble.device import Connection
from bumble.gatt import Characteristic, CharacteristicValue, Service

from sensors.virtual.outbox import Packet
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.player import SampleSource
from sensors.virtual.polar_mode import SENSE, ControlPoint, Result, Ware
from sensors.virtual.polar_wire import (
    ACC,
    CONTROL_UUID,
    DATA_UUID,
    SERVICE_UUID,
    TIMER_HZ,
    Content,
    Key,
    contents,
    frame,
)

HEART_RATE_SERVICE = 0x180D
"""The 16-bit service that these pods advertise; the protocol's own is not advertised."""

MTU = 232
"""Bytes. The largest ATT packet of these pods."""

CCCD_IMPROPERLY_CONFIGURED = 0x81
"""The client has not asked for the indications that answer its request."""

BOOT_S = 599_616_000
"""Seconds from 2000-01-01 to 2019-01-01: where the clock begins that nobody has set (design
default)."""

SET_S = 820_540_800
"""Seconds from 2000-01-01 to 2026-01-01: a clock that was set."""


class Polar:
    """The profile of a Polar pod that plays a source.

    The pod plays the source at the source's own rate, whatever rate a start names: a client has to
    measure the rate anyhow.

    Parameters
    ----------
    source : SampleSource
        What is played from the first start on.
    ware : Ware
        Which pod.
    trouble : Result or None
        What every start is refused with.
    clock_ns : int
        The pod's clock at source time 0, in nanoseconds since 2000-01-01.
    streams_on : bool
        Whether a stream outlives its connection: then a client has to stop it before it starts it.

    Attributes
    ----------
    finished : asyncio.Event
        Set at the end of the source.
    state : ControlPoint
        What is streaming, and in which mode; may be changed at any time.
    """

    advertised: int | str | None = HEART_RATE_SERVICE

    def __init__(
        self,
        source: SampleSource,
        ware: Ware = SENSE,
        *,
        trouble: Result | None = None,
        clock_ns: int = SET_S * 10**9,
        streams_on: bool = True,
    ) -> None:
        self.finished = asyncio.Event()
        self.state = ControlPoint(ware, trouble)
        self._source = source
        self._clock_ns = clock_ns
        self._streams_on = streams_on
        self._zero_s = 0.0
        self._reset_due = False
        self._indicating = False
        properties = Characteristic.Properties
        self._control: Characteristic[bytes] = Characteristic(
            CONTROL_UUID,
            properties.READ | properties.WRITE | properties.INDICATE,
            Characteristic.READABLE | Characteristic.WRITEABLE,
            CharacteristicValue(
                read=lambda _connection: self.state.features(), write=self._on_request
            ),
        )
        self._control.on(Characteristic.EVENT_SUBSCRIPTION, self._on_control_subscription)
        self._data: Characteristic[bytes] = Characteristic(
            DATA_UUID, properties.NOTIFY, Characteristic.READABLE, b""
        )

    def services(self, pod: VirtualPod) -> Sequence[Service]:
        """Return the protocol's service, bound to its peripheral."""
        self._pod = pod
        return [Service(UUID(SERVICE_UUID), [self._control, self._data])]

    def link_lost(self) -> None:
        """Forget the subscriptions; a stream runs on where the pod is one of that kind."""
        self._indicating = False
        if not self._streams_on:
            self.state.streams.clear()

    def clock_reset(self) -> None:
        """Start anew, as after an empty battery: the clock at its beginning, no mode, no stream."""
        self._reset_due = True
        self.state.streams.clear()
        self.state.in_sdk_mode = False

    async def end_stream(self) -> None:
        """End the stream of accelerations of the pod's own accord, and say so."""
        self.state.streams.pop(ACC, None)
        await self._pod.indicate(self._control, bytes([0x01, ACC]))

    def _on_control_subscription(self, _bearer: object, _notifying: bool, indicating: bool) -> None:
        self._indicating = indicating

    def _on_request(self, connection: Connection, value: bytes) -> None:
        if not self._indicating:
            raise ATT_Error(error_code=CCCD_IMPROPERLY_CONFIGURED)
        was_streaming = ACC in self.state.streams
        answer = self.state.answer(value, int(connection.att_mtu))
        if ACC in self.state.streams and not was_streaming:
            rate_hz = self.state.streams[ACC][Key.RATE]
            self._pod.tally.subscriptions.append(f"{rate_hz} Hz")
        self._pod.spawn(self._answer(answer))

    async def _answer(self, answer: bytes) -> None:
        await self._pod.indicate(self._control, answer)
        if ACC in self.state.streams and self._pod.begin():
            self._pod.spawn(self._play(self.state.streams[ACC][Key.RANGE]))

    async def _play(self, range_g: int) -> None:
        begin_s: float | None = None
        for content in contents(self._source, self.state.ware.layout, range_g):
            if begin_s is None:
                begin_s = content.first_s
            complete_s = content.last_s - begin_s
            await self._pod.sleep_until(complete_s)
            self._send(complete_s, content)
        self.finished.set()

    def _send(self, complete_s: float, content: Content) -> None:
        if self._reset_due:
            self._reset_due = False
            self._zero_s = content.first_s
            self._clock_ns = BOOT_S * 10**9
        tally = self._pod.tally
        tally.packets_made += 1
        tally.samples_made += content.samples
        if ACC not in self.state.streams:
            tally.packets_unheard += 1
            return
        ticks = round((content.last_s - self._zero_s) * TIMER_HZ)
        last_ns = self._clock_ns + ticks * 10**9 // TIMER_HZ
        value = frame(last_ns, self.state.ware.layout, content.body)
        self._pod.post(Packet(complete_s, content.samples, self._data, (value,)))
