"""A session as a FIT activity, for training platforms: cadence, stance time, walk and run laps.

The format has no field for an impact, so there is none: a number in a field that is called
something else would be taken for that. Cadence counts strides, as the format has it for runs. The
timer stands still in holds, and what was stepped there is not part of the activity.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from statistics import median
from typing import Any, Final

from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.profile.messages.activity_message import ActivityMessage
from fit_tool.profile.messages.event_message import EventMessage
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.lap_message import LapMessage
from fit_tool.profile.messages.record_message import RecordMessage
from fit_tool.profile.messages.session_message import SessionMessage
from fit_tool.profile.profile_type import (
    Activity,
    Event,
    EventType,
    FileType,
    Manufacturer,
    Sport,
    SubSport,
)

from analysis.step import Gait, Step
from monitor.plan import Stretch
from monitor.report.session import SessionFacts

_SPORT: Final = {Gait.RUN: Sport.RUNNING, Gait.WALK: Sport.WALKING}
_FEET: Final = 2.0
_SAME_S: Final = 1e-3
"""s. Stretches nearer than this follow each other: a thousandth is the format's finest duration."""

Timed = tuple[float, Any]
"""Session second and message."""


def fit_bytes(facts: SessionFacts) -> bytes:
    """Return a session as the bytes of a FIT activity.

    Parameters
    ----------
    facts : SessionFacts
        Times are those of the recording. What was not measured is left out, never 0.
    """
    builder = FitFileBuilder(auto_define=True)
    laps = facts.stretches or (Stretch(0.0, facts.ended_s, Gait.WALK, _NO_PART),)
    builder.add(_file_id(facts, laps[0].begin_s))
    # In the order of time: a reader may stop its clock at a stop and go on at the next start.
    for _, message in sorted((*_events(facts, laps), *_records(facts, laps)), key=itemgetter(0)):
        builder.add(message)
    for index, stretch in enumerate(laps):
        builder.add(_lap(facts, stretch, index))
    builder.add(_session(facts, laps))
    builder.add(_activity(facts, laps))
    return bytes(builder.build().to_bytes())


_NO_PART: Any = None


def _ms(facts: SessionFacts, t_s: float) -> int:
    """Return UTC in milliseconds at the whole second that has begun: the format keeps no more."""
    return (facts.t0_utc_ns + round(t_s * 1e9)) // 10**9 * 1000


def _is_in(stretches: Sequence[Stretch], t_s: float) -> bool:
    return any(stretch.begin_s <= t_s < stretch.end_s for stretch in stretches)


def _timer_s(stretches: Iterable[Stretch]) -> float:
    return sum(stretch.end_s - stretch.begin_s for stretch in stretches)


def _file_id(facts: SessionFacts, began_s: float) -> FileIdMessage:
    message = FileIdMessage()
    message.type = FileType.ACTIVITY
    message.manufacturer = Manufacturer.DEVELOPMENT.value
    message.product = 0
    message.serial_number = 1
    message.time_created = _ms(facts, began_s)
    return message


def _events(facts: SessionFacts, laps: Sequence[Stretch]) -> Iterator[Timed]:
    """Yield the timer's starts and stops: it stands still between stretches that lie apart."""
    yield _event(facts, laps[0].begin_s, EventType.START)
    for before, after in pairwise(laps):
        if after.begin_s - before.end_s > _SAME_S:
            yield _event(facts, before.end_s, EventType.STOP)
            yield _event(facts, after.begin_s, EventType.START)
    yield _event(facts, laps[-1].end_s, EventType.STOP_ALL)


def _event(facts: SessionFacts, t_s: float, kind: EventType) -> Timed:
    message = EventMessage()
    message.event = Event.TIMER
    message.event_type = kind
    message.timestamp = _ms(facts, t_s)
    return t_s, message


def _records(facts: SessionFacts, laps: Sequence[Stretch]) -> Iterator[Timed]:
    """Yield one record for each second of the stretches in which something was measured."""
    points: list[tuple[float, float | None, float | None]] = [
        (s.t_ic_s, s.cadence_spm, s.contact_s) for s in facts.steps
    ] or [(t_s, spm, None) for t_s, spm in facts.reports]
    inside = [point for point in points if _is_in(laps, point[0])]
    for utc_ms, group in groupby(inside, key=lambda point: _ms(facts, point[0])):
        mine = list(group)
        message = RecordMessage()
        message.timestamp = utc_ms
        _set_cadence(message, [spm for _, spm, _ in mine if spm is not None])
        stances = [contact_s for _, _, contact_s in mine if contact_s is not None]
        if stances:
            message.stance_time = 1000.0 * median(stances)
        yield mine[0][0], message


def _set_cadence(message: RecordMessage, cadences_spm: list[float]) -> None:
    if cadences_spm:
        strides = median(cadences_spm) / _FEET
        message.cadence = int(strides)
        message.fractional_cadence = strides - int(strides)


def _lap(facts: SessionFacts, stretch: Stretch, index: int) -> LapMessage:
    message = LapMessage()
    message.message_index = index
    message.event, message.event_type = Event.LAP, EventType.STOP
    message.sport = _SPORT[stretch.gait]
    message.sub_sport = SubSport.GENERIC
    _set_totals(message, facts, (stretch,), stretch.end_s)
    return message


def _session(facts: SessionFacts, laps: Sequence[Stretch]) -> SessionMessage:
    message = SessionMessage()
    message.event, message.event_type = Event.SESSION, EventType.STOP
    message.sport, message.sub_sport = Sport.RUNNING, SubSport.GENERIC
    message.first_lap_index, message.num_laps = 0, len(laps)
    _set_totals(message, facts, laps, facts.ended_s)
    return message


def _set_totals(
    message: Any, facts: SessionFacts, stretches: Sequence[Stretch], end_s: float
) -> None:
    begin_s = stretches[0].begin_s
    mine = [s for s in facts.steps if _is_in(stretches, s.t_ic_s)]
    message.timestamp = _ms(facts, end_s)
    message.start_time = _ms(facts, begin_s)
    message.total_elapsed_time = end_s - begin_s
    message.total_timer_time = _timer_s(stretches)
    cadences = [s.cadence_spm for s in mine if s.cadence_spm is not None]
    cadences = cadences or [spm for t_s, spm in facts.reports if _is_in(stretches, t_s)]
    if cadences:
        message.avg_cadence = round(median(cadences) / _FEET)
    if mine:
        message.total_cycles = len(mine)
    stances = _stances_ms(mine)
    if stances:
        message.avg_stance_time = median(stances)


def _stances_ms(steps: Iterable[Step]) -> list[float]:
    return [1000.0 * s.contact_s for s in steps if s.contact_s is not None]


def _activity(facts: SessionFacts, laps: Sequence[Stretch]) -> ActivityMessage:
    message = ActivityMessage()
    message.timestamp = _ms(facts, facts.ended_s)
    message.total_timer_time = _timer_s(laps)
    message.num_sessions = 1
    message.type = Activity.MANUAL
    message.event, message.event_type = Event.ACTIVITY, EventType.STOP
    return message
