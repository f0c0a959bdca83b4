"""What a newcomer does in the first minutes, as docs/first-minutes.md says, in a real terminal."""

import re
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a matter of Unix", allow_module_level=True)

from pseudoterminal import PseudoTerminal

PAGE = Path(__file__).parents[2] / "docs" / "first-minutes.md"
ROW = re.compile(r"^\| `([^`]+)` \| (\S+) \|", re.MULTILINE)

SHORTER = """
from dataclasses import replace
from monitor.tui.desk import showing
showing.DEMO = replace(showing.DEMO, seconds=40.0, speed=4.0)
from monitor.cli import main
main()
"""
"""The demo's two minutes in ten seconds."""

PATIENCE_S = 60.0


def test_the_first_minutes_go_as_the_page_says(tmp_path: Path) -> None:
    steps = ROW.findall(PAGE.read_text("utf-8"))
    assert len(steps) > 5
    terminal = PseudoTerminal(SHORTER, [], str(tmp_path))
    try:
        for shown, key in steps:
            terminal.until(shown.encode(), PATIENCE_S)
            # What comes next has to be written after the key, not before it.
            terminal.seen = b""
            terminal.press(b" " if key == "Space" else key.encode())
        assert terminal.drain(PATIENCE_S) == 0
    finally:
        terminal.end()
    assert list(tmp_path.rglob("*.mcap")), "the demo was recorded"
