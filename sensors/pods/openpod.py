"""The open pod: anybody's own firmware that keeps to ``docs/open-pod.md``.

Its packets carry a counter, the pod's microseconds at the first sample, range, rate and number of
samples, so that each can be read by itself and every loss is seen.
"""

from typing import Final

import numpy as np

from sensors.errors import BadPacketError, LinkError, LinkFault, PacketFault
from sensors.pods.battery import BATTERY_LEVEL_UUID, decode_battery
from sensors.pods.openpod_format import (
    ACC_RANGES_G,
    CONFIG_UUID,
    DATA_UUID,
    GYRO_RANGES_DPS,
    HEAD,
    INFO_UUID,
    RATES_HZ,
    SERVICE_UUID,
    STEPS,
    Config,
    Head,
    Info,
    read_config,
    read_head,
    read_info,
)
from sensors.pods.pod import (
    MIN_IMPACT_FS_HZ,
    Abilities,
    Configuration,
    Decoded,
    Pause,
    PodClock,
    Read,
    Write,
)
from sensors.samples import FloatArray, FullScale, ImuBlock, Notification

DEFAULT_RATE_HZ: Final = 208

CLOCK: Final = PodClock(tick_s=1e-6, bits=32)

SILENCE_S: Final = 1.5
"""Seconds. A packet comes every 0.1 s at the latest; a loss is told within 2 s (design default)."""

COUNTER_TURN: Final = 1 << 8
CLOCK_TURN: Final = 1 << CLOCK.bits

SHOWN_SHARE: Final = 0.5
"""Share of the time of missing packets that the pod's clock has to show at least: sensors keep
their rates to 10 %, and packets may have been fuller than the last one (design default)."""

ATTEMPTS: Final = 3
"""Looks at the configuration in force before the link is made anew (design default)."""

SETTLE_S: Final = 0.2
"""Seconds that a pod may take to change its sensor over between two looks (design default)."""


class OpenPodDecoder:
    """The decoder of one connection: it holds the newest packet's head, to check counter by clock.

    Where the counter says that packets are missing and the clock leaves no room for them, the pod
    stamps its packets wrongly, and the loss would not be seen: the packet is refused, so that the
    time base has its hole.
    """

    def __init__(self) -> None:
        self._newest: Head | None = None
        self._full_scale_g: float | None = None

    def decode(self, notification: Notification) -> tuple[Decoded, ...]:
        """Decode a data packet, what the pod says of itself, or a battery level.

        Parameters
        ----------
        notification : Notification
            From a characteristic of the service or the battery level.

        Returns
        -------
        tuple
            An ``ImuBlock``, with a ``FullScale`` before it where the range is new; a ``FullScale``
            for the configuration; nothing for the information.

        Raises
        ------
        BadPacketError
            Where the bytes cannot be what the format says.
        """
        match notification.uuid:
            case uuid if uuid == DATA_UUID:
                return self._packet(notification.payload)
            case uuid if uuid == CONFIG_UUID:
                return self._scale(read_config(notification.payload).acc_range)
            case uuid if uuid == INFO_UUID:
                read_info(notification.payload)
                return ()
            case uuid if uuid == BATTERY_LEVEL_UUID:
                return (decode_battery(notification.payload),)
        raise BadPacketError(
            PacketFault.UNKNOWN, f"open pod: nothing is expected from {notification.uuid}"
        )

    def _packet(self, payload: bytes) -> tuple[Decoded, ...]:
        head = read_head(payload)
        before, self._newest = self._newest, self._newer(head)
        if before is not None and _hides_a_loss(before, head):
            raise BadPacketError(
                PacketFault.OUT_OF_ORDER,
                "open pod: packets are missing by the counter, but not by the clock",
            )
        acc_range_g = ACC_RANGES_G[head.acc_range]
        values = np.frombuffer(payload, "<i2", offset=HEAD.size).astype(np.float64) / STEPS
        rows = values.reshape(head.count, -1)
        acc_g = rows[:, :3] * acc_range_g
        if head.is_saturated:
            _raise_to_full_scale(acc_g, float(acc_range_g))
        gyro_dps = rows[:, 3:] * GYRO_RANGES_DPS[head.gyro_range] if head.gyro_range else None
        return (*self._scale(head.acc_range), ImuBlock(head.t_us, acc_g, gyro_dps))

    def _newer(self, head: Head) -> Head:
        """Return the newer of a head and the newest so far: a late packet is not the newest."""
        newest = self._newest
        return head if newest is None or _steps(newest, head) < COUNTER_TURN // 2 else newest

    def _scale(self, acc_range: int) -> tuple[FullScale, ...]:
        full_scale_g = float(ACC_RANGES_G[acc_range])
        if full_scale_g == self._full_scale_g:
            return ()
        self._full_scale_g = full_scale_g
        return (FullScale(full_scale_g),)


