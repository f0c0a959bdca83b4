"""``stridegate patient enrol``: what refuses it, and that nothing is written then."""

import io
import json

import pytest
from made_clinic import CLEAR, PIN, Clinic, enrolment
from made_people import HIP
from made_stores import pragma

from monitor.store.chain import CLINIC, patient_chain


@pytest.fixture
def ready(clinic: Clinic) -> Clinic:
    clinic.sign("clinician", "add", "dr-x")
    clinic.sign("programme", "sign", "hip-bsi")
    return clinic


def enrol(*more: str) -> tuple[str, ...]:
    return ("patient", "enrol", "anna", *enrolment(), *more)


def test_an_enrolment_is_one_entry_with_everything(ready: Clinic) -> None:
    said = ready.sign(
        *enrol("--soft-block", "red_s=a dietitian sees her", *CLEAR),
        *("--preset", "edema_only_low_grade", "--min-days", "P0=30", "--json"),
    )
    (entry,) = ready.store.entries(patient_chain("anna"))
    assert entry.kind == "enrol"
    fields = {k: v for k, v in entry.record.items() if k not in ("kind", "t")}
    assert json.loads(said.out) == fields
    assert fields["min_days"] == {"P0": 30, "P1": 7, "P2": 21, "P3": 14}
    assert fields["hard_blocks"] == [item.id for item in HIP.hard_blocks]
    assert fields["soft_blocks"] == {"red_s": "a dietitian sees her"}
    assert (fields["sha256"], fields["by"]) == (HIP.sha256, "dr-x")
    assert ready.decision()["reasons"] == ["not-started"]


def test_a_hard_block_refuses_in_the_programmes_words(ready: Clinic) -> None:
    told = ready.refuse(*enrol("--hard-block", "nonunion", *CLEAR))
    assert told == ("not enrolled: nonunion: with this the programme can neither start nor go on")
    assert not ready.store.entries(patient_chain("anna"))


def test_silence_is_never_a_no(ready: Clinic) -> None:
    told = ready.refuse(*enrol())
    assert all(item.id in told for item in (*HIP.hard_blocks, *HIP.soft_blocks))
    assert "vitamin_d" in ready.refuse(*enrol("--no-hard-blocks"))
    assert "nonunion" in ready.refuse(*enrol("--no-other-soft-blocks"))
    hard_items, soft_items = len(HIP.hard_blocks), len(HIP.soft_blocks)
    # A person who goes away, or presses Enter, has answered nothing.
    for answers in (0, 1, hard_items, hard_items + soft_items - 1):
        told = ready.refuse(*enrol(), typed="n\n" * answers + "\n\n")
        assert "ended before the questions" in told


def test_a_person_is_asked_item_by_item(ready: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda _: PIN)
    hard = "n\n" * len(HIP.hard_blocks)
    said = ready(*enrol(), typed=hard + "y\ndietitian\n" + "n\n" * (len(HIP.soft_blocks) - 1))
    assert said.status == 0
    asked = "".join(said.err)
    assert all(item.title in asked for item in (*HIP.hard_blocks, *HIP.soft_blocks))
    assert ready.decision()["soft_blocks"] == {"red_s": "dietitian"}
    told = ready.refuse("patient", "enrol", "ben", *enrolment(), typed="n\nn\ny\n")
    assert HIP.hard_blocks[2].title in told.splitlines()[-1]
    told = ready.refuse("patient", "enrol", "ben", *enrolment(), typed=hard + "y\n \n" + "n\n" * 5)
    assert "say why the programme starts all the same" in told


def test_a_soft_blocks_reason_is_shown_on_one_line(ready: Clinic) -> None:
    ready.sign(*enrol("--soft-block", "red_s=why\x1b[31m\nmay run: yes\u202e", *CLEAR))
    lines = ready("patient", "show", "anna").out.splitlines()
    assert [line for line in lines if line.startswith("may run")] == ["may run: no"]
    (told,) = [line for line in lines if line.startswith("soft block")]
    assert told.isprintable()


