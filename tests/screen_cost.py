"""``make bench-screen``: the processor time of the live screen, and how late a word is on it.

Processor time is that of the process, in a real terminal of 120 x 40: the demo with its screen,
the same demo without one, and an app with an empty screen. The delay of a word is from the arrival
of the notification that changes it to the moment at which the changed screen is handed to the
terminal; what the detector needs is not in it: the first notification after a silence changes the
word without any.
"""

import argparse
import asyncio
import os
import tempfile
from collections import deque
from dataclasses import replace
from pathlib import Path
from time import monotonic, process_time
from typing import Any

from made_sessions import FS_HZ, inputs_of, made_setup, run_between_walks
from pseudoterminal import STRIDEGATE, PseudoTerminal

from monitor.core import Input
from monitor.record import RecordingSink
from monitor.session import SessionRunner
from monitor.snapshot import Word
from monitor.tui.app import LiveApp
from monitor.tui.hero import WordAndTime
from monitor.tui.live import LiveScreen
from sensors.clock import SessionClock
from sensors.samples import Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, walk

IDLE = "from textual.app import App; App().run()"
SIZE = (120, 40)
WARM_S = 10.0
TALKS_S, SILENT_S = 0.7, 2.6
"""s. The pod of the delay sends so long, and is then silent until the word is NO SIGNAL."""

TICKS_HZ = os.sysconf("SC_CLK_TCK")


def cpu_s(pid: int) -> float:
    """Return the processor time of a process so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_HZ


def share(code: str, argv: list[str], seconds: float) -> float:
    """Return the share of one core that a program takes, in per cent."""
    with tempfile.TemporaryDirectory() as home:
        terminal = PseudoTerminal(code, argv, home, SIZE)
        try:
            begun_s, end_s = monotonic() + WARM_S, monotonic() + WARM_S + seconds
            while monotonic() < begun_s:
                terminal.read()
            before_s, since_s = cpu_s(terminal.process.pid), monotonic()
            while monotonic() < end_s:
                terminal.read()
            return 100.0 * (cpu_s(terminal.process.pid) - before_s) / (monotonic() - since_s)
        finally:
            terminal.end()


class HaltingSource:
    """Sends for a moment and is silent for longer, again and again."""

    def __init__(self, clock: SessionClock) -> None:
        self.back_s: list[tuple[float, float]] = []
        self._clock = clock

    async def run(self, inbox: deque[Input]) -> None:
        """Hand over without an end."""
        talks = False
        for item in inputs_of(GaitSource(GaitScript((walk(600.0),)), FS_HZ, 1)):
            await self._clock.sleep_until(item.t_s)
            phase_s = item.t_s % (TALKS_S + SILENT_S)
            is_data = isinstance(item, Notification)
            if is_data and phase_s > TALKS_S:
                talks = False
                continue
            if is_data and not talks:
                talks = True
                self.back_s.append((monotonic(), process_time()))
            inbox.append(replace(item, t_s=round(self._clock.now_s() * 1e9) / 1e9))


async def delays(n: int) -> list[tuple[float, float]]:
    """Return how late the word was on the screen, each time the signal came back.

    In ms: the delay, and the processor time that this process took meanwhile. On a busy machine the
    second one says more: the rest is waiting, for the grid (0.1 s at most) and for others.
    """
    clock = SessionClock()
    setup = made_setup(run_between_walks(300.0, 300.0))
    source = HaltingSource(clock)
    drawn: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        sink = RecordingSink(Path(folder) / "delay.mcap", setup, 0)
        runner = SessionRunner(setup, source, sink, clock)
        app = LiveApp(lambda: runner)
        display = app._display
        last = ""

        def displayed(screen: Any, renderable: Any) -> None:
            nonlocal last
            display(screen, renderable)
            if isinstance(app.screen, LiveScreen):
                word = app.screen.query_one("#big", WordAndTime).word
                if last == Word.NO_SIGNAL.value and word != last:
                    drawn.append((monotonic(), process_time()))
                last = word

        app._display = displayed  # type: ignore[method-assign]
        async with app.run_test(size=SIZE):
            while len(drawn) < n:  # noqa: ASYNC110 - a screen has no event
                await asyncio.sleep(0.05)
            app.exit()
    return [
        (1000.0 * (at_s - back_s), 1000.0 * (cpu - back_cpu))
        for at_s, cpu in drawn
        for back_s, back_cpu in [max(back for back in source.back_s if back[0] < at_s)]
    ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--changes", type=int, default=60)
    chosen = parser.parse_args()
    demo = ["demo", "--seconds", "600"]
    for name, code, argv in (
        ("an empty app", IDLE, []),
        ("the demo without a screen", STRIDEGATE, [*demo, "--headless"]),
        ("the demo with its screen", STRIDEGATE, demo),
    ):
        print(f"{name}: {share(code, argv, chosen.seconds):.1f} % of a core", flush=True)
    with tempfile.TemporaryDirectory() as home:
        os.environ["STRIDEGATE_HOME"] = home
        found = asyncio.run(delays(chosen.changes))
    for name, values in zip(
        ("late by", "drawn in processor time of"), zip(*found, strict=True), strict=True
    ):
        ms = sorted(values)
        at95 = ms[min(len(ms) - 1, int(0.95 * len(ms)))]
        print(f"a word is {name} {ms[len(ms) // 2]:.0f} ms (median), {at95:.0f} ms (95 %)")
    print(f"load of this machine: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
