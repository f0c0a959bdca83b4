"""What stands where in a recording: names, topics, times and the header, both ways.

The writer and the reader share this module, so that the format is described once. The prose is in
``docs/recording-format.md``; the container is MCAP (https://mcap.dev/spec).
"""

import json
import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from sensors.samples import LinkEvent, LinkState, Notification

FORMAT_VERSION: Final = 1
"""Raised whenever a reader of the version before would misread a file."""

MAGIC: Final = b"\x89MCAP0\r\n"
"""First and last bytes of a finished MCAP file, by the MCAP specification."""

PROFILE: Final = "stridegate"
"""MCAP profile, and name of the metadata record that holds the header."""

RAW_ENCODING: Final = "x-gatt-value"
"""Message encoding of raw channels: the bytes of one GATT notification, nothing added."""

JSON_ENCODING: Final = "json"
SCHEMA_ENCODING: Final = "jsonschema"

CHUNK_BYTES: Final = 32 * 1024
"""A growing chunk is closed at this size, in bytes, also between two flushes (design default)."""

RECORD_BYTES: Final = 16 * 1024 * 1024
"""Longest record and longest unpacked chunk accepted, in bytes: bounds memory (design default)."""

_RESERVED_KEYS: Final = ("format_version", "t0_utc_ns", "crc32")

LINK_SCHEMA: Final[Mapping[str, object]] = {
    "title": "link-event",
    "type": "object",
    "properties": {
        "state": {"type": "string", "enum": [state.value for state in LinkState]},
        "detail": {"type": "string"},
    },
    "required": ["state", "detail"],
}


@dataclass(frozen=True, slots=True)
class RecordedMessage:
    """One JSON message of a recording: a mark, a decision, or whatever the session notes.

    Attributes
    ----------
    t_s : float
        Session time in seconds.
    topic : str
        The channel, for example ``"marks"``.
    value : Mapping[str, object]
        The JSON object.
    """

    t_s: float
    topic: str
    value: Mapping[str, object]


RecordedItem: TypeAlias = Notification | LinkEvent | RecordedMessage

ItemReader: TypeAlias = Callable[[float, bytes], RecordedItem]


def raw_topic(slot: str, uuid: str) -> str:
    """Return the topic of one characteristic of one pod."""
    return f"raw/{_part(slot)}/{_part(uuid)}"


def link_topic(slot: str) -> str:
    """Return the topic of the link events of one pod."""
    return f"link/{_part(slot)}"


def message_topic(topic: str) -> str:
    """Return ``topic`` where it is free for JSON messages; raises ValueError otherwise."""
    if not topic or topic.startswith(("raw/", "link/")):
        raise ValueError(f"topic {topic!r}: give a name that does not start with raw/ or link/")
    return topic


def _part(name: str) -> str:
    if not name or "/" in name:
        raise ValueError(f"{name!r}: a slot or UUID is a word without a slash")
    return name


def log_time_ns(t0_utc_ns: int, t_s: float) -> int:
    """Return the log time of session second ``t_s``, rounded to the nanosecond.

    Times of ``SessionClock`` are whole nanoseconds and come back bit for bit from ``session_s``.
    """
    if not math.isfinite(t_s):
        raise ValueError(f"t_s {t_s!r}: a session time is a finite number of seconds")
    log_time = t0_utc_ns + round(t_s * 1e9)
    if not 0 <= log_time < 2**64:
        raise ValueError(f"t_s {t_s!r}: outside the times a recording can hold")
    return log_time


def session_s(t0_utc_ns: int, log_time: int) -> float:
    """Return the session time in seconds of a log time in nanoseconds."""
    return (log_time - t0_utc_ns) / 1e9


def json_text(value: object) -> str:
    """Return canonical JSON: keys sorted, no spaces, ASCII only; raises ValueError for NaN."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def json_value(text: str) -> object:
    """Return the value of a JSON text; raises ValueError for anything malformed."""
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def header_entries(header: Mapping[str, object], t0_utc_ns: int) -> dict[str, str]:
    """Return the metadata entries of a header: each value as JSON, and a checksum over all.

    MCAP keeps no checksum of a metadata record, and the header holds the limits in force.

    Raises
    ------
    ValueError
        A key is reserved, or a value is not JSON.
    """
    taken = [key for key in _RESERVED_KEYS if key in header]
    if taken:
        raise ValueError(f"header key {taken[0]!r} is reserved: choose another name")
    entries = {key: json_text(value) for key, value in header.items()}
    entries["format_version"] = json_text(FORMAT_VERSION)
    entries["t0_utc_ns"] = json_text(t0_utc_ns)
    entries["crc32"] = json_text(_entries_crc(entries))
    return entries


def parse_header(entries: Mapping[str, str]) -> tuple[dict[str, object], int]:
    """Return the header and ``t0_utc_ns`` of metadata entries.

    Raises
    ------
    ValueError
        The checksum or a value is wrong, or the format is newer than this program.
    """
    values = {key: json_value(text) for key, text in entries.items()}
    checked = {key: text for key, text in entries.items() if key != "crc32"}
    if values.pop("crc32", None) != _entries_crc(checked):
        raise ValueError("the checksum of the header is wrong")
    version, t0_utc_ns = values.pop("format_version", None), values.pop("t0_utc_ns", None)
    if type(version) is not int or type(t0_utc_ns) is not int:
        raise ValueError("the header has no format version or start time")
    if version > FORMAT_VERSION:
        raise ValueError(f"written in format {version}, newer than this program: update it")
    return values, t0_utc_ns


def _entries_crc(entries: Mapping[str, str]) -> int:
    return zlib.crc32(json_text(dict(entries)).encode())


def link_value(event: LinkEvent) -> dict[str, object]:
    """Return the JSON object of a link event; its slot and time are the channel's and message's."""
    return {"state": event.state.value, "detail": event.detail}


def item_reader(topic: str) -> ItemReader:
    """Return what makes an item of the session second and the data of one topic's messages.

    It raises ValueError where the data is not of this format.

    Raises
    ------
    ValueError
        The topic is not of this format.
    """
    kind, _, rest = topic.partition("/")
    if kind == "raw":
        slot, _, uuid = rest.partition("/")
        return partial(_raw, _part(slot), _part(uuid))
    if kind == "link":
        return partial(_link, _part(rest))
    return partial(_message, topic)


def _raw(slot: str, uuid: str, t_s: float, data: bytes) -> Notification:
    return Notification(t_s, slot, uuid, data)


def _link(slot: str, t_s: float, data: bytes) -> LinkEvent:
    match _json(data):
        case {"state": str(state), "detail": str(detail)}:
            return LinkEvent(t_s, slot, LinkState(state), detail)
    raise ValueError("not a link event")


def _message(topic: str, t_s: float, data: bytes) -> RecordedMessage:
    match _json(data):
        case dict() as value:
            return RecordedMessage(t_s, topic, value)
    raise ValueError("not a JSON object")


def _json(data: bytes) -> object:
    return json_value(data.decode("utf-8"))
