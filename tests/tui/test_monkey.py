"""The short form of ``make monkey``."""

from pathlib import Path

import pytest
from monkey import monkey


@pytest.mark.usefixtures("ticking")
async def test_300_random_events_lose_no_sample_and_crash_nothing(tmp_path: Path) -> None:
    tally = await monkey(300, 7, tmp_path)
    assert tally.events == 300
    assert tally.keys > 250
    assert tally.handed == tally.recorded > 0
