"""WitMotion's byte stream: frames of 20 bytes with a head and nothing else to know them by.

A frame begins with ``55 61`` (measured values) or ``55 71`` (registers), and has neither length nor
checksum, so the same two bytes may stand inside a frame. While frame follows frame nobody looks
inside. Where the stream was broken, a head counts only if another one stands 20 bytes on, and no
head in between has the same claim; and what ends in anything but a head or the end of a
notification is no frame. Where frames are cut over notifications and one of these is lost, the
beginning of one frame and the end of another may still look like a frame: one for each loss.
"""

from typing import Final

FRAME_BYTES: Final = 20
LEAD: Final = 0x55
VALUES_HEAD: Final = bytes([LEAD, 0x61])
REGISTERS_HEAD: Final = bytes([LEAD, 0x71])

RIVAL_FRAMES: Final = 10
"""Frames over which two places of a head may both repeat, as in a pod that lies still, before all
of them are given up (design default): no data are better than those of a wrong place."""


class FrameStream:
    """Cuts the notifications of one connection into frames.

    Attributes
    ----------
    skipped_bytes : int
        Bytes that belonged to no frame, so far.
    """

    def __init__(self) -> None:
        self.skipped_bytes = 0
        self._bytes = bytearray()
        self._is_in_step = True

    def push(self, payload: bytes) -> list[bytes]:
        """Take a notification; return the frames that it completes, in order."""
        self._bytes += payload
        frames: list[bytes] = []
        while (frame := self._next()) is not None:
            frames.append(frame)
        return frames

    def _next(self) -> bytes | None:
        """Return the next frame; None while more bytes are needed."""
        while True:
            if not self._is_in_step and not self._find():
                return None
            if not self._may_begin(0):
                self._is_in_step = False
            elif len(self._bytes) < FRAME_BYTES:
                return None
            elif self._may_begin(FRAME_BYTES):
                frame = bytes(self._bytes[:FRAME_BYTES])
                del self._bytes[:FRAME_BYTES]
                return frame
            else:
                self._is_in_step = False
                self._skip(1)

    def _find(self) -> bool:
        """Drop what precedes the next frame; whether its place is known."""
        while True:
            self._skip(next((k for k in range(len(self._bytes)) if self._may_begin(k)), None))
            if len(self._bytes) < FRAME_BYTES + 2:
                return False
            heads, is_open = self._heads(0)
            rivals = [self._heads(k) for k in range(1, FRAME_BYTES) if self._is_head(k)]
            open_rivals = [rival for rival in rivals if rival[1]]
            if heads >= 2 and is_open and not open_rivals:
                self._is_in_step = True
                return True
            if heads >= 2 and is_open and len(self._bytes) < RIVAL_FRAMES * FRAME_BYTES:
                return False
            if heads >= 2 and is_open:
                self._skip(None)
                return False
            if heads >= 2 and not open_rivals and heads > max((r[0] for r in rivals), default=0):
                self._is_in_step = True
                return True
            self._skip(1)

    def _heads(self, place: int) -> tuple[int, bool]:
        """Return how many heads follow each other from a place on, and whether to the end."""
        count = 0
        for at in range(place, len(self._bytes), FRAME_BYTES):
            if not self._may_begin(at):
                return count, False
            count += self._is_head(at)
        return count, True

    def _is_head(self, place: int) -> bool:
        return len(self._bytes) >= place + 2 and self._may_begin(place)

    def _may_begin(self, place: int) -> bool:
        """Whether a head stands at a place, as far as its bytes are there."""
        head = self._bytes[place : place + 2]
        return bytes(head) in (b"", bytes([LEAD]), VALUES_HEAD, REGISTERS_HEAD)

    def _skip(self, count: int | None) -> None:
        """Drop so many bytes; None: all."""
        count = len(self._bytes) if count is None else count
        self.skipped_bytes += count
        del self._bytes[:count]
