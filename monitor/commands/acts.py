"""``stridegate start``, ``unlock``, ``signoff``, ``limits``, ``note``: what clinicians sign."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.commands.desk import Case, Done, open_desk, show, show_done
from monitor.commands.patient import standing_lines
from monitor.errors import StoreError, UsageError
from monitor.gate.decision import Decision
from monitor.gate.events import Signoff, Start, Unlock
from monitor.people.acts import ActCheck
from monitor.people.diary import LIMITS, NOTE
from monitor.people.enrolment import PROGRAMME
from monitor.people.entries import fields_of
from monitor.people.outlook import outlook_of
from monitor.people.patient import patient_of
from monitor.people.standing import programme_source
from monitor.programme.editchecks import edit_faults
from monitor.programme.edits import LimitEdit, changes
from monitor.programme.model import Programme
from monitor.programme.signature import draft_reason
from monitor.store.names import shown_name


def run_put(
    kind: str,
    name: str,
    stage: str,
    reason: str | None,
    by: str | None,
    *,
    ahead: bool,
    pin_stdin: bool,
    as_json: bool,
) -> int:
    """Put a patient on a stage, see ``put``; returns the exit status."""
    case = open_desk(pin_stdin=pin_stdin).case(name)
    return show_done(put(case, kind, stage, reason, by, ahead=ahead), as_json=as_json)


def put(
    case: Case, kind: str, stage: str, reason: str | None, by: str | None, *, ahead: bool
) -> Done:
    """Put a patient on a stage: ``kind`` is ``start`` or ``unlock``."""
    case.check_programme()
    known = [s.id for s in case.file.programme.stages]
    if stage not in known:
        raise UsageError(f"--stage {shown_name(stage)}: use one of {', '.join(known)}")
    reason = None if reason is None else reason.strip() or None
    if reason is None and (ahead or kind == "unlock"):
        raise UsageError(f"{kind} needs a reason here: give --reason")
    t_s = _stamped_s(case)
    act: Start | Unlock = Start(t_s, stage, "clinician", ahead, reason)
    if kind == "unlock":
        act = Unlock(t_s, stage, "clinician", reason or "", ahead)
    _judge(case, act)
    fields: dict[str, object] = {"stage": stage, "by": case.desk.signer(by).id}
    if ahead:
        fields["ahead"] = True
    if reason is not None:
        fields["reason"] = reason
    return _write(case, kind, fields)


def run_signoff(
    name: str, confirmed: Sequence[str], by: str | None, *, pin_stdin: bool, as_json: bool
) -> int:
    """Sign that a patient may leave the phase, see ``sign_off``; returns the exit status."""
    case = open_desk(pin_stdin=pin_stdin).case(name)
    return show_done(sign_off(case, confirmed, by), as_json=as_json)


def sign_off(case: Case, confirmed: Sequence[str], by: str | None) -> Done:
    """Sign that a patient may leave the phase, each item confirmed."""
    case.check_programme()
    phase_id = case.outlook.phase
    if phase_id is None:
        raise UsageError("the programme has not begun: use stridegate start; nothing was written")
    _judge(case, Signoff(_stamped_s(case), phase_id, "clinician"))
    phase = case.file.programme.phase(phase_id)
    items = phase.exit_items(case.file.patient.enrolment.site)
    known = [item.id for item in items]
    for item_id in confirmed:
        if item_id not in known:
            raise UsageError(f"--confirm {shown_name(item_id)}: use each of {', '.join(known)}")
    given = set(confirmed)
    for item in items:
        if item.id in given:
            continue
        if case.desk.asker.has_person and case.desk.asker.yes(f"{phase_id}: {item.title}?"):
            given.add(item.id)
        elif case.desk.asker.has_person:
            raise UsageError(f"not signed: {item.title} is not confirmed; nothing was written")
    left = [f"{item.id} ({item.title})" for item in items if item.id not in given]
    if left:
        raise UsageError(
            f"not signed: {phase_id} asks to confirm {'; '.join(left)}: give --confirm for each; "
            "nothing was written"
        )
    fields: dict[str, object] = {
        "phase": phase_id,
        "by": case.desk.signer(by).id,
        "confirmed": known,
    }
    return _write(case, "signoff", fields)


def run_limits(
    name: str, edit: LimitEdit, by: str | None, *, pin_stdin: bool, as_json: bool
) -> int:
    """Edit a patient's limits, see ``edit_limits``; returns the exit status."""
    case = open_desk(pin_stdin=pin_stdin).case(name)
    return show_done(edit_limits(case, edit, by), as_json=as_json)


