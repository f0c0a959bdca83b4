"""``stridegate demo`` without a screen: lines for a person, or one object for a machine."""

import asyncio
import json

from monitor.demo.options import DemoOptions
from monitor.demo.session import open_demo
from monitor.printing import LinePrinter


def run_demo(options: DemoOptions, *, lines: bool, as_json: bool) -> int:
    """Run the demo without a screen and print what came out.

    Returns
    -------
    int
        Exit status: 1 where the recording could not be finished.
    """
    runner = open_demo(options, LinePrinter() if lines else None)
    asyncio.run(runner.run())
    assert runner.result is not None, "a session that has run has its result"
    if as_json:
        print(json.dumps({**runner.result.to_json(), "recording": str(runner.recording)}))
    else:
        print("\n".join(runner.summary_lines))
    return 1 if runner.trouble else 0
