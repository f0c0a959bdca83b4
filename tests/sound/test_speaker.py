"""The loudspeaker is a process of its own: whatever it does, the session goes on and is heard."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from monitor.cues import Cue
from monitor.sound.speaker import COMMAND, Speaker
from monitor.sound.tones import BELLS

KEEPS = "import sys; print('ready', flush=True); open(sys.argv[1], 'w').write(sys.stdin.readline())"


class Bells:
    """Counts how often the terminal rang."""

    def __init__(self) -> None:
        self.rung = 0

    def __call__(self) -> None:
        """Ring."""
        self.rung += 1


@asynccontextmanager
async def running(speaker: Speaker) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(speaker.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_cue_goes_to_the_player_and_no_bell_rings(tmp_path: Path) -> None:
    bells, heard = Bells(), tmp_path / "heard"
    speaker = Speaker(bells, command=(sys.executable, "-c", KEEPS, str(heard)))
    async with running(speaker) as task, asyncio.timeout(20.0):
        while not speaker.has_tones:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.01)
        speaker.play(Cue.WALK)
        await task
    assert heard.read_text() == "walk\n"
    assert bells.rung == 0


async def test_without_a_loudspeaker_the_bell_rings() -> None:
    bells = Bells()
    speaker = Speaker(bells, command=(sys.executable, "-c", "raise SystemExit(1)"))
    async with running(speaker) as task, asyncio.timeout(20.0):
        await task
    speaker.play(Cue.STOP)
    assert bells.rung == BELLS[Cue.STOP]


async def test_without_a_player_or_before_it_is_there_the_bell_rings() -> None:
    bells = Bells()
    speaker = Speaker(bells, command=("/nowhere/at/all",))
    speaker.play(Cue.RUN)
    async with running(speaker) as task:
        await task
    speaker.play(Cue.RUN)
    assert bells.rung == 2 * BELLS[Cue.RUN]


async def test_what_is_off_is_not_heard() -> None:
    bells = Bells()
    speaker = Speaker(bells, is_on=False, command=("/nowhere/at/all",))
    speaker.play(Cue.STOP)
    assert bells.rung == 0


async def test_a_player_that_hangs_is_bells_and_is_ended_with_the_session() -> None:
    bells = Bells()
    command = (sys.executable, "-c", "import time; time.sleep(600)")
    speaker = Speaker(bells, command=command)
    async with running(speaker):
        await asyncio.sleep(0.2)
        speaker.play(Cue.WALK)
    assert bells.rung == BELLS[Cue.WALK]


def test_the_player_that_is_started_is_ours() -> None:
    assert COMMAND[1:] == ("-m", "monitor.sound.player")
