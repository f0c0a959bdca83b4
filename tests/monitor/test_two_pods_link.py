"""Two pods and a cadence pod on the air: one after the other, nothing lost, left is left."""

import json
from pathlib import Path

from two_pods import simulated
from typer.testing import CliRunner

from monitor.cli import app


def test_nothing_is_lost_of_two_pods_at_208_hz_and_a_cadence_pod() -> None:
    """The short form of ``make soak``."""
    m = simulated(24.0)
    assert m.result is not None
    assert m.made == m.sent == m.received
    assert m.received["left"] > 24 * 208
    assert m.received["right"] > 24 * 208
    assert m.received["cadence"] >= 20
    assert m.connections == {"left": 1, "right": 1, "cadence": 1}
    assert (m.result.drops, m.result.lost_samples, m.result.bad_packets) == (0, 0, 0)
    assert m.result.steps is not None
    assert m.result.steps > 15
    assert m.result.sides is not None


def test_the_demo_with_two_pods_is_recorded_replayed_and_analysed(tmp_path: Path) -> None:
    path = tmp_path / "two.mcap"
    asked = ["demo", "--two", "--headless", "--json", "--seconds", "20", "--speed", "2"]
    done = CliRunner().invoke(app, [*asked, "--recording", str(path)])
    assert done.exit_code == 0, done.output
    result = json.loads(done.stdout)
    assert result["sides"] is not None
    again = CliRunner().invoke(app, ["replay", str(path), "--json"])
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout) == result
    analysed = CliRunner().invoke(app, ["analyse", str(path), "--json"])
    summary = json.loads(analysed.stdout)["summary"]
    assert summary["pod"] == "left"
    beside = {other["pod"]: other["steps"] for other in summary["beside"]}
    assert beside.keys() == {"right", "cadence"}
    # The right pod's link drops once: the other one judges on.
    assert result["drops"] == 1
    assert 0 < beside["right"] < summary["steps"]
    assert beside["cadence"] is None