@pytest.mark.parametrize("reason", ["red_s", "red_s=", "red_s=  "])
def test_a_soft_block_needs_a_reason(ready: Clinic, reason: str) -> None:
    told = ready.refuse(*enrol("--soft-block", reason, *CLEAR))
    assert "soft block red_s: say why" in told


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--site", "knee", "not for site knee: use one of fn_compression"),
        ("--side", "both", "say left or right"),
        ("--diagnosed", "2026-02-30", "no such day"),
        ("--diagnosed", "2026-09-22", "still to come"),
        ("--time-zone", "Zurich", "IANA name"),
        ("--programme", "walking", "is a draft"),
        ("--programme", "../none.toml", "cannot be read"),
        ("--preset", "none", "no preset none: use one of"),
        ("--preset", "post_fixation", "give --min-days P0=DAYS --min-days P1=DAYS"),
        ("--min-days", "P0=400", "7 to 56 days"),
        ("--min-days", "P9=4", "no phase P9"),
        ("--min-days", "P0=-1", "write PHASE=DAYS"),
        ("--min-days", "P0=4.5", "write PHASE=DAYS"),
        ("--hard-block", "none", "use one of tension_side"),
        ("--soft-block", "none=why", "use one of red_s"),
        ("--by", "dr-z", "not in the record"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    ready: Clinic, option: str, value: str, says: str
) -> None:
    assert says in ready.refuse(*enrol(*CLEAR, option, value))


def test_a_femoral_neck_after_surgery_needs_the_surgeons_days(ready: Clinic) -> None:
    fixed = ("patient", "enrol", "anna", *enrolment("fn_fixed_postop"), *CLEAR)
    assert "the surgeon sets the days of P0, P1" in ready.refuse(*fixed)
    ready.sign(*fixed, "--min-days", "P0=100", "--min-days", "P1=0")
    assert ready.decision()["min_days"] == {"P0": 100, "P1": 0}


def test_a_wrong_pin_enrols_nobody(ready: Clinic) -> None:
    said = ready(*enrol(*CLEAR), pin="000001")
    assert said.status == 2
    assert ready.store.entries(CLINIC)[-1].kind == "pin_failed"
    assert not ready.store.entries(patient_chain("anna"))


def test_a_patient_is_enrolled_once(ready: Clinic) -> None:
    ready.sign(*enrol(*CLEAR))
    assert "enrolled already" in ready.refuse(*enrol(*CLEAR))


def test_a_full_disk_enrols_nobody(ready: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "x" * 200_000
    with monkeypatch.context() as patch:
        pragma(patch, "PRAGMA max_page_count=1")
        told = ready.refuse(*enrol("--soft-block", f"red_s={long}", *CLEAR))
    assert "disk is full: nothing was written" in told
    assert not ready.store.audit().findings
    ready.sign(*enrol(*CLEAR))


@pytest.mark.parametrize("name", ["../../etc", "Ünal = 👟", "ליאת", 'a\'b "c" $d', "--x", "CON"])
def test_any_name_that_can_be_read_is_welcome(ready: Clinic, name: str) -> None:
    options = ("--pin-stdin", *enrolment(), *CLEAR)
    before = {path.parent for path in ready.store.places.store.parent.parent.rglob("*")}
    said = ready.call("patient", "enrol", *options, "--", name, stdin=io.StringIO(f"{PIN}\n"))
    assert said.status == 0, said
    shown = ready.call("patient", "show", "--json", "--", name, stdin=io.StringIO())
    assert json.loads(shown.out)["patient"] == name
    assert ready.call("flag", "--", name, "limp", stdin=io.StringIO()).status == 0
    assert json.loads(ready("patient", "list", "--json").out)["patients"][0]["patient"] == name
    after = {path.parent for path in ready.store.places.store.parent.parent.rglob("*")}
    assert after == before


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a\x1b[2Jb", "\u202eanna", "x" * 65, "a\u200bb"])
def test_a_name_that_deceives_is_refused(ready: Clinic, name: str) -> None:
    told = ready.refuse("patient", "enrol", name, *enrolment(), *CLEAR)
    assert told.startswith("the patient's name")
    assert told.isprintable()
