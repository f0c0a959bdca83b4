"""What the commands around the runs share: record, clock, asker, the signing clinician, words."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from monitor.commands.asking import Asker, Asking
from monitor.errors import UsageError
from monitor.people.accounts import Accounts
from monitor.people.casefile import Casefile, read_casefile
from monitor.people.clinic import Clinic, Clinician
from monitor.people.outlook import Outlook, outlook_of
from monitor.people.standing import standing_notice
from monitor.people.zones import local_text, past_text, zone_of
from monitor.store.chain import Chain, Entry
from monitor.store.lock import session_lock
from monitor.store.opening import open_store
from monitor.store.places import user_places
from monitor.store.store import Check, Store
from monitor.store.writing import Record
from sensors.clock import utc_now_ns


@dataclass(frozen=True, slots=True)
class Desk:
    """A record that is open for one command.

    Attributes
    ----------
    store : Store
        The record.
    asker : Asking
        Asks the person.
    """

    store: Store
    asker: Asking

    @property
    def now_s(self) -> int:
        """The clock, UTC seconds since 1970: a person may take time to answer."""
        return utc_now_ns() // 10**9

    @property
    def accounts(self) -> Accounts:
        """The clinicians' accounts."""
        return Accounts(self.store, self.now_s)

    def case(self, name: str, clinic: Clinic | None = None) -> "Case":
        """Return a patient's case, see ``read_casefile``; raises UsageError where there is none."""
        return Case(self, read_casefile(self.store, name, clinic))

    def signer(self, by: str | None) -> Clinician:
        """Return the clinician who acts, after the PIN was right.

        Raises
        ------
        UsageError
            Where it is not told who, the PIN is wrong or the account locked.
        """
        accounts = self.accounts
        known = tuple(accounts.clinic.clinicians)
        if by is None and len(known) == 1:
            by = known[0]
        elif by is None and self.asker.has_person and known:
            by = self.asker.line(f"Which clinician ({', '.join(known)})? ").strip()
        elif by is None:
            told = f": one of {', '.join(known)}" if known else ", after stridegate clinician add"
            raise UsageError(f"this is a clinician's act: name yourself with --by{told}")
        account = accounts.known(by)
        return accounts.admit(account.id, self.asker.pin(f"PIN of {account.id}"))

    def write(
        self, chain: Chain, records: Sequence[Record], check: Check | None = None
    ) -> tuple[Entry, ...]:
        """Append to a patient's chain, with nobody else's session running, and show the notices."""
        with session_lock(self.store.places, chain):
            entries = self.store.append_all(chain, records, self.now_s, check)
        self.show_notices(entries)
        return entries

    def show_notices(self, entries: Iterable[Entry]) -> None:
        """Show what the store has to say about new entries, each sentence once."""
        for notice in dict.fromkeys(text for entry in entries for text in entry.notices):
            self.asker.tell(notice)


@dataclass(frozen=True, slots=True)
class Done:
    """What an act came to.

    Attributes
    ----------
    lines : tuple of str
        For a person.
    result : mapping
        For a machine.
    """

    lines: tuple[str, ...]
    result: Mapping[str, object]


@dataclass(frozen=True)
class Case:
    """A patient at the desk.

    Attributes
    ----------
    desk : Desk
        Where.
    file : Casefile
        What the record holds.
    """

    desk: Desk
    file: Casefile

    @cached_property
    def zone(self) -> ZoneInfo:
        """The patient's time zone."""
        return zone_of(self.file.patient.enrolment.time_zone)

    @cached_property
    def outlook(self) -> Outlook:
        """What the gate says now."""
        return outlook_of(self.file.programme, self.file.patient.events, self.desk.now_s)

    def say_time(self, t_s: int) -> str:
        """Return a time from when something may be done, as the patient reads it."""
        return f"{local_text(t_s, self.zone)} ({self.zone.key})"

    def say_past(self, t_s: int) -> str:
        """Return a time of what has happened, as the patient reads it."""
        return f"{past_text(t_s, self.zone)} ({self.zone.key})"

    def check_programme(self) -> None:
        """Refuse to let a patient on by a programme that was changed after its signature."""
        file = self.file
        place = file.patient.enrolment.programme_file
        notice = standing_notice(place, file.programme, file.clinic)
        if notice is not None:
            self.desk.asker.tell(notice)

    def write(self, records: Sequence[Record], check: Check | None = None) -> tuple[Entry, ...]:
        """Append to the patient's chain."""
        return self.desk.write(self.file.chain, records, check)

    def again(self) -> "Case":
        """Return the case as the record has it now."""
        return self.desk.case(self.file.patient.name)

    def unchanged(self, before: Sequence[Entry], _: Sequence[Mapping[str, object]]) -> None:
        """Refuse to write what was decided on another record than was shown: a ``Check``."""
        if len(before) != len(self.file.entries):
            raise UsageError("the record changed meanwhile: look again, nothing was written")


def open_desk(*, pin_stdin: bool = False, make: bool = False) -> Desk:
    """Open the user's record; ``make`` it where there is none."""
    return Desk(open_store(user_places(), make=make), Asker(pin_stdin=pin_stdin))


def show_done(done: Done, *, as_json: bool) -> int:
    """Print what an act came to; returns the exit status, 0."""
    show(done.lines, done.result, as_json=as_json)
    return 0


def show(lines: Iterable[str], result: Mapping[str, object], *, as_json: bool) -> None:
    """Print the result of a command: one object, or lines for a person."""
    print(json.dumps(result) if as_json else "\n".join(lines))
