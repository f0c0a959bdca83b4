"""The clinic as its chain tells it: who its clinicians are, and which programmes they signed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from monitor.people.entries import value_of
from monitor.programme.signature import Signature
from monitor.store.chain import Entry

CLINICIAN: Final = "clinician"
CLINICIAN_PIN: Final = "clinician_pin"
PIN_FAILED: Final = "pin_failed"
PIN_RIGHT: Final = "pin_right"
CLINICIAN_LOCKED: Final = "clinician_locked"
CLINICIAN_UNLOCKED: Final = "clinician_unlocked"
PROGRAMME_SIGNED: Final = "programme_signed"


@dataclass(frozen=True, slots=True)
class NewClinician:
    """Kind ``clinician``: somebody who may sign.

    Attributes
    ----------
    id, name : str
        A short name that commands take and entries hold, and the words for a person.
    pin_hash, recovery_hash : str
        Argon2id, in its own notation, of the PIN and of the code that unlocks the account.
    by : str or None
        Who let them in; None for the first.
    """

    t_s: int
    id: str
    name: str
    pin_hash: str
    recovery_hash: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class NewPin:
    """Kind ``clinician_pin``: another PIN, and perhaps another recovery code."""

    t_s: int
    id: str
    pin_hash: str
    recovery_hash: str | None = None


@dataclass(frozen=True, slots=True)
class AccountEvent:
    """Kinds ``pin_failed``, ``pin_right``, ``clinician_locked``, ``clinician_unlocked``.

    Attributes
    ----------
    id : str
        Whose account.
    by : str or None
        Who unlocked it; None for a recovery code, and in the other kinds.
    recovery_hash : str or None
        Of the new recovery code where the old one was used up.
    """

    t_s: int
    id: str
    by: str | None = None
    recovery_hash: str | None = None


@dataclass(frozen=True, slots=True)
class SignedProgramme:
    """Kind ``programme_signed``: a signature, and the very text that was signed.

    Attributes
    ----------
    programme, version, sha256, by : str
        As in ``monitor.programme.signature.Signature``.
    text : str
        The file, so that a patient's programme is not lost with it.
    """

    t_s: int
    programme: str
    version: str
    sha256: str
    by: str
    text: str

    @property
    def signature(self) -> Signature:
        """The signature alone."""
        return Signature(self.programme, self.version, self.sha256, self.by, self.t_s)


@dataclass(frozen=True, slots=True)
class Clinician:
    """Somebody who may sign, as things stand.

    Attributes
    ----------
    id, name, pin_hash, recovery_hash : str
        As in ``NewClinician``, the latest ones.
    failures : int
        Wrong PINs in a row.
    is_locked : bool
        Whether the account takes no PIN until it is unlocked.
    """

    id: str
    name: str
    pin_hash: str
    recovery_hash: str
    failures: int = 0
    is_locked: bool = False


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic.

    Attributes
    ----------
    clinicians : mapping of str to Clinician
        By ``id``, in the order in which they came.
    programmes : tuple of SignedProgramme
        In the order in which they were signed.
    """

    clinicians: Mapping[str, Clinician] = field(default_factory=dict)
    programmes: tuple[SignedProgramme, ...] = ()

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """Every signature, for ``monitor.programme.signature``."""
        return tuple(programme.signature for programme in self.programmes)

    def signed_text(self, sha256: str) -> str | None:
        """Return the text that was signed under this hash; None where there is none."""
        texts = {programme.sha256: programme.text for programme in self.programmes}
        return texts.get(sha256)


def clinic_of(entries: Iterable[Entry]) -> Clinic:
    """Derive the clinic from its chain.

    Parameters
    ----------
    entries : iterable of Entry
        Verified, in order. Kinds that do not belong here are passed over.

    Raises
    ------
    StoreError
        Where an entry's fields are not what its kind needs.
    """
    clinicians: dict[str, Clinician] = {}
    programmes: list[SignedProgramme] = []
    for entry in entries:
        if entry.kind == CLINICIAN:
            new = value_of(NewClinician, entry)
            clinicians[new.id] = Clinician(new.id, new.name, new.pin_hash, new.recovery_hash)
        elif entry.kind == CLINICIAN_PIN:
            pin = value_of(NewPin, entry)
            old = clinicians[pin.id]
            clinicians[pin.id] = replace(
                old,
                pin_hash=pin.pin_hash,
                recovery_hash=pin.recovery_hash or old.recovery_hash,
                failures=0,
            )
        elif entry.kind == PROGRAMME_SIGNED:
            programmes.append(value_of(SignedProgramme, entry))
        elif entry.kind in _ACCOUNT:
            event = value_of(AccountEvent, entry)
            clinicians[event.id] = _after(clinicians[event.id], entry.kind, event)
    return Clinic(clinicians, tuple(programmes))


_ACCOUNT: Final = (PIN_FAILED, PIN_RIGHT, CLINICIAN_LOCKED, CLINICIAN_UNLOCKED)


def _after(clinician: Clinician, kind: str, event: AccountEvent) -> Clinician:
    if kind == PIN_FAILED:
        return replace(clinician, failures=clinician.failures + 1)
    if kind == PIN_RIGHT:
        return replace(clinician, failures=0)
    if kind == CLINICIAN_LOCKED:
        return replace(clinician, is_locked=True)
    return replace(
        clinician,
        is_locked=False,
        failures=0,
        recovery_hash=event.recovery_hash or clinician.recovery_hash,
    )
