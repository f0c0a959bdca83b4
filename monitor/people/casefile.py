"""A patient read from the store, with the clinic and the signed programme that belong to it."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from monitor.errors import StoreError, UsageError
from monitor.people.clinic import Clinic, clinic_of
from monitor.people.patient import Patient, patient_of, programme_sha256
from monitor.programme.file import parse_programme
from monitor.programme.model import Programme
from monitor.programme.signature import with_signatures
from monitor.store.chain import CLINIC, Chain, Entry, patient_chain
from monitor.store.names import shown_name

if TYPE_CHECKING:
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True)
class Casefile:
    """A patient, and what is needed to decide.

    Attributes
    ----------
    chain : Chain
        The patient's.
    entries : tuple of Entry
        All of it, verified.
    patient : Patient
        What they come to.
    programme : Programme
        The text that was signed and is in force for this patient.
    clinic : Clinic
        Clinicians and signatures.
    """

    chain: Chain
    entries: tuple[Entry, ...]
    patient: Patient
    programme: Programme
    clinic: Clinic


def read_casefile(store: "Store", name: str, clinic: Clinic | None = None) -> Casefile:
    """Return a patient's case from the store.

    Parameters
    ----------
    store : Store
        The record.
    name : str
        The pseudonym.
    clinic : Clinic or None
        As it was just read, for many patients; read here where None.

    Raises
    ------
    UsageError
        Where nobody of that name is enrolled, or the name can be none.
    StoreError
        Where the record cannot be believed.
    """
    chain = patient_chain(name)
    entries = store.entries(chain)
    sha256 = programme_sha256(entries)
    if sha256 is None:
        known = ", ".join(shown_name(c.patient) for c in store.chains() if c.patient)
        raise UsageError(
            f"{chain.title}: not in the record: {f'use one of {known}' if known else 'enrol first'}"
        )
    if clinic is None:
        clinic = clinic_of(store.entries(CLINIC))
    programme = signed_programme(clinic, sha256)
    return Casefile(chain, entries, patient_of(entries, programme), programme, clinic)


def signed_programme(clinic: Clinic, sha256: str) -> Programme:
    """Return the programme that was signed under a hash; raises StoreError where none was."""
    text = clinic.signed_text(sha256)
    if text is None:
        raise StoreError(
            f"no programme with the hash {shown_name(sha256)} was signed here: sign it first"
        )
    return with_signatures(_parsed(text, f"signed programme {sha256[:12]}"), clinic.signatures)


@cache
def _parsed(text: str, file: str) -> Programme:
    # The same few texts for all patients of a clinic.
    return parse_programme(text.encode("utf-8"), file)
