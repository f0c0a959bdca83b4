"""What a pod's cadence counts: told when it changes, kept in the header, the record, a replay."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from made_sessions import made_setup, run_between_walks

from analysis.step import Placement
from monitor.core import SessionCore
from monitor.errors import UsageError
from monitor.journal import Journal, Kind
from monitor.people.conditions import Conditions
from monitor.people.entries import fields_of, value_of
from monitor.running.closing import _worn
from monitor.running.setups import Wish, _cadence
from monitor.setup import PodSetup, SessionSetup
from monitor.store.chain import Entry, patient_chain
from sensors.pods.cadence import CadenceMemory
from sensors.pods.rsc import FEATURE_UUID, LOCATION_UUID, MEASUREMENT_UUID
from sensors.pods.rsc_makes import MAKES, CadenceUnit
from sensors.samples import Notification, PodIdentity, PodReport, StepReport
from sensors.virtual.rsc import encode

STEPS, STRIDES = CadenceUnit.STEPS, CadenceUnit.STRIDES
POD = PodIdentity("rsc", "Foot pod 1", "AA", serial="1001")
OTHER = replace(POD, serial="1002")


def setup_of(memory: CadenceMemory | None) -> SessionSetup:
    pods = (PodSetup("pod", "rsc", None, Placement.FOOT, cadence=memory),)
    return replace(made_setup(run_between_walks(10.0)), pods=pods)


def core_of(
    memory: CadenceMemory | None, pod: PodIdentity, cadence: int, seconds: int = 8
) -> SessionCore:
    core = SessionCore(setup_of(memory), Journal())
    core.feed(PodReport(0.0, "pod", pod))
    core.feed(Notification(0.1, "pod", FEATURE_UUID, b"\x07\x00"))
    core.feed(Notification(0.1, "pod", LOCATION_UUID, b"\x01"))
    for second in range(seconds):
        report = StepReport(2.75, cadence, True, None, 2.75 * second)
        core.feed(Notification(1.0 + second, "pod", MEASUREMENT_UUID, encode(report)))
        core.step(1.05 + second)
    return core


def notices(core: SessionCore) -> list[str]:
    return [entry.text for entry in core.journal.entries if entry.kind is Kind.POD]


def test_a_change_of_what_is_counted_is_told_once() -> None:
    core = core_of(None, POD, 170)
    (text,) = notices(core)
    assert "read as steps/min" in text
    assert core.judge.cadence_spm == 170
    assert core.judge.location == "top of shoe"
    assert core.judge.distance.total_m == pytest.approx(7 * 2.75, abs=0.2)


def test_what_the_standard_says_needs_no_word() -> None:
    assert notices(core_of(None, POD, 84)) == []


@pytest.mark.parametrize(
    ("memory", "pod", "spm"),
    [
        (CadenceMemory(STEPS, "1001"), POD, 125),
        (CadenceMemory(STEPS, "1001"), OTHER, 250),
        (CadenceMemory(STEPS, is_chosen=True), OTHER, 125),
        (None, POD, 250),
    ],
)
def test_a_decision_holds_for_the_pod_it_was_made_of(
    memory: CadenceMemory | None, pod: PodIdentity, spm: int
) -> None:
    assert core_of(memory, pod, 125).judge.cadence_spm == spm


def test_a_choice_is_kept_against_every_report() -> None:
    core = core_of(CadenceMemory(STRIDES, is_chosen=True), POD, 170, seconds=20)
    assert core.judge.cadence_spm == 340
    assert core.judge.cadence_memory == CadenceMemory(STRIDES, "1001", is_chosen=True)


def test_what_was_learnt_goes_into_the_record_and_nothing_where_nothing_was() -> None:
    before = Conditions(pod="rsc")
    learnt = _worn(before, POD, core_of(None, POD, 170).judge)
    assert learnt.cadence == CadenceMemory(STEPS, "1001")
    assert learnt.changed_since(replace(before, serial="1001")) == ()
    open_one = _worn(before, POD, core_of(None, POD, 125).judge)
    assert open_one.cadence is None


def test_the_record_and_the_header_give_back_what_was_decided() -> None:
    memory = CadenceMemory(STEPS, "1001", is_chosen=True)
    worn = Conditions(pod="rsc", cadence=memory)
    entry = Entry(patient_chain("anna"), 1, 0, "conditions", dict(fields_of(worn)), "", "")
    assert value_of(Conditions, entry) == worn
    assert Conditions(shoe="a").merged(worn).cadence == memory
    header = setup_of(memory).to_header()
    assert SessionSetup.from_header(header, "x").pods[0].cadence == memory
    del header["pods"][0]["cadence"]
    assert SessionSetup.from_header(header, "x").pods[0].cadence is None


@pytest.mark.parametrize(("word", "unit"), [("steps", STEPS), ("strides", STRIDES)])
def test_the_user_says_it_in_a_word(word: str, unit: CadenceUnit) -> None:
    assert _cadence(Wish(cadence=word), "rsc", counts=True) == CadenceMemory(unit, is_chosen=True)
    assert _cadence(Wish(), "rsc", counts=True) is None
    with pytest.raises(UsageError, match="--cadence"):
        _cadence(Wish(cadence=word), "movesense", counts=False)


def test_another_word_is_refused() -> None:
    with pytest.raises(UsageError, match="use strides or steps"):
        _cadence(Wish(cadence="double"), "rsc", counts=True)


def test_the_pages_makes_are_those_of_the_program() -> None:
    page = (Path(__file__).parents[2] / "docs" / "pods.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (yes|no) \| (.+) \|$", page, re.MULTILINE)
    assert rows == [
        (
            make.title,
            make.cadence or "either",
            make.length or "not said",
            "yes" if make.is_certain else "no",
            make.source,
        )
        for make in MAKES
    ]
