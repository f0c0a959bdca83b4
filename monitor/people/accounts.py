"""Clinicians' accounts: who may sign, and what happens when a PIN is wrong.

Tries come one after the other, each after its delay, and a failure is on record before the person
is told of it: no number of processes gets more tries than one.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.errors import StoreError, UsageError
from monitor.people import clinic as kinds
from monitor.people.clinic import Clinic, Clinician, clinic_of
from monitor.people.pins import MAX_FAILURES, PinHasher, checked_pin, delay_s, new_code, typed_code
from monitor.store.chain import CLINIC, Entry
from monitor.store.lock import account_lock
from monitor.store.names import plain_name, shown_name
from monitor.store.store import Store
from monitor.store.writing import Record


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of a clinic.

    Attributes
    ----------
    store : Store
        The record.
    now_s : int
        The clock, UTC seconds since 1970.
    hasher : PinHasher
        With the costs of Argon2.
    sleep : callable
        Waits for so many seconds.
    """

    store: Store
    now_s: int
    hasher: PinHasher = field(default_factory=PinHasher)
    sleep: Callable[[float], object] = time.sleep

    @property
    def clinic(self) -> Clinic:
        """The clinic as the record has it now."""
        return clinic_of(self.store.entries(CLINIC))

    def known(self, clinician: str) -> Clinician:
        """Return a clinician; raises UsageError where there is none of that name."""
        clinic = self.clinic
        found = clinic.clinicians.get(plain_name(clinician, "clinician"))
        if found is None:
            known = ", ".join(clinic.clinicians)
            cure = f"use one of {known}" if known else "add one with stridegate clinician add"
            raise UsageError(f"clinician {shown_name(clinician)}: not in the record: {cure}")
        return found

    def admit(self, clinician: str, pin: str) -> Clinician:
        """Return the clinician to whom a PIN belongs.

        Raises
        ------
        UsageError
            Where the PIN is wrong, after the failure was written; or the account is locked.
        """
        return self._tried(clinician, pin, "PIN", lambda account: account.pin_hash)

    def recover(self, clinician: str, code: str, new_pin: str) -> tuple[str, Entry]:
        """Unlock an account by its recovery code, and give it a new PIN and a new code.

        Returns
        -------
        code : str
            The new recovery code: kept nowhere, to be shown once.
        entry : Entry
            Of the record.

        Raises
        ------
        UsageError
            Where the code is wrong, after the failure was written, or the PIN can be none.
        """
        checked_pin(new_pin)
        clinician = self._tried(
            clinician, typed_code(code), "recovery code", lambda account: account.recovery_hash
        ).id
        fresh = new_code()
        hashes = {"pin_hash": self.hasher.hash(new_pin), "recovery_hash": self.hasher.hash(fresh)}
        records: list[Record] = [
            (kinds.CLINICIAN_UNLOCKED, {"id": clinician, "by": None}),
            (kinds.CLINICIAN_PIN, {"id": clinician, **hashes}),
        ]
        return fresh, self.store.append_all(CLINIC, records, self.now_s)[-1]

    def unlock(self, clinician: str, by: str) -> Entry:
        """Unlock an account; ``by`` is another clinician who was admitted."""
        if not self.known(clinician).is_locked:
            raise UsageError(f"clinician {clinician}: the account is not locked: nothing to do")
        if by == clinician:
            raise UsageError("nobody unlocks the own account: ask another clinician")
        return self.store.append(
            CLINIC, kinds.CLINICIAN_UNLOCKED, {"id": clinician, "by": by}, self.now_s
        )

    def add(self, clinician: str, name: str, pin: str, by: str | None) -> tuple[str, Entry]:
        """Add a clinician; the first one needs nobody.

        Returns
        -------
        code : str
            The recovery code: kept nowhere, to be shown once.
        entry : Entry
            Of the record.

        Raises
        ------
        UsageError
            Where the name is taken or the PIN can be none.
        """
        checked_pin(pin)
        code = new_code()
        fields = {
            "id": plain_name(clinician, "clinician"),
            "name": plain_name(name, "clinician"),
            "pin_hash": self.hasher.hash(pin),
            "recovery_hash": self.hasher.hash(code),
            "by": by,
        }

        def check(before: Sequence[Entry], _: Sequence[Mapping[str, Any]]) -> None:
            known = clinic_of(before).clinicians
            if fields["id"] in known:
                raise StoreError(f"clinician {fields['id']}: in the record already: take another")
            if known and by is None:
                raise StoreError(
                    "the first clinician was added meanwhile: another one is added with --by"
                )

        return code, self.store.append(CLINIC, kinds.CLINICIAN, fields, self.now_s, check)

    def change_pin(self, clinician: str, pin: str) -> Entry:
        """Give an admitted clinician another PIN."""
        fields = {"id": clinician, "pin_hash": self.hasher.hash(checked_pin(pin))}
        return self.store.append(
            CLINIC, kinds.CLINICIAN_PIN, {**fields, "recovery_hash": None}, self.now_s
        )

    def _tried(
        self, clinician: str, secret: str, what: str, kept: Callable[[Clinician], str]
    ) -> Clinician:
        # However the name is typed, it is one account, and one lock.
        clinician = self.known(clinician).id
        with account_lock(self.store.places, clinician):
            account = self.known(clinician)
            if account.is_locked and what == "PIN":
                raise UsageError(
                    f"clinician {clinician}: locked after {MAX_FAILURES} wrong PINs: another "
                    "clinician unlocks the account with stridegate clinician unlock, or you do "
                    "with your recovery code"
                )
            self.sleep(delay_s(account.failures))
            if self.hasher.is_right(kept(account), secret):
                if account.failures and not account.is_locked:
                    fields = {"id": clinician}
                    self.store.append(CLINIC, kinds.PIN_RIGHT, fields, self.now_s)
                return account
            raise self._failure(account, what)

    def _failure(self, account: Clinician, what: str) -> UsageError:
        """Write a failure, and only then return what the person is told."""
        failures = account.failures + 1
        records: list[Record] = [(kinds.PIN_FAILED, {"id": account.id, "what": what})]
        locks = failures >= MAX_FAILURES and not account.is_locked
        if locks:
            records.append((kinds.CLINICIAN_LOCKED, {"id": account.id}))
        self.store.append_all(CLINIC, records, self.now_s)
        left = MAX_FAILURES - failures
        told = "the account is locked" if left <= 0 else f"{left} more and the account is locked"
        return UsageError(f"clinician {account.id}: wrong {what}: it is on record; {told}")
