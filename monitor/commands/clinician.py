"""``stridegate clinician``: who may sign. A PIN is asked for or read, and never an argument."""

from monitor.commands.desk import Desk, Done, open_desk, show, show_done
from monitor.errors import UsageError
from monitor.people.pins import checked_pin


def run_add(
    clinician: str, name: str | None, by: str | None, *, pin_stdin: bool, as_json: bool
) -> int:
    """Add a clinician; the first one needs no other. Returns the exit status."""
    desk = open_desk(pin_stdin=pin_stdin, make=True)
    return show_done(add(desk, clinician, name, by), as_json=as_json)


def add(desk: Desk, clinician: str, name: str | None, by: str | None) -> Done:
    """Add a clinician; ``by`` is the one who lets in, and nobody for the first one."""
    is_first = not desk.accounts.clinic.clinicians
    signed_by = None if is_first else desk.signer(by).id
    pin = checked_pin(desk.asker.new_pin(f"PIN of {clinician}"))
    code, entry = desk.accounts.add(clinician, name or clinician, pin, signed_by)
    desk.show_notices([entry])
    added = str(entry.record["id"])
    lines = (f"clinician {added}: added", *_code_lines(code))
    return Done(lines, {"id": added, "recovery_code": code})


def run_list(*, as_json: bool) -> int:
    """List the clinicians; returns the exit status."""
    clinicians = open_desk().accounts.clinic.clinicians.values()
    rows: list[dict[str, object]] = [
        {"id": c.id, "name": c.name, "locked": c.is_locked, "failures": c.failures}
        for c in clinicians
    ]
    lines = [
        f"{c.id}  {c.name}  {'locked' if c.is_locked else 'open'}, wrong PINs {c.failures}"
        for c in clinicians
    ]
    show(lines or ["no clinician yet"], {"clinicians": rows}, as_json=as_json)
    return 0


def run_pin(clinician: str, *, pin_stdin: bool) -> int:
    """Change a clinician's own PIN; returns the exit status."""
    desk = open_desk(pin_stdin=pin_stdin)
    clinician = desk.signer(clinician).id
    pin = checked_pin(desk.asker.new_pin(f"PIN of {clinician}"))
    desk.show_notices([desk.accounts.change_pin(clinician, pin)])
    print(f"clinician {clinician}: the PIN was changed")
    return 0


def run_unlock(
    clinician: str, by: str | None, *, recovery: bool, pin_stdin: bool, as_json: bool
) -> int:
    """Unlock an account: by another clinician, or by the recovery code. Returns the exit status."""
    desk = open_desk(pin_stdin=pin_stdin)
    clinician = desk.accounts.known(clinician).id
    if recovery:
        return _recover(desk, clinician, as_json=as_json)
    if by is None:
        raise UsageError("name the clinician who unlocks with --by, or give --recovery")
    entry = desk.accounts.unlock(clinician, desk.signer(by).id)
    desk.show_notices([entry])
    show([f"clinician {clinician}: unlocked by {by}"], {"id": clinician}, as_json=as_json)
    return 0


def _recover(desk: Desk, clinician: str, *, as_json: bool) -> int:
    old = desk.asker.pin(f"recovery code of {clinician}")
    pin = checked_pin(desk.asker.new_pin(f"PIN of {clinician}"))
    code, entry = desk.accounts.recover(clinician, old, pin)
    desk.show_notices([entry])
    lines = [f"clinician {clinician}: unlocked, the PIN is the new one", *_code_lines(code)]
    show(lines, {"id": clinician, "recovery_code": code}, as_json=as_json)
    return 0


def _code_lines(code: str) -> list[str]:
    return [
        f"recovery code: {code}",
        "write it down and lock it away: it is shown once, and opens the account without the PIN",
    ]
