"""``stridegate doctor`` on this computer: what it gathers, and that it leaves nothing behind."""

import json
import os
from pathlib import Path

import pytest
from made_runs import home_places, made_patient

from monitor import facts
from monitor.cli import main
from sensors.errors import LinkError, LinkFault

pytestmark = pytest.mark.skipif(os.name == "nt", reason="permission bits")


def told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[int, dict[str, dict[str, str]]]:
    monkeypatch.setattr("sys.argv", ["stridegate", "doctor", "--json"])
    with pytest.raises(SystemExit) as stop:
        main()
    found = json.loads(capsys.readouterr().out)["findings"]
    return int(str(stop.value.code)), {one["what"]: one for one in found}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path))

    async def works() -> None:
        return None

    monkeypatch.setattr(facts, "_radio_fault", works)
    return tmp_path


def test_a_record_that_others_can_read_the_key_of(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made_patient(home_places(home))
    status, found = told(capsys, monkeypatch)
    assert (found["record"]["status"], found["key"]["status"]) == ("ok", "ok")
    assert found["imports"]["status"] == "ok"
    assert status == 0, found
    (home / "record.key").chmod(0o644)
    status, found = told(capsys, monkeypatch)
    assert (status, found["key"]["status"]) == (1, "bad")
    assert not list(home.rglob(".stridegate-*"))


def test_a_computer_without_bluetooth_is_told_of(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none() -> LinkError:
        return LinkError(LinkFault.NO_BLUETOOTH, "No Bluetooth was found: plug in an adapter.")

    monkeypatch.setattr(facts, "_radio_fault", none)
    status, found = told(capsys, monkeypatch)
    assert (status, found["bluetooth"]["cure"]) == (1, "plug in an adapter.")
    assert found["record"]["text"].startswith("none yet")


def test_a_lock_is_read_and_rfkill_is_looked_at(tmp_path: Path) -> None:
    assert facts.locked_versions("numpy==2.3\n# why\nscipy==1.16 \n") == {
        "numpy": "2.3",
        "scipy": "1.16",
    }
    for name, kind, soft in (("rfkill0", "wlan", "1"), ("rfkill1", "bluetooth", "1")):
        device = tmp_path / name
        device.mkdir()
        for file, text in (("type", kind), ("soft", soft), ("hard", "0")):
            (device / file).write_text(f"{text}\n")
    assert list(facts._blocks(tmp_path)) == ["soft"]
    assert list(facts._blocks(tmp_path / "nowhere")) == []
