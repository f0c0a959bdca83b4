"""The short form of ``make storm``: a dozen drops on each rig."""

from pathlib import Path

import pytest
from disconnect_storm import storm

DROPS, LONGEST_S, SPEED, SEED = 12, 3.0, 8.0, 4


async def test_a_dozen_drops_leave_true_holes_and_nothing_open(
    each_rig: str, tmp_path: Path
) -> None:
    found = await storm(tmp_path / "storm.mcap", DROPS, SPEED, SEED, LONGEST_S)
    assert len(found.away) == DROPS
    assert len(found.by_state) >= 2, "the drops fell into one state of the link only"
    assert found.twice == found.strange == 0
    assert 1 <= len(found.true_holes) <= DROPS
    for truth, counted in zip(found.true_holes, found.counted_holes, strict=True):
        assert truth == pytest.approx(counted, abs=0.1)
    assert len(set(found.files)) == len(set(found.bus_names)) == 1
    assert set(found.clients) == {1}
    assert not any("Another pod" in sentence for sentence in found.sentences)
