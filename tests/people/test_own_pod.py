"""Whose pod it is, in the record: bound, replaced and let go by a clinician's signature."""

import json

import pytest
from made_clinic import Clinic

ARGS = ("--kind", "movesense", "--serial", "42", "--address", "c0:00:00:00:00:42")
POD = {"kind": "movesense", "serial": "42", "address": "C0:00:00:00:00:42", "name": None}


def pod_of(clinic: Clinic) -> object:
    return json.loads(clinic("patient", "pod", "anna", "--json").out)["pod"]


def test_a_clinician_binds_and_lets_go(anna: Clinic) -> None:
    assert pod_of(anna) is None
    said = anna.sign("patient", "pod", "anna", *ARGS)
    assert "serial 42" in said.out
    assert pod_of(anna) == POD
    anna.sign("patient", "pod", "anna", "--release", "--reason", "lost")
    assert pod_of(anna) is None


def test_another_pod_takes_a_reason_and_a_right_pin(anna: Clinic) -> None:
    anna.sign("patient", "pod", "anna", *ARGS)
    other = ("--kind", "movesense", "--serial", "43")
    assert "needs a reason" in anna.refuse("patient", "pod", "anna", *other)
    wrong = anna("patient", "pod", "anna", *other, "--reason", "lost", pin="000000")
    assert wrong.status == 2
    assert pod_of(anna) == POD
    said = anna.sign("patient", "pod", "anna", *other, "--reason", "the old one is lost")
    assert "stale" in said.out
    entry = anna.store.entries(anna.store.chains()[-1])[-1]
    assert (entry.kind, entry.record["by"]) == ("pod", "dr-x")
    assert entry.record["reason"] == "the old one is lost"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--kind", "watch", "--serial", "1"), "use one of movesense"),
        (("--address", "here"), "AA:BB:CC:DD:EE:FF"),
        (("--kind", "rsc"), "--serial or --address"),
        (("--release",), "so already"),
    ],
)
def test_what_binds_nothing_is_refused(anna: Clinic, args: tuple[str, ...], said: str) -> None:
    assert said in anna.refuse("patient", "pod", "anna", *args)


def test_the_same_pod_again_writes_nothing(anna: Clinic) -> None:
    anna.sign("patient", "pod", "anna", *ARGS)
    assert "so already" in anna.refuse("patient", "pod", "anna", *ARGS)
