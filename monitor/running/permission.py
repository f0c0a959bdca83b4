"""Whether a session may begin: the gate's decision, the programme's signature, room on the disk."""

import shutil
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from monitor.errors import UsageError
from monitor.people.casefile import Casefile
from monitor.people.outlook import Outlook
from monitor.people.standing import standing_notice
from monitor.people.zones import local_text
from monitor.programme.model import StageKind
from monitor.programme.signature import draft_reason
from monitor.running.refusal import RefusalError
from monitor.running.words import decision_lines
from monitor.setup import SessionSetup
from sensors import disk

MIN_FREE_BYTES: Final = 200_000_000
"""Bytes. Ten times an hour of one pod. Design default."""

POD_BYTES_PER_S: Final = 8_000.0
"""Bytes/s. What a pod at 208 Hz with a gyroscope fills while the recording grows (6.6 kB measured,
see docs/reliability.md)."""

NEEDED_TIMES: Final = 4.0
"""Ratio. A recording is packed into a second file at its end, and the room is to be twice what is
needed. Design default."""


COUNTED: Final = (
    "Counted: the days of the phase, the daily answers about night and rest pain (stridegate "
    "daily), and steps on the protected foot, which are flagged."
)
"""What is kept in the phases without sessions."""


def check_signature(case: Casefile) -> None:
    """Refuse a programme that is unsigned, or whose file was changed after its signature.

    The record holds the signed text, so a file that is gone changes nothing.

    Raises
    ------
    UsageError
        One sentence with the cure.
    """
    reason = draft_reason(case.programme, case.clinic.signatures)
    if reason is not None:
        raise UsageError(reason)
    standing_notice(case.patient.enrolment.programme_file, case.programme, case.clinic)


def check_gate(case: Casefile, outlook: Outlook, zone: ZoneInfo) -> None:
    """Refuse where the gate lets nobody run.

    Raises
    ------
    RefusalError
        With every reason and what would unlock it.
    """
    decision = outlook.decision
    if decision.may_run:
        return
    lines = decision_lines(case.programme, case.patient, outlook, zone)
    raise RefusalError((*lines, *_protected_lines(case, outlook, zone)), decision)


def check_room(folder: Path, setup: SessionSetup) -> None:
    """Refuse where the disk has not twice the room that a recording needs; raises UsageError."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    planned_s = sum(segment.duration_s for segment in setup.segments)
    needed = max(MIN_FREE_BYTES, NEEDED_TIMES * POD_BYTES_PER_S * len(setup.pods) * planned_s)
    if free < needed:
        raise UsageError(
            f"{disk.shown(folder)}: {free / 1e6:.0f} MB are free and a session needs "
            f"{needed / 1e6:.0f}: make room first"
        )


def _protected_lines(case: Casefile, outlook: Outlook, zone: ZoneInfo) -> tuple[str, ...]:
    """Return what is allowed and counted in a phase without sessions."""
    stage_id = outlook.decision.stage
    stage = None if stage_id is None else case.programme.stage(stage_id)
    if stage is None or stage.kind is not StageKind.NONE or outlook.phase_ends_s is None:
        return ()
    phase = case.programme.phase(stage.phase)
    ends = local_text(outlook.phase_ends_s, zone)
    return (
        f"{phase.id}, {phase.title}: there are no sessions in it.",
        f"Allowed: {stage.name}.",
        COUNTED,
        f"The phase's days end {ends}; then your clinician signs.",
    )
