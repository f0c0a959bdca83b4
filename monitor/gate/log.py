"""From the text of a log, one JSON object a line, to its events: the first faulty line is named.

Where the rules of ``docs/programme.md``, section 5.1, leave room: a line ends at a line feed and
nowhere else, JSON's own white space around an object is allowed (so are CRLF files), a byte order
mark is not JSON, of a name given twice in one object the last counts, and an object nested deeper
than ``MAX_DEPTH`` is refused, because how deep a parser can go depends on the machine.
"""

import json
import re
from collections.abc import Callable
from typing import Final, NoReturn

from monitor.gate.events import (
    Enrol,
    Event,
    LogError,
    Pain,
    RedFlag,
    Session,
    Signoff,
    Start,
    Unlock,
    When,
)
from monitor.gate.fields import FaultError, Fields, quoted
from monitor.gate.sites import SITES
from monitor.gate.times import FORM, time_s
from monitor.programme import Programme

MAX_DEPTH: Final = 500
"""Levels of nesting in one line. Design default: no field of ours needs more than two."""

MAX_DIGITS: Final = 4300
"""Digits of an integer that Python reads at once; a longer one is as good as ten to this power."""

_BLANK: Final = b" \t\r"
_SIGNS: Final = re.compile(r'\\.|["\[\]{}]')


def read_log(content: bytes, programme: Programme) -> tuple[Event, ...]:
    """Return the events of a log.

    Parameters
    ----------
    content : bytes
        JSON Lines in UTF-8. Blank lines at the end are allowed.
    programme : Programme
        Its stages and phases are the ones that the log may name.

    Raises
    ------
    LogError
        Naming the first faulty line.
    """
    lines = content.split(b"\n")
    while lines and not lines[-1].strip(_BLANK):
        lines.pop()
    if not lines:
        raise LogError(1, "the log is empty: its first line must be an enrol event")
    reader = LogReader(programme)
    events: list[Event] = []
    for number, line in enumerate(lines, 1):
        try:
            events.append(reader.take(json_object(line)))
        except FaultError as fault:
            raise LogError(number, str(fault)) from None
    return tuple(events)


def json_object(line: bytes) -> dict[str, object]:
    """Return the JSON object of one line.

    Raises
    ------
    FaultError
        Where the line holds anything else.
    """
    if not line.strip(_BLANK):
        raise FaultError("a blank line inside the log: remove it")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise FaultError("not UTF-8 text: write the log again in UTF-8") from None
    if line.count(b"[") + line.count(b"{") > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise FaultError(f"nested deeper than {MAX_DEPTH} levels: remove what nobody reads")
    try:
        value = _decoded(text)
    except json.JSONDecodeError as error:
        what = f"{error.msg} at column {error.colno}"
        if text.startswith("\ufeff"):
            what = "a byte order mark: save the log in UTF-8 without it"
        raise FaultError(f"not a JSON object ({what}): write one object a line") from None
    except RecursionError:
        raise FaultError("nested too deeply: remove what nobody reads") from None
    if not isinstance(value, dict):
        raise FaultError("not a JSON object: write one object a line")
    return value


