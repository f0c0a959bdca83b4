"""The settings of a Polar measurement: what a pod offers, and what it is asked for.

A list of ``setting count value...`` with as many bytes a value as the setting has. An offer has
several values a setting, a request one. Source: Polar BLE SDK, ``PmdSetting``.
"""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from sensors.errors import BadPacketError, PacketFault


class Setting(IntEnum):
    """What can be set, or is told."""

    RATE = 0
    RESOLUTION = 1
    RANGE = 2
    RANGE_MILLIUNIT = 3
    CHANNELS = 4
    FACTOR = 5
    SECURITY = 6


VALUE_BYTES: Final = {
    Setting.RATE: 2,
    Setting.RESOLUTION: 2,
    Setting.RANGE: 2,
    Setting.RANGE_MILLIUNIT: 4,
    Setting.CHANNELS: 1,
    Setting.FACTOR: 4,
    Setting.SECURITY: 16,
}

Offer = Mapping[Setting, tuple[int, ...]]

RESOLUTION_BITS: Final = 16
"""Bits of a value. All these pods have no other, and compressed frames begin with such values."""

RANGES_G: Final = (2, 4, 8, 16)
"""g. The ranges of these pods' accelerometers: another number in an offer is none. Believed, it
would hide that samples are clipped."""

AXES: Final = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """The settings that a stream of accelerations is started with.

    Attributes
    ----------
    rate_hz : int
        Samples per second.
    range_g : int
        ± so many g.
    with_channels : bool
        Whether the pod wants the number of axes to be named: newer ones do.
    """

    rate_hz: int
    range_g: int
    with_channels: bool

    def request(self) -> bytes:
        """Return the settings as the pod wants them."""
        wanted = {
            Setting.RATE: self.rate_hz,
            Setting.RESOLUTION: RESOLUTION_BITS,
            Setting.RANGE: self.range_g,
        }
        if self.with_channels:
            wanted[Setting.CHANNELS] = AXES
        return b"".join(
            bytes([setting, 1]) + value.to_bytes(VALUE_BYTES[setting], "little")
            for setting, value in wanted.items()
        )


def parse_settings(values: bytes) -> Offer:
    """Return the settings in an answer.

    Raises
    ------
    BadPacketError
        Where a setting is unknown, so that nobody can say where the next one begins, or the bytes
        end within a setting.
    """
    found: dict[Setting, tuple[int, ...]] = {}
    place = 0
    while place < len(values):
        head = values[place : place + 2]
        if head[0] not in VALUE_BYTES:
            raise BadPacketError(PacketFault.UNKNOWN, f"Polar: unknown setting {head[0]}")
        setting = Setting(head[0])
        size = VALUE_BYTES[setting]
        end = place + 2 + (head[1] * size if len(head) == 2 else 0)
        if end > len(values):
            raise BadPacketError(PacketFault.TRUNCATED, "Polar: settings end within a value")
        found[setting] = tuple(
            int.from_bytes(values[at : at + size], "little") for at in range(place + 2, end, size)
        )
        place = end
    return found


def choose(offer: Offer, rate_hz: int) -> Choice | None:
    """Return how accelerations are streamed: at the rate, in the widest range that is offered.

    The configuration and the decoder both ask this: so the decoder knows the range from what the
    pod said alone, also in a replay.

    Parameters
    ----------
    offer : Offer
        As the pod gave it.
    rate_hz : int
        Samples per second.

    Returns
    -------
    Choice or None
        None where the pod does not offer the rate, or nothing that can be read.
    """
    ranges_g = [one for one in offer.get(Setting.RANGE, ()) if one in RANGES_G]
    if rate_hz not in offer.get(Setting.RATE, ()) or not ranges_g:
        return None
    if RESOLUTION_BITS not in offer.get(Setting.RESOLUTION, (RESOLUTION_BITS,)):
        return None
    channels = offer.get(Setting.CHANNELS)
    if channels is not None and AXES not in channels:
        return None
    return Choice(rate_hz, max(ranges_g), channels is not None)


def factor_of(values: bytes) -> float | None:
    """Return what the values of compressed frames are multiplied by, from a start's answer.

    Parameters
    ----------
    values : bytes
        Of the answer. An H10 sends a single byte, which is no setting.

    Returns
    -------
    float or None
        None where the pod names none. The maker's software takes 1 then; here nothing is guessed.

    Raises
    ------
    BadPacketError
        Where the settings cannot be read, or the factor is no number above 0.
    """
    if len(values) < 2:
        return None
    bits = parse_settings(values).get(Setting.FACTOR)
    if not bits:
        return None
    factor = float(struct.unpack("<f", bits[0].to_bytes(4, "little"))[0])
    if not 0.0 < factor < math.inf:
        raise BadPacketError(PacketFault.NOT_FINITE, f"Polar: the factor is {factor}")
    return factor
