"""A recording with what was found in it, for Foxglove and other MCAP tools: a derived file.

The recording itself holds what arrived and what was done, never what was computed from it. This
copy has the same messages, and channels of samples, steps and alarms beside them, each with a
JSON schema. Its profile is another one, so that nobody takes it for a recording. What is lost in
the recording can be seen in the copy: the numbers of its messages keep their gaps.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from mcap.records import Message
from mcap.writer import CompressionType, Writer

from monitor.record import RecordedSession
from monitor.report.session import SessionFacts
from sensors.recording import layout
from sensors.recording.layout import RecordedItem, RecordedMessage
from sensors.recording.records import RecordWalk
from sensors.samples import LinkEvent, Notification

PROFILE: Final = "stridegate-derived"

DAMAGE: Final = "stridegate-damage"
"""Name of the metadata that says what is missing in the recording; there is none where all is."""

_NUMBER: Final = {"type": ["number", "null"]}

SCHEMAS: Final[Mapping[str, Mapping[str, Any]]] = {
    "samples": {
        "t_s": {"type": "number"},
        **{f"a{axis}_g": {"type": "number"} for axis in "xyz"},
        **{f"g{axis}_dps": _NUMBER for axis in "xyz"},
    },
    "steps": {
        "t_ic_s": {"type": "number"},
        "t_tc_s": _NUMBER,
        "contact_ms": _NUMBER,
        "cadence_spm": _NUMBER,
        "impact_g": _NUMBER,
        "impact_at_least_g": _NUMBER,
        "impact_reason": {"type": ["string", "null"]},
        "gait": {"type": "string"},
    },
    "alarms": {"kind": {"type": "string"}, "text": {"type": "string"}},
}
"""The derived channels: name to the properties of its messages."""


def write_derived(session: RecordedSession, facts: SessionFacts, path: Path) -> None:
    """Write the copy to a file of the caller's."""
    t0 = session.recording.t0_utc_ns
    with path.open("wb") as file:
        writer: Any = Writer(file, compression=CompressionType.ZSTD)
        writer.start(profile=PROFILE, library="stridegate")
        writer.add_metadata(PROFILE, layout.header_entries(dict(session.recording.header), t0))
        if session.recording.damage:
            damage = {str(n): text for n, text in enumerate(session.recording.damage, start=1)}
            writer.add_metadata(DAMAGE, damage)
        channels: dict[str, int] = {}

        def put(
            sequence: int,
            topic: str,
            encoding: str,
            schema: Mapping[str, Any] | None,
            t_s: float,
            data: bytes,
        ) -> None:
            if topic not in channels:
                schema_id = 0
                if schema is not None:
                    schema_id = writer.register_schema(
                        topic, layout.SCHEMA_ENCODING, json.dumps(schema).encode()
                    )
                channels[topic] = writer.register_channel(topic, encoding, schema_id)
            time_ns = layout.log_time_ns(t0, max(0.0, t_s))
            writer.add_message(channels[topic], time_ns, data, time_ns, sequence)

        for item, sequence in zip(session.recording.items, _sequences(session), strict=False):
            put(sequence, *_recorded(item))
        counts: dict[str, int] = {}
        for topic, t_s, value in _found(facts):
            sequence = counts[topic] = counts.get(topic, -1) + 1
            schema = {"title": topic, "type": "object", "properties": SCHEMAS[topic]}
            put(sequence, topic, layout.JSON_ENCODING, schema, t_s, json.dumps(value).encode())
        writer.finish()


def _sequences(session: RecordedSession) -> Iterator[int]:
    """Yield the number of each recorded message within its channel, in the order of the items."""
    for _, record in RecordWalk(session.recording.path):
        if isinstance(record, Message):
            yield record.sequence


def _recorded(
    item: RecordedItem,
) -> tuple[str, str, Mapping[str, Any] | None, float, bytes]:
    match item:
        case Notification():
            topic = layout.raw_topic(item.slot, item.uuid)
            return topic, layout.RAW_ENCODING, None, item.t_s, item.payload
        case LinkEvent():
            data = layout.json_text(layout.link_value(item)).encode()
            return (
                layout.link_topic(item.slot),
                layout.JSON_ENCODING,
                layout.LINK_SCHEMA,
                item.t_s,
                data,
            )
        case RecordedMessage():
            schema = {"title": item.topic, "type": "object"}
            data = layout.json_text(dict(item.value)).encode()
            return item.topic, layout.JSON_ENCODING, schema, item.t_s, data


def _found(facts: SessionFacts) -> Iterator[tuple[str, float, dict[str, Any]]]:
    for piece in facts.samples:
        for i, t_s in enumerate(piece.t_s):
            value = {"t_s": float(t_s)}
            value |= {f"a{a}_g": float(piece.acc_g[i, k]) for k, a in enumerate("xyz")}
            if piece.gyro_dps is not None:
                value |= {f"g{a}_dps": float(piece.gyro_dps[i, k]) for k, a in enumerate("xyz")}
            yield "samples", float(t_s), value
    for step in facts.steps:
        yield (
            "steps",
            step.t_ic_s,
            {
                "t_ic_s": step.t_ic_s,
                "t_tc_s": step.t_tc_s,
                "contact_ms": None if step.contact_s is None else 1000.0 * step.contact_s,
                "cadence_spm": step.cadence_spm,
                "impact_g": step.impact_g,
                "impact_at_least_g": step.impact_at_least_g,
                "impact_reason": None if step.impact_reason is None else step.impact_reason.value,
                "gait": step.gait.value,
            },
        )
    for t_s, kind, text in facts.alarms:
        yield "alarms", t_s, {"kind": kind, "text": text}
