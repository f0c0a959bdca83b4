"""A programme counts as signed only while a signature is under its very bytes."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

import monitor
from monitor.programme.file import parse_programme
from monitor.programme.model import Status
from monitor.programme.signature import Signature, content_sha256, draft_reason, with_signatures

CONTENT = (Path(monitor.__path__[0]) / "programmes" / "walking.toml").read_bytes()
PROGRAMME = parse_programme(CONTENT, "walking.toml")
SIGNED_S = 1_767_600_000  # 2026-01-05
SIGNATURE = Signature("walking", "0.1.0", content_sha256(CONTENT), "Dr A", SIGNED_S)


def test_the_hash_is_that_of_the_files_bytes() -> None:
    assert content_sha256(CONTENT) == hashlib.sha256(CONTENT).hexdigest() == PROGRAMME.sha256


def test_a_file_is_a_draft_until_it_is_signed() -> None:
    assert draft_reason(PROGRAMME, []) == (
        "programme walking 0.1.0 is a draft: a clinician has to sign it before a patient trains "
        "by it"
    )
    assert with_signatures(PROGRAMME, []).is_draft
    assert draft_reason(PROGRAMME, [SIGNATURE]) is None
    signed = with_signatures(PROGRAMME, [SIGNATURE])
    assert signed.status is Status.SIGNED
    assert replace(signed, status=Status.DRAFT) == PROGRAMME


@pytest.mark.parametrize("change", [b"\n", b"# a comment\n", b" "])
def test_a_programme_changed_after_its_signature_is_refused_until_it_is_signed_again(
    change: bytes,
) -> None:
    changed = parse_programme(CONTENT + change, "walking.toml")
    assert draft_reason(changed, [SIGNATURE]) == (
        "programme walking 0.1.0 was changed after Dr A signed on 2026-01-05: have it signed "
        "again, or bring the signed file back"
    )
    assert with_signatures(changed, [SIGNATURE]).is_draft
    again = replace(SIGNATURE, sha256=content_sha256(CONTENT + change), t_s=SIGNED_S + 1)
    assert draft_reason(changed, [SIGNATURE, again]) is None


def test_a_signed_programme_that_was_changed_is_a_draft_again() -> None:
    signed = with_signatures(PROGRAMME, [SIGNATURE])
    assert with_signatures(replace(signed, sha256="0" * 64), [SIGNATURE]).is_draft


def test_another_version_is_not_the_signed_one() -> None:
    other = parse_programme(CONTENT.replace(b'"0.1.0"', b'"0.2.0"'), "walking.toml")
    assert draft_reason(other, [SIGNATURE]) == (
        "programme walking 0.2.0 is not the version 0.1.0 that Dr A signed on 2026-01-05: "
        "have it signed"
    )


def test_a_signature_under_another_programme_says_nothing() -> None:
    other = replace(SIGNATURE, programme="hip-bsi")
    reason = draft_reason(PROGRAMME, [other])
    assert reason is not None
    assert "is a draft" in reason


def test_a_signature_under_the_same_bytes_with_another_version_does_not_count() -> None:
    assert draft_reason(PROGRAMME, [replace(SIGNATURE, version="9")]) is not None


def test_a_programme_without_a_hash_is_never_signed() -> None:
    nowhere = replace(PROGRAMME, sha256="")
    assert draft_reason(nowhere, [replace(SIGNATURE, sha256="")]) is not None


def test_the_sentence_is_about_the_latest_signature() -> None:
    later = replace(SIGNATURE, sha256="1" * 64, by="Dr B", t_s=SIGNED_S + 86_400)
    earlier = replace(SIGNATURE, sha256="2" * 64)
    reason = draft_reason(PROGRAMME, [later, earlier])
    assert reason is not None
    assert "Dr B signed on 2026-01-06" in reason
