"""The pods in range as rows for a person and for a machine."""

from dataclasses import replace

import pytest

from monitor.podtable import NOBODY_HEARD, PodRow, gives_text, owner_of, signal_text, table_lines
from sensors.binding import PodBinding
from sensors.pods.pod import Abilities, PodClock
from sensors.pods.registry import pod_of_kind
from sensors.samples import PodIdentity

POD = PodIdentity("movesense", "Movesense 42", "C0:00:00:00:00:42", serial="42")
ROW = PodRow("Movesense 42", POD.address, "movesense", "cadence", -63, None, "", None, False)


@pytest.mark.parametrize(
    ("rssi_dbm", "text"),
    [
        (-60, "-60 dBm strong"),
        (-61, "-61 dBm good"),
        (-75, "-75 dBm good"),
        (-76, "-76 dBm weak"),
        (-85, "-85 dBm weak"),
        (-86, "-86 dBm very weak"),
        (None, "–"),
    ],
)
def test_a_signal_has_a_number_and_a_word(rssi_dbm: int | None, text: str) -> None:
    assert signal_text(rssi_dbm) == text


def test_what_a_pod_gives_goes_by_its_rate() -> None:
    def gives(fs_hz: float | None) -> str:
        return gives_text(Abilities(fs_hz, 16.0, PodClock(0.001, 32), 5.0))

    assert gives(208.0) == gives(190.0) == "impact, timing, cadence"
    assert gives(189.9) == gives(50.0) == "timing, cadence"
    assert gives(49.9) == gives(None) == "cadence"
    assert gives_text(pod_of_kind("rsc").abilities) == "cadence"


def test_whose_a_pod_is() -> None:
    anna = {"anna": PodBinding("movesense", "42", POD.address)}
    by_serial = {"anna": PodBinding("movesense", "42")}
    heard = replace(POD, serial="")
    assert owner_of(heard, False, anna) == ("anna", True)
    assert owner_of(heard, False, by_serial) == ("anna", False), "a name proves nothing"
    assert owner_of(replace(heard, name="x"), False, by_serial) == (None, False)
    assert owner_of(replace(heard, address="C0:00:00:00:00:43"), False, anna) == (None, False)
    assert owner_of(POD, True, by_serial) == ("anna", True)
    assert owner_of(replace(POD, serial="43"), True, anna) == (None, True)
    assert owner_of(POD, True, {}) == (None, True)


def test_a_table_has_a_dash_for_what_is_not_known() -> None:
    head, line = table_lines([ROW])
    assert head.split() == ["pod", "kind", "gives", "signal", "battery", "bound", "to"]
    assert line.split()[-2:] == ["–", "–"]
    mine = replace(ROW, bound_to="anna", charge_pct=64)
    assert table_lines([mine])[1].endswith("64 %     anna, perhaps")
    assert table_lines([replace(mine, is_sure=True)])[1].endswith("64 %     anna")


def test_nobody_heard_says_what_to_do() -> None:
    assert table_lines([]) == [NOBODY_HEARD]
    assert "10 steps" in NOBODY_HEARD
