"""The messages between a session and its viewers: JSON, one object each.

A session sends ``{"snapshot": {...}}`` a few times a second, ``{"waiting": reason}`` to a viewer
that may not look yet, and ``{"done": ask}`` or ``{"refused": sentence}`` for each request. A viewer
sends ``{"ask": "hold"}``, with ``"text"`` where the request says something.
"""

import json
from dataclasses import dataclass
from typing import Final

from pydantic import TypeAdapter, ValidationError
from websockets.typing import Subprotocol

from monitor.errors import LiveError
from monitor.live.request import Ask, Request
from monitor.snapshot import Snapshot

PROTOCOL: Final = Subprotocol("stridegate-live-1")
"""The WebSocket subprotocol: another number where a message changes its meaning."""

MAX_REQUEST_BYTES: Final = 4096
"""Bytes of a viewer's message at most; the longest honest one has under 500."""

MAX_MESSAGE_BYTES: Final = 1_048_576
"""Bytes of a session's message at most: a Snapshot of a three-hour session has under 250,000."""

_SNAPSHOT: Final = TypeAdapter(Snapshot)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The viewer may not look yet, or no more; the reason in one sentence."""

    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: done, or the sentence that says why not."""

    text: str
    is_done: bool


Sent = Snapshot | Waiting | Answer


def encode(sent: Sent) -> str:
    """Return a session's message."""
    match sent:
        case Snapshot():
            body = _SNAPSHOT.dump_json(sent, warnings="error").decode()
            return f'{{"snapshot":{body}}}'
        case Waiting(reason=reason):
            return json.dumps({"waiting": reason})
        case Answer(text=text, is_done=is_done):
            return json.dumps({"done" if is_done else "refused": text})


def decode(text: str | bytes) -> Sent:
    """Read a session's message.

    Raises
    ------
    LiveError
        Where it is none: another program, or another version, is at the other end.
    """
    try:
        found = json.loads(text)
        match found:
            case {"snapshot": body}:
                return _SNAPSHOT.validate_json(json.dumps(body), strict=True)
            case {"waiting": str(reason)}:
                return Waiting(reason)
            case {"done": str(what)}:
                return Answer(what, is_done=True)
            case {"refused": str(what)}:
                return Answer(what, is_done=False)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise LiveError(_foreign(f"its {where or 'snapshot'} is another")) from error
    except (ValueError, RecursionError) as error:
        raise LiveError(_foreign(error)) from error
    raise LiveError(_foreign("none of the known messages"))


def encode_request(request: Request) -> str:
    """Return a viewer's message."""
    body = {"ask": request.ask.value}
    return json.dumps({**body, "text": request.text} if request.text else body)


def decode_request(text: str | bytes) -> Request:
    """Read a viewer's message.

    Raises
    ------
    LiveError
        Where it asks for something that does not exist, or in a wrong way: the sentence goes back
        to the viewer.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LiveError(f"This is no request: {error}") from error
    if not isinstance(found, dict) or not found.keys() <= {"ask", "text"}:
        raise LiveError('A request is {"ask": ...}, with "text" where it says something')
    ask, said = found.get("ask"), found.get("text", "")
    if ask not in tuple(Ask) or not isinstance(said, str):
        raise LiveError(f"{ask!r} cannot be asked: choose one of {', '.join(Ask)}")
    try:
        return Request(Ask(ask), said)
    except ValueError as error:
        raise LiveError(f"Not done: {error}") from error


def _foreign(what: object) -> str:
    first = str(what).splitlines()[0]
    return (
        f"The other end does not speak as a StrideGate session of this version ({first}): use the "
        "same version on both computers"
    )
