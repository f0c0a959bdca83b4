"""The process that plays: reads one cue a line from its standard input, until that is closed.

It stands apart from the session because sound systems write to the terminal, wait and crash as they
like. Where there is no loudspeaker it ends at once with status 1.
"""

import sys
import time
from collections.abc import Generator

import miniaudio

from monitor.cues import Cue
from monitor.sound.tones import FS_HZ, length_s, samples_of

TAIL_S = 0.15
"""s. What the sound system still holds when the last sample was handed over."""


def main() -> int:
    """Play what is asked for; returns the exit status."""
    sounds = {cue: samples_of(cue) for cue in Cue}
    try:
        device = miniaudio.PlaybackDevice(
            output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=FS_HZ
        )
    except miniaudio.MiniaudioError:
        return 1
    print("ready", flush=True)
    with device:
        for line in sys.stdin:
            word = line.strip()
            if word in sounds:
                cue = Cue(word)
                stream = _stream(sounds[cue])
                next(stream)
                device.start(stream)
                time.sleep(length_s(cue) + TAIL_S)
                device.stop()
    return 0


def _stream(sound: bytes) -> Generator[bytes, int, None]:
    wanted = yield b""
    at = 0
    while at < len(sound):
        chunk = sound[at : at + 2 * wanted]
        at += 2 * wanted
        wanted = yield chunk


if __name__ == "__main__":
    sys.exit(main())
