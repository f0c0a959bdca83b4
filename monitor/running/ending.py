"""What comes after the last step: the questions, the closing, and what it came to."""

from dataclasses import dataclass
from typing import Any, Final

from monitor.core import SessionCore
from monitor.gate.decision import Status
from monitor.gate.events import When
from monitor.gate.words import sentences
from monitor.people.entries import fields_of
from monitor.people.ownpod import POD, BoundPod
from monitor.people.sessions import SessionOpened
from monitor.programme.phases import Item
from monitor.running.asking import Ask, Flow
from monitor.running.closing import (
    Said,
    closing_records,
    dropped_record,
    flag_record,
    is_nothing_run,
    taps,
)
from monitor.running.patientrecord import PatientRecord
from monitor.running.runner import GradedRunner
from monitor.running.setupwords import virtual_lines
from monitor.running.words import outcome_lines
from monitor.store.writing import Record
from sensors.binding import PodBinding

DURING, AFTER, SORENESS, FLAGS_AFTER = "during", "after", "soreness", "flags-after"
BIND: Final = "bind"
"""Keys of the questions, by which answers can be given beforehand."""

RECOVERS: Final = "The recording is kept: stridegate recover closes the session from it."


@dataclass(frozen=True, slots=True)
class Closed:
    """What the closing of a session came to.

    Attributes
    ----------
    lines : tuple of str
        For a person: first what the session is worth, then the decision, then the measures.
    json : dict
        For a machine.
    is_written : bool
        Whether the record has it; otherwise it is recovered at the next start.
    """

    lines: tuple[str, ...]
    json: dict[str, Any]
    is_written: bool


def after_session(
    record: PatientRecord, runner: GradedRunner, opened: SessionOpened
) -> Flow[Closed]:
    """Ask what comes last, and close: everything is written, or nothing."""
    core = runner.core
    flags = list(runner.unwritten_flags)
    if is_nothing_run(core):
        reason = f"Session {opened.id} ended before its main set: nothing was run."
        trouble = record.try_append(dropped_record(opened.id, reason))
        return _closed(record, runner, opened, trouble, f"{reason} It is no session to the gate.")
    said = yield from _ask_pain(max(taps(core), default=None))
    if core.end_reason != "red-flag":
        flags += yield from _ask_flags(runner.red_flags)
    patient = record.standing().case.patient
    bound: tuple[Record, ...] = ()
    if patient.own_pod is None and core.end_reason not in ("red-flag", "pain"):
        bound = yield from _ask_pod(core)
    session = patient.session(opened.id)
    trouble = ""
    # A screen that was left in the very moment of the closing asks for it again.
    if session is None or session.is_unfinished:
        closing = closing_records(core, opened, said, patient.conditions)
        trouble = record.try_append(*map(flag_record, flags), *closing, *bound)
    return _closed(record, runner, opened, trouble)


def _ask_pain(highest: int | None) -> Flow[Said]:
    tapped = "" if highest is None else f" The highest you tapped was {highest}."
    text = f"Pain at the injury during the session, at its worst?{tapped}"
    during = yield Ask(DURING, text, proposed=highest)
    after = yield Ask(AFTER, "Pain at the injury now, after the session?")
    soreness = yield Ask(SORENESS, "Soreness elsewhere now?")
    given = {When.DURING: during, When.AFTER: after}
    return Said({when: n for when, n in given.items() if n is not None}, soreness)


def _ask_flags(items: tuple[Item, ...]) -> Flow[list[str]]:
    if not items:
        return []
    titles = tuple(item.title for item in items)
    chosen = yield Ask(FLAGS_AFTER, "Any warning sign during the session, or now?", titles)
    return [items[chosen - 1].id] if chosen else []


def _ask_pod(core: SessionCore) -> Flow[tuple[Record, ...]]:
    """Ask whether the pod of a first session is the patient's own; no answer binds nothing."""
    pod = core.links.identities.get(core.setup.pods[0].slot)
    binding = None if pod is None or core.has_virtual_pod else PodBinding.of(pod)
    if binding is None:
        return ()
    text = f"Is {binding.title} your own pod? From now on no other one is taken."
    is_own = yield Ask(BIND, text, ("yes, it is mine",))
    return ((POD, fields_of(BoundPod.of(binding))),) if is_own else ()


def _closed(
    record: PatientRecord, runner: GradedRunner, opened: SessionOpened, trouble: str, *first: str
) -> Closed:
    result = runner.live.result
    assert result is not None, "a session that has run has its result"
    now, core = record.standing(), runner.core
    judged = next((s for s in now.outlook.sessions if s.id == opened.id), None)
    worth, stands = outcome_lines(now.outlook, opened.id), now.lines()
    is_locked = now.outlook.decision.status is Status.LOCKED
    lines = [
        *(virtual_lines(core.setup) if core.has_virtual_pod else ()),
        *first,
        *((f"NOT CLOSED: {trouble}", RECOVERS) if trouble else ()),
        *(result.worth_lines() if judged is None else result.worth_lines()[:1]),
        # Of a lock-out nobody has to read further than the first lines.
        *((*stands, *worth) if is_locked else (*worth, *stands)),
        *result.detail_lines(),
        f"Recording: {runner.recording}",
        *((f"Not finished: {runner.live.trouble}",) if runner.live.trouble else ()),
    ]
    json = {
        **result.to_json(),
        "recording": str(runner.recording),
        "pod_is_virtual": core.has_virtual_pod,
        "is_closed": not trouble,
        "outcome": None if judged is None else judged.outcome.value,
        "reasons": [] if judged is None else [reason.value for reason in judged.reasons],
        "decision": now.outlook.decision.as_dict(),
        "sentences": sentences(now.outlook.decision),
    }
    runner.closing_lines = tuple(lines)
    return Closed(tuple(lines), json, not trouble)
