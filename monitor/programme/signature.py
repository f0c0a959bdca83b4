"""Whether a clinician stands behind a programme: a signature over the bytes of its file.

A file cannot call itself signed. The signature is a record of its own, kept by whoever keeps the
clinic's records; it names the hash of the file, so that a programme changed by one character after
its signature is a draft again until it is signed anew.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.gate.times import time_text
from monitor.programme.model import Programme, Status


@dataclass(frozen=True, slots=True)
class Signature:
    """A clinician's signature under a programme.

    Attributes
    ----------
    programme, version : str
        Identifier and version of what was signed.
    sha256 : str
        Hash of the file's bytes, in hexadecimal.
    by : str
        Who signed.
    t_s : int
        When, in seconds since 1970 in UTC.
    """

    programme: str
    version: str
    sha256: str
    by: str
    t_s: int


def content_sha256(content: bytes) -> str:
    """Return the hash that is signed: SHA-256 of the file's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def draft_reason(programme: Programme, signatures: Sequence[Signature]) -> str | None:
    """Return why a programme does not count as signed, in one sentence; None where it does.

    Parameters
    ----------
    programme : Programme
        As it was read from its file.
    signatures : sequence of Signature
        Those on record, of any programme. One under these very bytes is enough; where there is
        none, the sentence is about the latest one under a programme of this name.
    """
    own = [signature for signature in signatures if signature.programme == programme.id]
    name = f"programme {programme.id} {programme.version}"
    if not own:
        return f"{name} is a draft: a clinician has to sign it before a patient trains by it"
    if any(_is_under(signature, programme) for signature in own):
        return None
    latest = max(own, key=lambda signature: signature.t_s)
    day = time_text(latest.t_s)
    who = f"{latest.by} signed" + (f" on {day[:10]}" if day else "")
    if latest.version != programme.version:
        return f"{name} is not the version {latest.version} that {who}: have it signed"
    return f"{name} was changed after {who}: have it signed again, or bring the signed file back"


def with_signatures(programme: Programme, signatures: Sequence[Signature]) -> Programme:
    """Return the programme as signed where one of the signatures is under its bytes, else a draft.

    Parameters
    ----------
    programme : Programme
        As it was read from its file.
    signatures : sequence of Signature
        Those on record, of any programme.
    """
    is_draft = draft_reason(programme, signatures) is not None
    return replace(programme, status=Status.DRAFT if is_draft else Status.SIGNED)


def _is_under(signature: Signature, programme: Programme) -> bool:
    # A programme that was read from no file has no hash, and nothing is under it.
    return (
        bool(programme.sha256)
        and signature.sha256 == programme.sha256
        and signature.version == programme.version
    )
