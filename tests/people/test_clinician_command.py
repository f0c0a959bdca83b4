"""``stridegate clinician`` and ``programme sign``, as a user calls them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from made_clinic import CLEAR, PIN, Clinic, enrolment

from monitor.programme.file import programme_content


def test_the_first_clinician_needs_nobody_and_the_next_one_a_pin(clinic: Clinic) -> None:
    first = json.loads(clinic.sign("clinician", "add", "dr-x", "--name", "Dr X", "--json").out)
    assert first["id"] == "dr-x"
    assert len(first["recovery_code"]) == 23
    assert "wrong PIN" in clinic("clinician", "add", "dr-y", pin="000001\n135790").err[0]
    clinic("clinician", "add", "dr-y", pin=f"{PIN}\n135790")
    said = json.loads(clinic("clinician", "list", "--json").out)["clinicians"]
    assert [(c["id"], c["locked"], c["failures"]) for c in said] == [
        ("dr-x", False, 0),
        ("dr-y", False, 0),
    ]
    assert "name yourself with --by: one of dr-x, dr-y" in clinic.refuse("clinician", "add", "dr-z")


def test_a_pin_is_never_an_argument(clinic: Clinic) -> None:
    assert clinic("clinician", "add", "dr-x", "--pin", PIN).status == 2
    told = clinic.refuse("clinician", "add", "dr-x", pin=None)
    assert told == (
        "no terminal to ask for the new PIN of dr-x: give --pin-stdin, and it on standard input"
    )


def test_a_pin_is_changed_with_the_old_one(clinic: Clinic) -> None:
    clinic.sign("clinician", "add", "dr-x")
    assert clinic("clinician", "pin", "dr-x", pin=f"{PIN}\n135790").status == 0
    told = clinic.refuse("clinician", "add", "dr-y", "--by", "dr-x", pin="135790\n123")
    assert told == "the PIN has 3 digits: choose at least 6, or a passphrase"
    assert "wrong PIN" in clinic("clinician", "pin", "dr-x", pin=f"{PIN}\n246802").err[0]


def test_five_wrong_pins_lock_and_the_recovery_code_opens(clinic: Clinic) -> None:
    code = json.loads(clinic.sign("clinician", "add", "dr-x", "--json").out)["recovery_code"]
    for _ in range(5):
        clinic("programme", "sign", "hip-bsi", pin="000001")
    assert clinic.waits_s == [0.0, 1.0, 2.0, 4.0, 8.0]
    assert "locked after 5 wrong PINs" in clinic.refuse("programme", "sign", "hip-bsi")
    assert "locked" in clinic("clinician", "list").out
    done = clinic("clinician", "unlock", "dr-x", "--recovery", "--json", pin=f"{code}\n135790")
    assert json.loads(done.out)["recovery_code"] != code
    assert clinic("programme", "sign", "hip-bsi", pin="135790").status == 0


def test_another_clinician_unlocks(clinic: Clinic) -> None:
    clinic.sign("clinician", "add", "dr-x")
    clinic("clinician", "add", "dr-y", "--by", "dr-x", pin=f"{PIN}\n135790")
    for _ in range(5):
        clinic("clinician", "pin", "dr-x", pin="000001\n999999")
    assert "name the clinician who unlocks" in clinic.refuse("clinician", "unlock", "dr-x")
    assert clinic("clinician", "unlock", "dr-x", "--by", "dr-y", pin="135790").status == 0
    assert clinic("programme", "sign", "hip-bsi", "--by", "dr-x", pin=PIN).status == 0


def test_a_programme_is_signed_by_whom_and_a_changed_one_is_refused_until_signed_again(
    clinic: Clinic, tmp_path: Path
) -> None:
    own = tmp_path / "own.toml"
    content, _ = programme_content("hip-bsi")
    own.write_bytes(content)
    clinic.sign("clinician", "add", "dr-x")
    clinic.sign("programme", "sign", str(own))
    shown = json.loads(clinic("programme", "show", str(own), "--json").out)
    assert (shown["status"], shown["signed_by"][0]["by"]) == ("signed", "dr-x")
    assert "signed by dr-x on 2026-09-21" in clinic("programme", "show", str(own)).out
    rows = json.loads(clinic("programme", "list", "--json").out)["programmes"]
    assert [row["status"] for row in rows if row["id"] == "hip-bsi"] == ["signed"]
    assert "signed already" in clinic("programme", "sign", str(own)).out
    use = [a if a != "hip-bsi" else str(own) for a in enrolment()]
    clinic.sign("patient", "enrol", "anna", *use, *CLEAR)

    own.write_bytes(content + b"# one remark\n")
    told = "was changed after dr-x signed on 2026-09-21: have it signed again"
    assert told in clinic.refuse("patient", "enrol", "ben", *use, *CLEAR)
    assert told in clinic.refuse("start", "anna", "--stage", "P0")
    assert told in clinic("programme", "show", str(own)).out.replace("\n", " ")
    own.write_bytes(b"no programme\n")
    assert "cannot be read any more" in clinic.refuse("start", "anna", "--stage", "P0")
    # What the patient tells is always kept.
    assert clinic("flag", "anna", "limp").status == 0

    own.write_bytes(content + b"# one remark\n")
    clinic.sign("programme", "sign", str(own))
    said = clinic.sign("unlock", "anna", "--stage", "P0", "--reason", "seen")
    assert "goes on by hip-bsi 0.2.0 as it was signed before" in said.err[0]
    before = clinic.decision()["sha256"]
    clinic.sign("patient", "programme", "anna", str(own), "--reason", "a remark")
    assert clinic.decision()["sha256"] != before
    told = clinic.refuse("patient", "programme", "anna", str(own), "--reason", "a remark")
    assert "this very text already" in told
    own.unlink()
    assert clinic.decision()["stage"] == "P0"


def test_a_record_that_cannot_be_believed_makes_every_programme_a_draft(clinic: Clinic) -> None:
    clinic.sign("clinician", "add", "dr-x")
    clinic.sign("programme", "sign", "hip-bsi")
    clinic.store.places.key.write_text("0" * 64)
    said = clinic("programme", "list")
    assert said.status == 0
    assert "signed" not in said.out
    assert "every programme counts as a draft" in said.err[0]


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal")
def test_a_person_types_the_pin_unseen(tmp_path: Path) -> None:
    import pty

    owner, terminal = pty.openpty()
    command = "from monitor.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", command, "clinician", "add", "dr-x"],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "STRIDEGATE_HOME": str(tmp_path)},
        start_new_session=True,
    )
    os.close(terminal)
    seen = b""
    for _ in range(2):
        while not seen.rstrip().endswith(b":"):
            seen += os.read(owner, 1024)
        os.write(owner, b"passphrase\n")
        seen += b" <typed>\n"
    try:
        while chunk := os.read(owner, 1024):
            seen += chunk
    except OSError:  # the other end is closed
        pass
    os.close(owner)
    assert process.wait() == 0
    assert b"recovery code" in seen
    assert b"passphrase" not in seen
