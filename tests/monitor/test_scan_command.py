"""``stridegate scan`` on the virtual radio: heard, asked, and never left connected."""

import json
from pathlib import Path

import pytest
from made_runs import home_places, made_patient
from rig import ramp

from monitor.cli import main
from monitor.people.ownpod import POD
from sensors.clock import SessionClock
from sensors.errors import LinkError, LinkFault
from sensors.meeting import meet
from sensors.radio import Radio
from sensors.scan import listen
from sensors.virtual.advertisement import address_of
from sensors.virtual.backend import BumbleScanner
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.radio import virtual_radio


def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *argv: str) -> str:
    monkeypatch.setattr("sys.argv", ["stridegate", "scan", *argv])
    with pytest.raises(SystemExit) as stop:
        main()
    assert stop.value.code == 0
    return capsys.readouterr().out


def test_the_bound_pod_is_shown_with_its_owner(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path))
    address = address_of("StrideGate RSC")
    entry = {"pod": "rsc", "serial": "RSC", "address": address, "name": "StrideGate RSC"}
    made_patient(home_places(tmp_path), [(POD, entry)])
    argv = ("--radio", "virtual", "--seconds", "1")
    (pod,) = json.loads(said(capsys, monkeypatch, *argv, "--json"))["pods"]
    assert (pod["kind"], pod["gives"], pod["bound_to"]) == ("rsc", ["cadence"], "anna")
    assert pod["rssi_dbm"] < 0
    assert (pod["battery_pct"], pod["serial"]) == (None, None), "nothing was asked"
    lines = said(capsys, monkeypatch, *argv, "--battery").splitlines()
    assert lines[1].split()[-3:] == ["87", "%", "anna"]


async def test_a_visit_reads_and_leaves_nothing_behind() -> None:
    clock = SessionClock()
    pod = VirtualPod(Movesense(ramp(5.0)), clock, "Movesense 214630000042", charge_pct=41)
    async with virtual_radio([pod]) as radio:
        (sighting,) = await listen(radio, 0.5)
        assert pod.tally.connections == 0
        met = await meet(sighting, radio, clock)
        assert pod.connection is None
        assert (met.identity.serial, met.charge_pct) == ("214630000042", 41)
        assert pod.tally.subscriptions == []
        (again,) = await listen(radio, 0.5)
        assert again.address == pod.address


async def test_a_radio_that_is_not_there_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(_self: object) -> None:
        raise FileNotFoundError(2, "no bus")

    monkeypatch.setattr("sensors.scan.BleakScanner.__aenter__", refuse)
    radio = Radio(scanner_kwargs={"backend": BumbleScanner})
    with pytest.raises(LinkError) as caught:
        await listen(radio, 0.1)
    assert caught.value.reason is LinkFault.NO_BLUETOOTH
