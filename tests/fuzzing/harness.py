"""Feeds a decoder anything, and asserts what has to hold whatever it was fed.

The same for hypothesis, for atheris and for a failure that is run again by hand.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from fuzzing.specimens import ANSWERS, BATTERY, FRAMED, SPECIMENS, Specimen

from sensors.errors import BadPacketError, LinkError
from sensors.pods.pod import Decoded, Decoder, Pod, Read
from sensors.pods.registry import pod_of_kind
from sensors.samples import Battery, FullScale, ImuBlock, Notification, StepReport

MAX_PAYLOAD = 244
"""Bytes of a drawn notification; longer ones are of the specimens only."""

TRIES = 4
"""Times that a good packet is sent after the bad ones: a half-packet, a register, a stream's place
may be lost with the first."""


@dataclass(slots=True)
class Fed:
    """What came of the notifications of one run."""

    decoded: int = 0
    refused: int = 0


class Bench:
    """One kind of pod under test.

    Parameters
    ----------
    kind : str
        In the registry.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.pod = pod_of_kind(kind)
        self.specimens = SPECIMENS.get(kind, ())
        self.parts = (*self.specimens, *_answers(self.specimens))
        self.uuids = (*self.pod.notify_uuids, *_read_uuids(self.pod), BATTERY, "no-characteristic")

    def check(self, data: bytes) -> Fed:
        """Feed what ``data`` describes; raises AssertionError, or what the decoder lets out."""
        usual = self.specimens[0]
        decoder, fed = self.connected(usual), Fed()
        heard: dict[str, bytes] = {}
        for uuid, payload in self.notifications(data):
            heard[uuid] = heard.get(uuid, b"") + payload
            try:
                values = decoder.decode(Notification(0.0, "pod", uuid, payload))
            except BadPacketError:
                fed.refused += 1
                continue
            fed.decoded += 1
            self.check_values(values)
        if self.may_wait(heard) and not self.is_read(decoder, usual):
            self.configure(decoder, usual)
        assert self.is_read(decoder, usual), f"{self.kind}: nothing is read any more"
        return fed

    def connected(self, specimen: Specimen) -> Decoder:
        """Return a decoder as a connection has it when a specimen comes."""
        decoder = self.pod.decoder()
        self.configure(decoder, specimen)
        return decoder

    def configure(self, decoder: Decoder, specimen: Specimen) -> None:
        """Let the pod say what it says before a specimen."""
        for uuid, payload in specimen.before:
            # After anything, the first of it may still be taken for the end of something else.
            with contextlib.suppress(BadPacketError):
                self.check_values(decoder.decode(Notification(0.0, "pod", uuid, payload)))

    def may_wait(self, heard: dict[str, bytes]) -> bool:
        """Whether a decoder may wait for the pod to be configured anew, after all that it heard."""
        uuid, pattern = ANSWERS.get(self.kind, ("", b""))
        return uuid in heard and re.search(pattern, heard[uuid], re.DOTALL) is not None

    def notifications(self, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield what bytes describe: drawn notifications, and specimens cut or changed."""
        rest = data
        while len(rest) >= 3:
            what, which, size, rest = rest[0] % 4, rest[0] >> 2, rest[1], rest[2:]
            if what == 0:
                yield self.uuids[which % len(self.uuids)], rest[: min(size, MAX_PAYLOAD)]
                rest = rest[size:]
                continue
            specimen = self.parts[which % len(self.parts)]
            for payload in specimen.payloads:
                if what == 1:
                    yield specimen.uuid, payload[: size % (len(payload) + 1)]
                else:
                    changed = bytearray(payload)
                    changed[size % len(changed)] ^= rest[0]
                    yield specimen.uuid, bytes(changed) + (rest[1:3] if what == 3 else b"")
            rest = rest[1:]

    def check_values(self, values: tuple[Decoded, ...]) -> None:
        """Assert that values are whole numbers of the right shape and none is NaN or infinite."""
        for value in values:
            match value:
                case ImuBlock():
                    self._check_block(value)
                case StepReport():
                    lengths = (value.stride_length_m, value.total_distance_m)
                    numbers = [value.speed_mps, *(n for n in lengths if n is not None)]
                    assert all(np.isfinite(n) and n >= 0.0 for n in numbers), value
                    assert 0 <= value.cadence_per_min <= 255, value
                case Battery():
                    assert 0 <= value.charge_pct <= 100, value
                case FullScale():
                    assert 1.0 <= value.full_scale_g <= 400.0, value

    def _check_block(self, block: ImuBlock) -> None:
        clock = self.pod.abilities.clock
        assert block.acc_g.ndim == 2, block
        assert block.acc_g.shape[0] >= 1, block
        assert block.acc_g.shape[1] == 3, block
        assert np.isfinite(block.acc_g).all(), block
        if block.gyro_dps is not None:
            assert block.gyro_dps.shape == block.acc_g.shape, block
            assert np.isfinite(block.gyro_dps).all(), block
        assert (block.tick is None) is (clock is None), block
        if block.tick is not None and clock is not None:
            assert 0 <= block.tick < 2**clock.bits, block

    def is_read(self, decoder: Decoder, specimen: Specimen) -> bool:
        """Whether a good packet is read by a decoder that has met bad ones."""
        return any(self.samples_of(decoder, specimen) is not None for _ in range(TRIES))

    def check_cuts(self) -> int:
        """Assert that no part of a packet is taken for the whole; return how many were tried."""
        cuts = 0
        for specimen in self.specimens:
            *before, last = specimen.payloads
            for length in range(len(last)):
                cut = Specimen(specimen.uuid, (*before, last[:length]), 0)
                samples = self.samples_of(self.connected(specimen), cut)
                cuts += 1
                if self.kind in FRAMED:
                    assert samples is None, f"{self.kind}: {length} of {len(last)} bytes are read"
                else:
                    assert samples is None or samples < specimen.samples, (self.kind, length)
        return cuts

    def samples_of(self, decoder: Decoder, specimen: Specimen) -> int | None:
        """Return how many samples a specimen gives, 0 for a report; None for nothing at all."""
        found: int | None = None
        for payload in specimen.payloads:
            try:
                values = decoder.decode(Notification(0.0, "pod", specimen.uuid, payload))
            except BadPacketError:
                continue
            self.check_values(values)
            for value in values:
                if isinstance(value, ImuBlock | StepReport):
                    samples = len(value.acc_g) if isinstance(value, ImuBlock) else 0
                    found = (found or 0) + samples
        return found


def _answers(specimens: tuple[Specimen, ...]) -> tuple[Specimen, ...]:
    """Return what is said before specimens as specimens: that may be cut and changed too."""
    said = dict.fromkeys(said for specimen in specimens for said in specimen.before)
    return tuple(Specimen(uuid, (payload,), 0) for uuid, payload in said)


def _read_uuids(pod: Pod) -> tuple[str, ...]:
    """Return what a configuration reads: its values reach the decoder too."""
    uuids: dict[str, None] = {}
    with contextlib.suppress(LinkError):  # a pod that says nothing is given up
        for step in pod.configure():
            if isinstance(step, Read):
                uuids[step.uuid] = None
    return tuple(uuids)
