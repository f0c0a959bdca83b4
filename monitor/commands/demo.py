"""``stridegate demo`` without a screen: lines for a person, or one object for a machine."""

import asyncio
import json

from monitor.demo.options import DemoOptions
from monitor.demo.session import open_demo
from monitor.plain import PlainLines
from monitor.snapshot import Snapshot
from monitor.text import is_ascii_terminal


def run_demo(options: DemoOptions, *, lines: bool, as_json: bool) -> int:
    """Run the demo without a screen and print what came out; returns the exit status."""
    printer = PlainLines(is_ascii=is_ascii_terminal())

    def say(snapshot: Snapshot) -> None:
        for line in printer.update(snapshot):
            print(line, flush=True)

    runner = open_demo(options, say if lines else None)
    asyncio.run(runner.run())
    assert runner.result is not None
    if as_json:
        print(json.dumps({**runner.result.to_json(), "recording": str(runner.recording)}))
    else:
        print("\n".join(runner.summary_lines))
    return 0
