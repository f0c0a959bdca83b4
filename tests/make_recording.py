"""``make recording``: the demo as a terminal gets it, an asciicast of the real app.

``asciinema play docs/pictures/demo.cast`` shows it. Nothing is made up or cut: the bytes are those
that the program wrote, with the times at which they came.
"""

import codecs
import json
import tempfile
from pathlib import Path
from time import monotonic

from pseudoterminal import STRIDEGATE, PseudoTerminal

OUT = Path(__file__).resolve().parent.parent / "docs" / "pictures" / "demo.cast"
SIZE = (80, 24)
SECONDS, SPEED = "40", "4"
VIEW_AT_S = 6.0
"""s. When the patient's view is turned to."""


def main() -> None:
    """Run the demo and write what it wrote."""
    events: list[tuple[float, str, str]] = []
    decode = codecs.getincrementaldecoder("utf-8")().decode
    with tempfile.TemporaryDirectory() as folder:
        argv = [
            "demo",
            "--seconds",
            SECONDS,
            "--speed",
            SPEED,
            "--recording",
            f"{folder}/demo.mcap",
        ]
        terminal = PseudoTerminal(STRIDEGATE, argv, folder, SIZE)
        terminal.until(b"Opening", 60.0)
        begun_s, has_turned = monotonic(), False
        events.append((0.0, "o", decode(terminal.seen)))
        while terminal.process.poll() is None and b"Closes in 17 s" not in terminal.seen:
            fresh = terminal.read(0.05)
            now_s = monotonic() - begun_s
            if fresh:
                events.append((round(now_s, 3), "o", decode(fresh)))
            if now_s > VIEW_AT_S and not has_turned:
                has_turned = True
                terminal.press(b"t")
        terminal.press(b"q")
        terminal.drain(30.0)
    head = {"version": 2, "width": SIZE[0], "height": SIZE[1], "title": "stridegate demo"}
    OUT.parent.mkdir(parents=True, exist_ok=True)
    lines = [json.dumps(head), *(json.dumps(event, ensure_ascii=False) for event in events)]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{OUT.name}: {events[-1][0]:.0f} s, {OUT.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main()
