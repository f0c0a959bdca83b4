"""Polar's pods by its measurement protocol (PMD): Verity Sense, H10 and OH1, accelerometer alone.

The gyroscope of a Verity Sense is a stream of its own, in frames and with times of its own: nothing
says which of its samples belongs to which acceleration. It is left off, which also leaves the
accelerometer more room on the air.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sensors.errors import BadPacketError, PacketFault
from sensors.pods.battery import BATTERY_LEVEL_UUID, decode_battery
from sensors.pods.pod import Abilities, Configuration, Decoded, PodClock
from sensors.pods.polar_control import (
    CONTROL_UUID,
    DATA_UUID,
    FEATURES,
    STOPPED,
    TYPE_MASK,
    Answer,
    Measurement,
    Operation,
    Status,
    parse_answer,
)
from sensors.pods.polar_frames import Frame, accelerations_g, parse_frame
from sensors.pods.polar_settings import choose, factor_of, parse_settings
from sensors.pods.polar_start import start_stream
from sensors.pods.polar_times import FrameTimes
from sensors.samples import FloatArray, FullScale, ImuBlock, Notification

CLOCK: Final = PodClock(tick_s=1e-9, bits=64)
"""Nanoseconds since 2000-01-01 by the pod. Its timer has 32768 Hz."""

LEAST_NS: Final = 10**12
"""Nanoseconds. A clock that nobody has set begins years after 2000, and 0 is no time at all; the
first sample of a frame lies before its last (design default)."""

MAX_RESULTANT: Final = 1.02 * 3.0**0.5
"""Full scales. Three axes at the end of the range, and 2 % for calibration: no pod gives more."""


@dataclass(frozen=True, slots=True)
class Model:
    """What is known of one of the pods.

    Attributes
    ----------
    kind, title : str
        As in ``sensors.pods.pod.Pod``.
    name_prefix : str
        How its advertised name begins; the pod's own eight digits follow.
    rates_hz : tuple of int
        Hz. The rates worth asking for, from 50 on.
    default_rate_hz : int
        The usual one.
    full_scale_g : float
        The widest range, in g.
    has_sdk_mode : bool
        Whether the rates are only to be had in the SDK mode.
    silence_s : float
        Seconds without a frame after which the link counts as silent (design default). A frame of
        compressed values from a pod at rest holds up to 200 samples.
    """

    kind: str
    title: str
    name_prefix: str
    rates_hz: tuple[int, ...]
    default_rate_hz: int
    full_scale_g: float
    has_sdk_mode: bool
    silence_s: float


VERITY_SENSE: Final = Model(
    "polar-sense", "Polar Verity Sense", "Polar Sense ", (52, 104, 208, 416), 208, 16.0, True, 1.5
)
H10: Final = Model("polar-h10", "Polar H10", "Polar H10 ", (50, 100, 200), 200, 8.0, False, 1.5)
OH1: Final = Model("polar-oh1", "Polar OH1", "Polar OH1 ", (50,), 50, 8.0, False, 5.0)

MODELS: Final = (VERITY_SENSE, H10, OH1)


class PolarDecoder:
    """The decoder of one connection: what the pod answered says how its frames are to be read.

    Parameters
    ----------
    rate_hz : int
        The rate that is asked for.
    full_scale_g : float
        The range in g, until the pod says another.
    """

    def __init__(self, rate_hz: int, full_scale_g: float) -> None:
        self._rate_hz = rate_hz
        self._full_scale_g = full_scale_g
        self._offer = b""
        self._offer_goes_on = False
        self._factor: float | None = None
        self._times: FrameTimes | None = None

    def decode(self, notification: Notification) -> tuple[Decoded, ...]:
        """Decode a data frame, an answer of the control point or a battery level.

        Parameters
        ----------
        notification : Notification
            From the control point, the data characteristic or the battery level.

        Returns
        -------
        tuple
            An ``ImuBlock`` for each frame whose times are known: the first waits for the second;
            a ``Battery``; a ``FullScale`` for the answer to a start, where the pod offered ranges
            before; empty for other answers.

        Raises
        ------
        BadPacketError
            Where the bytes cannot be what the pod sends, and for frames of a stream that was not
            started on this connection: nobody knows their rate and range.
        """
        payload = notification.payload
        match notification.uuid:
            case uuid if uuid == DATA_UUID:
                return self._measured(parse_frame(payload))
            case uuid if uuid == CONTROL_UUID:
                return self._control(payload)
            case uuid if uuid == BATTERY_LEVEL_UUID:
                return (decode_battery(payload),)
        raise BadPacketError(
            PacketFault.UNKNOWN, f"Polar: nothing is expected from {notification.uuid}"
        )

    # What the pod answers.

    def _control(self, payload: bytes) -> tuple[Decoded, ...]:
        if not payload:
            raise BadPacketError(PacketFault.EMPTY, "Polar: an answer without bytes")
        answer = parse_answer(payload)
        if answer is not None:
            return self._answered(answer)
        if payload[0] == STOPPED:
            if Measurement.ACC in {one & TYPE_MASK for one in payload[1:]}:
                self._times = None
        elif payload[0] != FEATURES:
            raise BadPacketError(
                PacketFault.UNKNOWN, f"Polar: unknown word {payload[0]:#04x} of the control point"
            )
        return ()

    def _answered(self, answer: Answer) -> tuple[Decoded, ...]:
        if answer.measurement != Measurement.ACC or answer.status != Status.DONE:
            return ()
        match answer.operation:
            case Operation.SETTINGS:
                self._offer = (self._offer if self._offer_goes_on else b"") + answer.values
                self._offer_goes_on = answer.more
            case Operation.STOP:
                self._times = None
            case Operation.START:
                return self._started(answer.values)
        return ()

    def _started(self, values: bytes) -> tuple[Decoded, ...]:
        self._times = FrameTimes(float(self._rate_hz))
        self._factor = None
        self._factor = factor_of(values)
        choice = choose(parse_settings(self._offer), self._rate_hz)
        if choice is None:
            return ()
        self._full_scale_g = float(choice.range_g)
        return (FullScale(self._full_scale_g),)

    # What the pod measures.

    def _measured(self, frame: Frame) -> tuple[ImuBlock, ...]:
        if frame.measurement != Measurement.ACC:
            raise BadPacketError(
                PacketFault.UNKNOWN, f"Polar: a frame of measurement {frame.measurement}"
            )
        if self._times is None:
            raise BadPacketError(
                PacketFault.OUT_OF_ORDER, "Polar: a frame of a stream that was not started here"
            )
        acc_g = accelerations_g(frame, self._factor)
        self._refuse_impossible(acc_g)
        if frame.last_ns < LEAST_NS:
            raise BadPacketError(
                PacketFault.UNKNOWN, f"Polar: {frame.last_ns} ns is no time of a last sample"
            )
        return self._times.place(frame.last_ns, acc_g)

    def _refuse_impossible(self, acc_g: FloatArray) -> None:
        largest_g = float(np.sqrt((acc_g**2).sum(axis=1).max()))
        if largest_g > MAX_RESULTANT * self._full_scale_g:
            raise BadPacketError(
                PacketFault.UNKNOWN,
                f"Polar: {largest_g:.3g} g is more than ±{self._full_scale_g:g} g on each axis",
            )


class Polar:
    """A pod by Polar.

    Parameters
    ----------
    model : Model
        One of ``MODELS``.
    rate_hz : int, optional
        One of the model's rates; None for the usual one.

    Raises
    ------
    ValueError
        Where the pod has no such rate.
    """

    notify_uuids: tuple[str, ...] = (CONTROL_UUID, DATA_UUID)

    def __init__(self, model: Model, rate_hz: int | None = None) -> None:
        rate_hz = model.default_rate_hz if rate_hz is None else rate_hz
        if rate_hz not in model.rates_hz:
            raise ValueError(f"{model.title}: rate_hz is {rate_hz}; choose one of {model.rates_hz}")
        self.kind = model.kind
        self.title = model.title
        self.abilities = Abilities(float(rate_hz), model.full_scale_g, CLOCK, model.silence_s)
        self._model = model
        self._rate_hz = rate_hz

    def matches(self, name: str, service_uuids: frozenset[str]) -> bool:  # noqa: ARG002 (not shown)
        """Whether it is this model by its name: all of them advertise the heart rate alone."""
        return name.startswith(self._model.name_prefix)

    def decoder(self) -> PolarDecoder:
        """Return a fresh decoder."""
        return PolarDecoder(self._rate_hz, self._model.full_scale_g)

    def configure(self) -> Configuration:
        """Yield the operations that start the stream; see ``sensors.pods.polar_start``."""
        return start_stream(self.title, self._rate_hz, with_sdk_mode=self._model.has_sdk_mode)
