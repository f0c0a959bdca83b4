"""``make monkey``: random keys, resizes and pastes on the real screen of a real session.

The session is real but for the radio: a runner with its clock, its recording on the disk and its
screen. At the end every notification that the source handed over stands in the recording, in order.
"""

import argparse
import asyncio
import contextlib
import random
import tempfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

from made_sessions import FS_HZ, inputs_of, made_setup, run_between_walks
from textual import events
from textual.pilot import Pilot

from monitor.core import Input
from monitor.marks import MarkKind
from monitor.record import RecordingSink, read_session
from monitor.session import SessionRunner
from monitor.tui.app import LiveApp
from monitor.tui.live import LiveScreen
from sensors.clock import SessionClock
from sensors.samples import Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk

KEYS = [
    *"abcdefghijklmnopqrstuvwxyz0123456789",
    *("space", "enter", "escape", "tab", "up", "down", "pageup", "home", "f1", "question_mark"),
    *("ctrl+c", "ctrl+q", "ctrl+z", "shift+tab", "backspace", "delete", "left", "right"),
]
"""Not ctrl+p: the palette can save pictures into the user's home."""

PASTES = ("", "x" * 5000, "\x1b[2J\x07", "a\nb\nc", "[b]no markup[/b]", "ü≥–✉", "9" * 40)
SIZES = (20, 300), (5, 80)
SPEED = 4.0
KEYS_AT_ONCE = 5


@dataclass
class Tally:
    """What was done, and what came of it."""

    keys: int = 0
    resizes: int = 0
    pastes: int = 0
    sessions: int = 0
    handed: int = 0
    recorded: int = 0
    marks: int = 0
    seconds: float = 0.0

    @property
    def events(self) -> int:
        """All that was thrown at the screen."""
        return self.keys + self.resizes + self.pastes


class HandingSource:
    """Hands a gait's notifications over in time and keeps what it handed over."""

    def __init__(self, clock: SessionClock) -> None:
        self.handed: list[Notification] = []
        self.clock = clock

    async def run(self, inbox: deque[Input]) -> None:
        """Hand over until the gait ends."""
        script = GaitScript((walk(10.0), run(60.0), walk(10.0)))
        for item in inputs_of(GaitSource(script, FS_HZ, 1)):
            await self.clock.sleep_until(item.t_s)
            item = replace(item, t_s=round(self.clock.now_s() * 1e9) / 1e9)
            inbox.append(item)
            if isinstance(item, Notification):
                self.handed.append(item)
        await asyncio.Event().wait()


async def throw(pilot: Pilot[None], chance: random.Random, tally: Tally) -> None:
    """Do one random thing to the screen."""
    app = pilot.app
    what = chance.random()
    if what < 0.02:
        tally.resizes += 1
        await pilot.resize_terminal(*(chance.randint(*ends) for ends in SIZES))
    elif what < 0.05:
        tally.pastes += 1
        app.post_message(events.Paste(chance.choice(PASTES)))
    else:
        tally.keys += 1
        app.simulate_key(chance.choice(KEYS))
    if tally.events % KEYS_AT_ONCE == 0:
        await pilot.pause(0.001)


async def one_session(folder: Path, chance: random.Random, tally: Tally, events_max: int) -> None:
    """Run one session until the monkey has ended it, or has done enough."""
    tally.sessions += 1
    path = folder / f"monkey-{tally.sessions}.mcap"
    clock = SessionClock(SPEED)
    setup = made_setup(run_between_walks(60.0))
    source = HandingSource(clock)
    runner = SessionRunner(setup, source, RecordingSink(path, setup, 0), clock)
    app = LiveApp(lambda: runner)
    async with app.run_test(size=(80, 24)) as pilot:
        while not isinstance(app.screen, LiveScreen):
            await pilot.pause(0.01)
        while app.is_running and tally.events < events_max:
            await throw(pilot, chance, tally)
        if runner.result is None:
            runner.mark(MarkKind.STOP)
            while runner.result is None:  # noqa: ASYNC110 - the runner has no event
                await asyncio.sleep(0.01)
        await pilot.pause(0.5)
    assert app.error is None, app.error
    session = read_session(path)
    assert session.result is not None, "the recording is closed with its result"
    kept = [item for item in session.inputs() if isinstance(item, Notification)]
    over_s = float(session.result["ended_s"])
    handed = [item for item in source.handed if item.t_s < over_s]
    assert [i.payload for i in kept][: len(handed)] == [i.payload for i in handed]
    tally.handed += len(handed)
    tally.recorded += min(len(kept), len(handed))
    tally.marks += sum(not isinstance(i, Notification) for i in session.inputs())


@contextlib.contextmanager
def a_home() -> Iterator[Path]:
    """Keep the user's own settings out of it."""
    import os

    with tempfile.TemporaryDirectory() as folder:
        os.environ["STRIDEGATE_HOME"] = folder
        yield Path(folder)


async def monkey(events_max: int, seed: int, folder: Path) -> Tally:
    """Throw ``events_max`` things at as many sessions as it takes."""
    tally, chance, begun_s = Tally(), random.Random(seed), monotonic()
    while tally.events < events_max:
        await one_session(folder, chance, tally, events_max)
    tally.seconds = monotonic() - begun_s
    return tally


def main() -> None:
    """Run and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with a_home() as folder:
        tally = asyncio.run(monkey(chosen.events, chosen.seed, folder))
    print(
        f"{tally.keys} keys, {tally.resizes} resizes, {tally.pastes} pastes on {tally.sessions} "
        f"sessions in {tally.seconds:.0f} s: 0 crashes, {tally.handed} notifications handed over, "
        f"{tally.recorded} recorded"
    )


if __name__ == "__main__":
    main()
