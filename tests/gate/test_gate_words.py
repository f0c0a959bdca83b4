"""Every reason has a sentence, and a decision has lines for a person."""

from monitor.gate.decision import Decision, Status
from monitor.gate.outcome import Shortfall
from monitor.gate.reasons import Reason
from monitor.gate.times import time_s
from monitor.gate.words import HEADLINES, SENTENCES, SESSION_SENTENCES, paragraph, sentences


def test_every_reason_has_its_own_sentence() -> None:
    assert set(SENTENCES) == set(Reason)
    assert set(SESSION_SENTENCES) == set(Shortfall)
    assert set(HEADLINES) == set(Status)
    for table in (SENTENCES, SESSION_SENTENCES):
        assert len(set(table.values())) == len(table)
        for text in table.values():
            assert text.endswith(".")
            assert 20 < len(text) < 140
            # A patient has no use for the names that the log uses.
            assert not any(f" {reason} " in text for reason in Reason if "-" in reason)


def test_the_sentences_of_a_decision_are_those_of_its_reasons_in_order() -> None:
    reasons = (Reason.PAIN, Reason.RED_FLAG)
    decision = Decision(Status.LOCKED, "W2", 0, False, reasons, None, ())
    assert list(sentences(decision)) == ["pain", "red-flag"]
    assert sentences(decision)["pain"] == SENTENCES[Reason.PAIN]


def test_a_paragraph_says_all() -> None:
    earliest_s = time_s("2026-05-01T08:00:00Z")
    waits = Decision(Status.WAIT, "W2", 1, False, (Reason.GAP_HOURS,), earliest_s, ("unlock",))
    text = paragraph(waits)
    for part in (
        "Not yet",
        "W2",
        "1",
        SENTENCES[Reason.GAP_HOURS],
        "2026-05-01T08:00:00Z",
        "unlock",
    ):
        assert part in text
    repeat = Decision(Status.NEEDS_SIGNOFF, "W5", 3, True, (Reason.PHASE_COMPLETE,), None, ())
    assert "repeat the last stage" in paragraph(repeat)
    new = Decision(Status.LOCKED, None, 0, False, (Reason.NOT_STARTED,), 10**20, ())
    assert "no stage yet" in paragraph(new)
    assert "Earliest" not in paragraph(new)