def edit_limits(case: Case, edit: LimitEdit, by: str | None) -> Done:
    """Edit a patient's limits; ``edit`` has no signer and time yet."""
    case.check_programme()
    file = case.file
    edit = replace(edit, t_s=_stamped_s(case), by="clinician", reason=edit.reason.strip())
    faults = edit_faults(file.programme, file.patient.edits, edit)
    if faults:
        raise UsageError("\n".join(faults))
    changed = changes(file.programme.stages, file.patient.edits, edit)
    if not changed:
        raise UsageError("the limits are so already: nothing was written")
    edit = replace(edit, by=case.desk.signer(by).id)
    made = [fields_of(change) for change in changed]
    case.write([(LIMITS, {**fields_of(edit), "changes": made})], case.unchanged)
    lines = [f"{c.stage}: {c.quantity} {c.before:g} -> {c.after:g}" for c in changed]
    lines.append("it holds from the patient's next stage change on")
    return Done(tuple(lines), {"patient": file.patient.name, "changes": made})


def run_note(name: str, text: str, by: str | None, *, pin_stdin: bool) -> int:
    """Write a clinician's note; returns the exit status."""
    case = open_desk(pin_stdin=pin_stdin).case(name)
    return show_done(write_note(case, text, by), as_json=False)


def write_note(case: Case, text: str, by: str | None) -> Done:
    """Write a clinician's note."""
    if not text.strip():
        raise UsageError("the note is empty: write what is to be kept")
    fields = {"by": case.desk.signer(by).id, "text": text.strip()}
    case.write([(NOTE, fields)])
    return Done((f"{case.file.patient.name}: the note is kept",), fields)


def _stamped_s(case: Case) -> int:
    """Return the time that the store is going to stamp."""
    return max(case.desk.now_s, case.file.patient.last_t_s)


def _judge(case: Case, act: Start | Unlock | Signoff) -> None:
    """Refuse an act without effect before anybody is asked for anything."""
    check = ActCheck(case.file.programme, case.say_time)
    check.judge(case.file.patient.events, (act,))


def _write(case: Case, kind: str, fields: dict[str, object]) -> Done:
    check = ActCheck(case.file.programme, case.say_time)
    (entry,) = case.write([(kind, fields)], check)
    after = case.again()
    decision = outlook_of(after.file.programme, after.file.patient.events, entry.t_s).decision
    result = {"patient": after.file.patient.name, "kind": kind, **decision.as_dict()}
    return Done((f"{kind}: written", *standing_lines(after)), result)


def run_programme(
    name: str, programme: str, reason: str, by: str | None, *, pin_stdin: bool, as_json: bool
) -> int:
    """Let a patient go on by another signed text of the programme; returns the exit status."""
    case = open_desk(pin_stdin=pin_stdin).case(name)
    enrolment, clinic = case.file.patient.enrolment, case.file.clinic
    source = programme_source(programme, clinic)
    new = source.programme
    fault = draft_reason(new, clinic.signatures)
    if fault is not None:
        raise UsageError(fault)
    if new.id != enrolment.programme:
        raise UsageError(f"the patient goes by {enrolment.programme}, not by {new.id}: enrol anew")
    if new.sha256 == enrolment.sha256:
        raise UsageError("the patient goes by this very text already: nothing was written")
    if not reason.strip():
        raise UsageError("another programme needs a reason: give --reason")
    # The whole record has to be readable by the new text before anything depends on it.
    before, after = case.outlook.decision, _by(case, new)
    if after.stage != before.stage or after.status is not before.status:
        raise UsageError(
            f"by {new.id} {new.version} the patient would be {after.status} on {after.stage}, and "
            f"is {before.status} on {before.stage}: nothing was written"
        )
    fields: dict[str, object] = {
        "programme": new.id,
        "version": new.version,
        "sha256": new.sha256,
        "programme_file": source.place,
        "by": case.desk.signer(by).id,
        "reason": reason.strip(),
    }
    case.write([(PROGRAMME, fields)], case.unchanged)
    lines = [f"{case.file.patient.name} goes on by {new.id} {new.version}"]
    show(lines, {"patient": case.file.patient.name, **fields}, as_json=as_json)
    return 0


def _by(case: Case, programme: Programme) -> Decision:
    try:
        patient = patient_of(case.file.entries, programme)
    except StoreError as error:
        raise UsageError(f"the record cannot be read by that text: {error}") from None
    return outlook_of(programme, patient.events, case.desk.now_s).decision
