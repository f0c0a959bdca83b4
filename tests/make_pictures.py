"""``make pictures``: pictures of the real app during a real demo, for the README.

The demo runs with its virtual pod, radio, client and recording; nothing on the screen is made up.
"""

import asyncio
import contextlib
import re
import tempfile
from pathlib import Path

from textual.app import App

from monitor.demo.options import DemoOptions
from monitor.demo.session import open_demo
from monitor.snapshot import Word
from monitor.tui.app import LiveApp

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIZE = (120, 40)
SECONDS, SPEED = 60.0, 4.0
PATIENCE_S = 60.0


def keep(app: App[None], name: str) -> None:
    """Write the screen as it is; without the fonts that Textual would fetch from elsewhere."""
    svg = app.export_screenshot(title="StrideGate")
    svg = re.sub(r"@font-face\s*\{.*?\}", "", svg, flags=re.DOTALL)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


async def picture() -> None:
    """Run the demo and keep the alarm in both views, and the summary."""
    # Beside the working folder, so that no path of this machine stands in the picture.
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        options = DemoOptions(SECONDS, SPEED, "virtual", 1, Path("demo.mcap"))
        app = LiveApp(lambda: open_demo(options))
        async with app.run_test(size=SIZE) as pilot, asyncio.timeout(PATIENCE_S):

            async def until(word: Word) -> None:
                while app.runner is None or app.runner.snapshot.word is not word:
                    await pilot.pause(0.05)
                await pilot.pause(1.5)

            await until(Word.EASE_OFF)
            keep(app, "live")
            await pilot.press("t")
            await pilot.pause(0.5)
            keep(app, "patient")
            await pilot.press("t")
            await until(Word.DONE)
            keep(app, "summary")


if __name__ == "__main__":
    asyncio.run(picture())
