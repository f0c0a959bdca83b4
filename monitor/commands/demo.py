"""``stridegate demo`` without a screen: lines for a person, or one object for a machine."""

import asyncio
import json
import sys

from monitor.demo.options import DemoOptions
from monitor.demo.session import open_demo
from monitor.printing import LinePrinter
from monitor.running.terminal import InputLines, obey_consent
from monitor.session import SessionRunner


def run_demo(options: DemoOptions, *, lines: bool, as_json: bool) -> int:
    """Run the demo without a screen and print what came out.

    Returns
    -------
    int
        Exit status: 1 where the recording could not be finished.
    """
    runner = open_demo(options, LinePrinter() if lines else None)
    asyncio.run(_run(runner, is_watched=options.watch.listen is not None))
    assert runner.result is not None, "a session that has run has its result"
    if as_json:
        print(json.dumps({**runner.result.to_json(), "recording": str(runner.recording)}))
    else:
        print("\n".join(runner.summary_lines))
    return 1 if runner.trouble else 0


async def _run(runner: SessionRunner, *, is_watched: bool) -> None:
    publisher = runner.publisher
    if publisher is None or not is_watched:
        await runner.run()
        return
    publisher.tell = lambda text: print(text, file=sys.stderr, flush=True)

    def take(line: str) -> None:
        obey_consent(publisher, line)

    with InputLines().heard_by(take):
        await runner.run()
