"""Frames of a Polar pod with known truth: every sample carries its number."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sensors.pods.polar import VERITY_SENSE, Polar, PolarDecoder
from sensors.pods.polar_control import CONTROL_UUID, DATA_UUID
from sensors.samples import FloatArray, ImuBlock, ImuSamples, Notification
from sensors.timebase import Timebase
from sensors.virtual.player import ArraySource
from sensors.virtual.polar_wire import TIMER_HZ, Content, Layout, contents, frame

BASE_NS = 820_540_800 * 10**9
MILLI_G = Layout(1, is_compressed=True)
"""Compressed, with the factor 1: each mg is told apart."""

STARTED = bytes.fromhex("f0020200000501" + "0000803f")
"""The answer to a start, with the factor 1."""

SENSE_OFFER = bytes.fromhex("f001020000 00011a00d000".replace(" ", ""))

NUMBERS = 15_000
"""Samples after which the numbers begin anew: 1 mg each."""


def said(payload: bytes, uuid: str = DATA_UUID, t_s: float = 0.0) -> Notification:
    return Notification(t_s, "pod", uuid, payload)


def started(answer: bytes = STARTED, rate_hz: int = 208) -> PolarDecoder:
    """Return a decoder whose pod has answered a start."""
    decoder = Polar(VERITY_SENSE, rate_hz).decoder()
    decoder.decode(said(answer, CONTROL_UUID))
    return decoder


@dataclass(frozen=True)
class NumberedPod:
    """A pod that numbers its samples on the x axis, and at times shakes on the others.

    Attributes
    ----------
    fs_hz : float
        True rate in samples per session second.
    speed : float
        Pod seconds per session second.
    seconds : float
        How long it sends.
    layout : Layout
        How it writes: shaking makes compressed frames shorter.
    """

    fs_hz: float = 208.0
    speed: float = 1.0
    seconds: float = 30.0
    layout: Layout = MILLI_G

    def source(self) -> ArraySource:
        count = int(self.seconds * self.fs_hz)
        number = np.arange(count)
        shaking = np.where(number // 300 % 2, 6.0, 0.02)
        noise = np.random.default_rng(3).uniform(-1.0, 1.0, (count, 2)) * shaking[:, None]
        acc_g = np.column_stack([(number % NUMBERS) / 1000.0, noise])
        return ArraySource(number / self.fs_hz, acc_g, None, self.fs_hz)

    def contents(self) -> list[Content]:
        return list(contents(self.source(), self.layout, 16))

    def notification(self, content: Content, delay_s: float = 0.02) -> Notification:
        """Return a frame as it arrives, so late; the session's second 1 is the pod's 0."""
        ticks = round(content.last_s * self.speed * TIMER_HZ)
        payload = frame(BASE_NS + ticks * 10**9 // TIMER_HZ, self.layout, content.body)
        return said(payload, t_s=1.0 + content.last_s + delay_s)


def placed(
    notifications: Iterable[Notification], rate_hz: int = 208
) -> tuple[Timebase, list[ImuSamples]]:
    """Decode and give session times, as the session does."""
    pod = Polar(VERITY_SENSE, rate_hz)
    decoder = started(rate_hz=rate_hz)
    timebase = Timebase(pod.abilities.clock, float(rate_hz))
    out: list[ImuSamples] = []
    for notification in notifications:
        for block in decoder.decode(notification):
            assert isinstance(block, ImuBlock)
            out += timebase.push(block, notification.t_s)
    return timebase, out + timebase.flush()


def numbers(samples: ImuSamples) -> FloatArray:
    """Return the numbers of samples, below ``NUMBERS``."""
    return np.rint(samples.acc_g[:, 0] * 1000.0)