class LogReader:
    """Takes the records of one log in order and checks each against those before.

    Parameters
    ----------
    programme : Programme
        Its stages and phases are the ones that the log may name.
    """

    def __init__(self, programme: Programme) -> None:
        self._has_sessions = {stage.id: stage.has_sessions for stage in programme.stages}
        self._phases = tuple(phase.id for phase in programme.phases)
        self._sessions: set[str] = set()
        self._last_s: int | None = None
        self._parsers: dict[str, Callable[[int, Fields], Event]] = {
            "enrol": self._enrol,
            "start": self._start,
            "unlock": self._unlock,
            "signoff": self._signoff,
            "session": self._session,
            "pain": self._pain,
            "red_flag": self._red_flag,
        }

    def take(self, record: dict[str, object]) -> Event:
        """Return the next record as an event.

        Raises
        ------
        FaultError
            Where the record may not stand here; the reader is then as it was before.
        """
        fields = Fields(record)
        kind = fields.text("kind")
        parse = self._parsers.get(kind)
        if parse is None:
            raise FaultError(f"unknown kind {quoted(kind)}: use one of {', '.join(self._parsers)}")
        is_first = self._last_s is None
        if is_first and kind != "enrol":
            raise FaultError(f"the log begins with {kind}: its first line must be an enrol event")
        if kind == "enrol" and not is_first:
            raise FaultError("a second enrol event: a log has one, on its first line")
        t_s = _time(fields)
        if self._last_s is not None and t_s < self._last_s:
            raise FaultError("the time is before the line above: put the events in order of time")
        event = parse(t_s, fields)
        self._last_s = t_s
        if isinstance(event, Session):
            self._sessions.add(event.id)
        return event

    def _enrol(self, t_s: int, fields: Fields) -> Enrol:
        patient, programme = fields.text("patient"), fields.text("programme")
        name = fields.text("site")
        site = SITES.get(name)
        if site is None:
            raise FaultError(f"unknown site {quoted(name)}: use one of {', '.join(SITES)}")
        days = fields.integers("min_days") if fields.has("min_days") else {}
        for phase in days:
            self._known_phase(phase)
        for phase in site.given_at_enrolment:
            if phase not in days:
                raise FaultError(f'site {name} needs the days of {phase}: add it to "min_days"')
        return Enrol(t_s, patient, name, programme, days)

    def _start(self, t_s: int, fields: Fields) -> Start:
        return Start(
            t_s,
            self._stage(fields),
            fields.text("by"),
            fields.has("ahead") and fields.flag("ahead"),
            fields.text("reason") if fields.has("reason") else None,
        )

    def _unlock(self, t_s: int, fields: Fields) -> Unlock:
        return Unlock(
            t_s,
            self._stage(fields),
            fields.text("by"),
            fields.text("reason"),
            fields.has("ahead") and fields.flag("ahead"),
        )

    def _signoff(self, t_s: int, fields: Fields) -> Signoff:
        phase = fields.text("phase")
        self._known_phase(phase)
        return Signoff(t_s, phase, fields.text("by"))

    def _session(self, t_s: int, fields: Fields) -> Session:
        name, stage = fields.text("id"), self._stage(fields)
        if name in self._sessions:
            raise FaultError(
                f"session {quoted(name)} stands in the log already: give it its own id"
            )
        if not self._has_sessions[stage]:
            raise FaultError(f"stage {stage} has no sessions: name the stage that was done")
        return Session(
            t_s,
            name,
            stage,
            fields.number("valid_pct"),
            fields.number("run_pct"),
            fields.number("load_pct"),
            fields.number("amber_pct"),
            fields.integer("red_events"),
            fields.flag("impact"),
        )

    def _pain(self, t_s: int, fields: Fields) -> Pain:
        session, when = self._known_session(fields), fields.text("when")
        if when not in _MOMENTS:
            raise FaultError(f"unknown moment {quoted(when)}: use one of {', '.join(_MOMENTS)}")
        return Pain(
            t_s,
            session,
            _MOMENTS[when],
            fields.integer("site", 10),
            fields.integer("soreness", 10) if fields.has("soreness") else None,
        )

    def _red_flag(self, t_s: int, fields: Fields) -> RedFlag:
        flag = fields.text("flag")
        return RedFlag(t_s, flag, self._known_session(fields) if fields.has("session") else None)

    def _stage(self, fields: Fields) -> str:
        stage = fields.text("stage")
        if stage not in self._has_sessions:
            known = ", ".join(self._has_sessions)
            raise FaultError(f"unknown stage {quoted(stage)}: use one of {known}")
        return stage

    def _known_phase(self, phase: str) -> None:
        if phase not in self._phases:
            known = ", ".join(self._phases)
            raise FaultError(f"unknown phase {quoted(phase)}: use one of {known}")

    def _known_session(self, fields: Fields) -> str:
        session = fields.text("session")
        if session not in self._sessions:
            raise FaultError(f"no session {quoted(session)} above: name one that stands above")
        return session


_HUGE: Final[int] = 10 ** (MAX_DIGITS - 1)
_MOMENTS: Final = {when.value: when for when in When}


def _time(fields: Fields) -> int:
    text = fields.text("t")
    try:
        return time_s(text)
    except ValueError:
        raise FaultError(f'"t" is {quoted(text)}: write a time as {FORM}') from None


def _depth(text: str) -> int:
    deepest = depth = 0
    in_string = False
    for sign in _SIGNS.findall(text):
        if sign == '"':
            in_string = not in_string
        elif not in_string and sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif not in_string and sign in "]}":
            depth -= 1
    return deepest


def _no_number(name: str) -> NoReturn:
    raise FaultError(f"not a JSON object ({name} is no JSON number): write a finite number")


def _any_integer(digits: str) -> int:
    # Only its sign and that it is above every limit matter, so it need not be exact.
    if len(digits) <= MAX_DIGITS:
        return int(digits)
    return -_HUGE if digits.startswith("-") else _HUGE


_DECODER: Final = json.JSONDecoder(parse_constant=_no_number)
_SLOW_DECODER: Final = json.JSONDecoder(parse_constant=_no_number, parse_int=_any_integer)


def _decoded(text: str) -> object:
    try:
        value: object = _DECODER.decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # an integer of more digits than Python reads at once
        value = _SLOW_DECODER.decode(text)
    return value
