"""From the text of a log, one JSON object a line, to its events: the first faulty line is named.

Where the rules of ``docs/programme.md``, section 5.1, leave room: a line ends at a line feed and
nowhere else, JSON's own white space around an object is allowed (so are CRLF files), a byte order
mark is not JSON, of a name given twice in one object the last counts, and deep nesting is refused.
"""

from collections.abc import Callable
from typing import Final

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
from monitor.gate.jsonline import BLANK, json_object
from monitor.gate.times import FORM, time_s
from monitor.programme.model import Programme


def read_log(content: bytes, programme: Programme) -> tuple[Event, ...]:
    """Return the events of a log.

    Parameters
    ----------
    content : bytes
        JSON Lines in UTF-8. Blank lines at the end are allowed.
    programme : Programme
        Its sites, stages and phases are the ones that the log may name.

    Raises
    ------
    LogError
        Naming the first faulty line.
    """
    lines = content.split(b"\n")
    while lines and not lines[-1].strip(BLANK):
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


class LogReader:
    """Takes the records of one log in order and checks each against those before.

    Parameters
    ----------
    programme : Programme
        Its sites, stages and phases are the ones that the log may name.
    """

    def __init__(self, programme: Programme) -> None:
        self._has_sessions = {stage.id: stage.has_sessions for stage in programme.stages}
        self._phases = tuple(phase.id for phase in programme.phases)
        self._sites = {site.id: site for site in programme.sites}
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
        site = self._sites.get(name)
        if site is None:
            known = ", ".join(self._sites) or "none: this programme is for no patient"
            raise FaultError(f"unknown site {quoted(name)}: use one of {known}")
        days = fields.integers("min_days") if fields.has("min_days") else {}
        for phase in days:
            self._known_phase(phase)
        for phase in site.surgeon_sets:
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


_MOMENTS: Final = {when.value: when for when in When}


def _time(fields: Fields) -> int:
    text = fields.text("t")
    try:
        return time_s(text)
    except ValueError:
        raise FaultError(f'"t" is {quoted(text)}: write a time as {FORM}') from None
