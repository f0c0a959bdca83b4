"""What crosses between a session and its viewers: whole, or refused with a sentence."""

import json
from dataclasses import replace

import made_snapshots
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_snapshots import CLIPPED, NOTHING_YET, RUNNING

from analysis.step import Gait
from monitor.errors import LiveError
from monitor.live.request import Ask, Request
from monitor.live.wire import (
    MAX_MESSAGE_BYTES,
    MAX_REQUEST_BYTES,
    Answer,
    Waiting,
    decode,
    decode_request,
    encode,
    encode_request,
)
from monitor.marks import MarkKind
from monitor.snapshot import Aged, ImpactBin, Message, Snapshot
from monitor.talk import MAX_CHARS

EVERY = [value for value in vars(made_snapshots).values() if isinstance(value, Snapshot)]


@pytest.mark.parametrize("snapshot", EVERY, ids=lambda s: s.word.value)
def test_a_snapshot_arrives_as_it_was_sent(snapshot: Snapshot) -> None:
    assert decode(encode(snapshot)) == snapshot


def test_what_is_not_known_stays_unknown_and_a_lower_bound_stays_one() -> None:
    arrived = decode(encode(NOTHING_YET))
    assert isinstance(arrived, Snapshot)
    assert arrived.impact is None
    assert arrived.coverage_pct is None
    clipped = decode(encode(CLIPPED))
    assert isinstance(clipped, Snapshot)
    assert clipped.impact_is_at_least


def test_the_longest_session_fits_into_a_message() -> None:
    bins = tuple(ImpactBin(10.0 * k, Gait.RUN, 15, 5.123456, 7.654321, True) for k in range(1080))
    full = replace(
        RUNNING,
        session_impacts=bins,
        message=Message("x" * MAX_CHARS, 3.0),
        last_pain=Aged(2.0, 300.0),
    )
    message = encode(full)
    assert decode(message) == full
    assert len(message.encode()) < MAX_MESSAGE_BYTES / 4


@pytest.mark.parametrize("sent", [Waiting("Wait."), Answer("hold", True), Answer("No.", False)])
def test_the_small_messages_arrive(sent: Waiting | Answer) -> None:
    assert decode(encode(sent)) == sent


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"snapshot": {}}',
        '{"snapshot": 3}',
        '{"waiting": 3}',
        '{"o": 1}',
        "[" * 9999,
    ],
)
def test_what_is_no_message_of_a_session_is_told_in_one_line(text: str) -> None:
    with pytest.raises(LiveError, match="same version on both computers") as told:
        decode(text)
    assert "\n" not in str(told.value)


def test_a_snapshot_with_a_field_of_another_type_is_refused() -> None:
    body = json.loads(encode(RUNNING))
    body["snapshot"]["alarms"] = "3"
    with pytest.raises(LiveError, match="alarms"):
        decode(json.dumps(body))


@pytest.mark.parametrize("ask", list(Ask))
def test_a_request_arrives_and_becomes_a_mark(ask: Ask) -> None:
    is_text = ask in (Ask.MESSAGE, Ask.NOTE)
    request = Request(ask, "Shorter steps" if is_text else "")
    assert decode_request(encode_request(request)) == request
    kind, text = request.mark
    assert kind.value == ask.value
    assert text == ("Shorter steps" if is_text else "the physio")


def test_nothing_that_starts_or_raises_a_run_can_be_asked() -> None:
    allowed = {Request(ask, "x" if ask in (Ask.MESSAGE, Ask.NOTE) else "").mark[0] for ask in Ask}
    assert not allowed & {
        MarkKind.START,
        MarkKind.RESUME,
        MarkKind.LET_GO_ON,
        MarkKind.ACKNOWLEDGE,
        MarkKind.PAIN,
    }
    for kind in MarkKind:
        if kind not in allowed:
            with pytest.raises(LiveError, match="cannot be asked"):
                decode_request(json.dumps({"ask": kind.value}))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "no request"),
        ("[]", "A request is"),
        ('{"ask": "hold", "when": 1}', "A request is"),
        ('{"ask": null}', "cannot be asked"),
        ('{"ask": []}', "cannot be asked"),
        ('{"ask": "message"}', "needs a text"),
        ('{"ask": "message", "text": "  "}', "needs a text"),
        ('{"ask": "message", "text": 3}', "cannot be asked"),
        ('{"ask": "hold", "text": "now"}', "takes no text"),
        ('{"ask": "note", "text": "a\\u001b[2Jb"}', "control characters"),
        (json.dumps({"ask": "note", "text": "x" * (MAX_CHARS + 1)}), "at most"),
    ],
)
def test_a_request_that_is_none_is_refused_with_a_sentence(text: str, what: str) -> None:
    with pytest.raises(LiveError, match=what):
        decode_request(text)


@given(st.one_of(st.text(), st.binary(max_size=MAX_REQUEST_BYTES)))
def test_random_bytes_are_a_request_or_refused(text: str | bytes) -> None:
    try:
        request = decode_request(text)
    except LiveError:
        return
    assert request.ask in Ask
