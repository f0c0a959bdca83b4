"""Whether the programme of a patient still stands as it was signed."""

from dataclasses import dataclass
from pathlib import Path

from monitor.errors import ProgrammeError, UsageError
from monitor.people.clinic import Clinic
from monitor.programme.file import bundled_programmes, parse_programme, programme_content
from monitor.programme.model import Programme
from monitor.programme.signature import content_sha256, draft_reason, with_signatures


@dataclass(frozen=True, slots=True)
class ProgrammeSource:
    """A programme and its file.

    Attributes
    ----------
    programme : Programme
        As signed or as a draft, by the clinic's signatures.
    text : str
        The file's text.
    place : str
        A bundled name or an absolute path: what an enrolment keeps.
    """

    programme: Programme
    text: str
    place: str


def programme_source(name: str, clinic: Clinic) -> ProgrammeSource:
    """Read a programme by a bundled name or a path; raises ProgrammeError with every mistake."""
    content, file = programme_content(name)
    programme = with_signatures(parse_programme(content, file), clinic.signatures)
    is_bundled = name in bundled_programmes()
    place = name if is_bundled else str(Path(name).absolute())
    return ProgrammeSource(programme, content.decode("utf-8"), place)


def standing_notice(place: str, signed: Programme, clinic: Clinic) -> str | None:
    """Say what became of the file of a patient's programme; None where it is as it was signed.

    The record holds the signed text, so a file that is gone changes nothing.

    Parameters
    ----------
    place : str
        ``Enrolment.programme_file``.
    signed : Programme
        The signed text that the patient goes by.
    clinic : Clinic
        Its signatures.

    Returns
    -------
    str or None
        A sentence where the file is another signed text by now.

    Raises
    ------
    UsageError
        Where it was changed and not signed again: nobody goes on by it until that is settled.
    """
    try:
        content, file = programme_content(place)
    except ProgrammeError:
        return None
    sha256 = content_sha256(content)
    if sha256 == signed.sha256:
        return None
    try:
        now = parse_programme(content, file)
    except ProgrammeError as error:
        raise UsageError(
            f"programme {signed.id} {signed.version} was changed after it was signed and cannot be "
            f"read any more: bring the signed file back ({error.sentences[0]})"
        ) from None
    reason = draft_reason(now, clinic.signatures)
    if reason is not None:
        raise UsageError(reason)
    return (
        f"the patient goes on by {signed.id} {signed.version} as it was signed before; the file is "
        f"another signed text by now ({now.version}): move with stridegate patient programme"
    )