def _steps(before: Head, head: Head) -> int:
    return (head.counter - before.counter) % COUNTER_TURN


def _hides_a_loss(before: Head, head: Head) -> bool:
    steps = _steps(before, head)
    if not 1 < steps < COUNTER_TURN // 2:
        return False
    missing = (steps - 1) * before.count
    elapsed = (head.t_us - before.t_us) % CLOCK_TURN
    if elapsed > CLOCK_TURN // 2:
        return False  # the clock went back: the pod was switched on anew
    return elapsed * CLOCK.tick_s * RATES_HZ[head.rate] - before.count < SHOWN_SHARE * missing


def _raise_to_full_scale(acc_g: FloatArray, full_scale_g: float) -> None:
    """Put the largest value to full scale: a sample that the pod says is cut counts as cut."""
    place = np.unravel_index(int(np.abs(acc_g).argmax()), acc_g.shape)
    if abs(acc_g[place]) < full_scale_g * (STEPS - 1) / STEPS:
        acc_g[place] = np.copysign(full_scale_g, acc_g[place])


class OpenPod:
    """A pod of one's own making.

    Parameters
    ----------
    rate_hz : int
        The rate that is wished for, one of ``RATES_HZ``. A pod that does not have it gives its
        lowest one that is fast enough for impacts, or else its highest.
    with_gyro : bool
        Whether angular velocities are asked for, where the pod has them.

    Raises
    ------
    ValueError
        Where the format has no such rate.
    """

    kind = "openpod"
    title = "Open pod"
    notify_uuids: tuple[str, ...] = (DATA_UUID,)

    def __init__(self, rate_hz: int = DEFAULT_RATE_HZ, *, with_gyro: bool = True) -> None:
        if rate_hz not in RATES_HZ.values():
            rates = ", ".join(str(rate) for rate in sorted(RATES_HZ.values()))
            raise ValueError(f"open pod: rate_hz is {rate_hz}; choose one of {rates}")
        self.abilities = Abilities(float(rate_hz), None, CLOCK, SILENCE_S)
        self._rate_hz = rate_hz
        self._with_gyro = with_gyro

    def matches(self, name: str, service_uuids: frozenset[str]) -> bool:  # noqa: ARG002 (any name)
        """Whether the advertisement names the service."""
        return SERVICE_UUID in {uuid.lower() for uuid in service_uuids}

    def decoder(self) -> OpenPodDecoder:
        """Return a fresh decoder."""
        return OpenPodDecoder()

    def configure(self) -> Configuration:
        """Yield what starts the stream: what the pod has, what is wanted of it, what is in force.

        Raises
        ------
        LinkError
            Where the pod does not say what it has, or does not do what it has.
        """
        asked = self._wanted((yield Read(INFO_UUID)))
        for _ in range(ATTEMPTS):
            yield Write(CONFIG_UUID, asked.to_bytes())
            if _is_in_force(asked, (yield Read(CONFIG_UUID))):
                return
            yield Pause(SETTLE_S)
        raise LinkError(
            LinkFault.CONFIGURE_FAILED,
            f"The open pod does not start at {RATES_HZ[asked.rate]} Hz and"
            f" ±{ACC_RANGES_G[asked.acc_range]} g, though it says that it can: its firmware has to"
            " be mended, see docs/open-pod.md.",
        )

    def _wanted(self, answer: Notification | None) -> Config:
        try:
            info = read_info(b"" if answer is None else answer.payload)
        except BadPacketError as error:
            raise LinkError(
                LinkFault.CONFIGURE_FAILED,
                f"The open pod does not say what it can ({error.sentence}): its firmware has to be"
                " mended, see docs/open-pod.md.",
            ) from error
        gyro_range = max(info.gyro_ranges, default=0) if self._with_gyro else 0
        return Config(True, self._rate(info), max(info.acc_ranges), gyro_range)

    def _rate(self, info: Info) -> int:
        by_hz = {RATES_HZ[code]: code for code in info.rates}
        enough = [rate_hz for rate_hz in by_hz if rate_hz >= MIN_IMPACT_FS_HZ]
        best_hz = self._rate_hz if self._rate_hz in by_hz else min(enough, default=max(by_hz))
        return by_hz[best_hz]


def _is_in_force(asked: Config, answer: Notification | None) -> bool:
    if answer is None:
        return False
    try:
        now = read_config(answer.payload)
    except BadPacketError:
        return False
    # The gyroscope may be left out where packets are small: the packets say so themselves.
    return (now.is_streaming, now.rate, now.acc_range) == (True, asked.rate, asked.acc_range)
