"""A dozen viewers in processes of their own around one session: the short form of make viewers."""

import sys
from pathlib import Path

import pytest
import viewers_load
from load_viewer import Seen
from viewers_load import Load


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.skipif(sys.platform != "linux", reason="reads this process's memory in /proc")
async def test_slow_and_killed_viewers_take_nothing_from_the_others(tmp_path: Path) -> None:
    load = Load(viewers=12, slow=3, killed=3, seconds=4.0)
    figures = await viewers_load.measure(load, tmp_path)
    assert viewers_load.faults(figures) == []
    assert figures.counted == 12
    assert figures.counted_after_kill == 9
    assert len(figures.seen) == 9
    # Bounded: a viewer that does not read leaves nothing behind in the session.
    assert figures.watched.rss_after_mb - figures.watched.rss_before_mb < 20.0
    assert "12 viewers" in viewers_load.page_of(figures)


def test_what_is_not_as_it_has_to_be_is_named(tmp_path: Path) -> None:
    alone = viewers_load.Phase(0.1, 0.2, 0.3, 0.1, 0.2, 5.0, 100.0, 100.0)
    seen = Seen(False, 10, False, False, 0.1, 0.2)
    figures = viewers_load.Figures(
        Load(2, 0, 1, 1.0), 0.0, alone, alone, 2, 2, 1.0, 99, (seen, seen)
    )
    assert len(viewers_load.faults(figures)) == 5
