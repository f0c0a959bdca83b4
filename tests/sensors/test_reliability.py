"""The proofs of ``make reliability`` in short: kills, power cuts, cuts, flips, sizes, a soak."""

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from recorded_files import abandon
from reliability import damage, kills, powercuts, recordcuts, sizes, soak
from reliability.page import PAGE, proofs
from reliability.systemcalls import can_trace

from sensors.recording.reopened import ReopenedRecording

TESTS = Path(__file__).parents[1]


def in_a_process(code: str) -> str:
    """Run code where no thread is, so that it can fork."""
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}"},
    ).stdout


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
def test_fifty_kills_lose_nothing_that_was_acknowledged() -> None:
    code = (
        "import json; from dataclasses import asdict; from reliability.kills import killed;"
        "print(json.dumps(asdict(killed(50, 5))))"
    )
    found = kills.Kills(**json.loads(in_a_process(code)))
    assert (found.kills, found.unreadable, found.lost_acknowledged) == (50, 0, 0)
    assert found.notifications > 50
    assert found.lost_s


@pytest.mark.parametrize("ill", [False, True])
def test_no_power_cut_leaves_a_recording_that_cannot_be_read(ill: bool) -> None:
    found = powercuts.cut(90, 5, ill=ill)
    assert found.states > 300
    assert (found.unreadable, found.lost_acknowledged) == (0, 0)
    assert found.torn > 30
    assert found.lost_s <= powercuts.LOST_S


@pytest.mark.skipif(not can_trace(), reason="no strace that may trace: install strace")
def test_no_power_cut_takes_what_the_record_acknowledged_or_blames_anybody() -> None:
    found = recordcuts.cut(1, 1, every=9)
    assert found.states > 60
    assert (found.unusable, found.blamed, found.lost, found.half) == (0, 0, 0, 0), found.first


def test_a_growing_recording_of_some_length_is_read_up_to_every_cut(tmp_path: Path) -> None:
    found = damage.cut_everywhere(*damage.growing(tmp_path, 4_000))
    assert found.cuts > 3_500
    assert found.wrong == 0
    assert found.refused < 1_000


@pytest.mark.parametrize("is_closed", [True, False])
def test_no_flipped_bit_of_64_kib_gives_wrong_data(tmp_path: Path, is_closed: bool) -> None:
    path = damage.closed(tmp_path, damage.SIZE) if is_closed else None
    path = path or damage.growing(tmp_path, damage.SIZE)[0]
    size = path.stat().st_size
    assert size > 50_000
    found = damage.flip(path, random.Random(1).sample(range(size), 60))
    assert (found.flips, found.wrong) == (480, 0)
    assert found.found + found.harmless.total() == 480
    assert set(found.harmless) <= {"times in heads of chunks", "the names of profile and library"}
    assert not (is_closed and found.harmless)


def test_recordings_are_as_small_as_promised() -> None:
    growing, closed = sizes.sizes(sizes.walker(75.0))
    assert 1.0 < growing <= sizes.GROWING
    assert 0.5 < closed <= sizes.CLOSED


def test_an_hour_as_a_crash_leaves_it_is_gone_on_with(tmp_path: Path) -> None:
    size = kills.hour(tmp_path / "hour.mcap", 120.0)
    again = ReopenedRecording(tmp_path / "hour.mcap")
    assert (again._end, again._growing._sequences[1]) == (size, 120 * 26 + 1)
    abandon(again)


def test_a_soak_misses_no_step() -> None:
    found = soak.played(1, soak.TILE_S / 3600.0)
    assert found["steps"] > 600
    assert (found["missed"], found["invented"], found["lost"]) == (0, 0, 0)


def test_the_page_has_a_line_of_each_proof() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in proofs(1.0, 1):
        assert f"`{name}`" in page
