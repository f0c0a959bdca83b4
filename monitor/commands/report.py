"""``stridegate report``: one page about a session or a patient, for a person and to be printed."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.commands.subject import Subject, subject_of
from monitor.errors import StoreError, UsageError
from monitor.newfile import write_new
from monitor.report.page import Page, as_json, limit_lines, rendered, report_page
from monitor.report.personal import personal_of
from monitor.report.session import SessionFacts, session_facts
from monitor.report.standing import Standing, standing_of
from sensors import disk
from sensors.clock import utc_now_ns, utc_stamp

if TYPE_CHECKING:
    from monitor.commands.desk import Case, Desk


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What the command line asks for; name and day of birth only where they are given."""

    subject: str
    output: Path | None
    name: str | None = None
    born: str | None = None


def run_report(options: ReportOptions, *, as_json_object: bool) -> int:
    """Write a report; returns the exit status: 1 where the recording is damaged.

    Raises
    ------
    UsageError
        Where there is no such session or patient, or the file cannot be written.
    """
    now_ns = utc_now_ns()
    output = options.output or Path(f"stridegate-report-{utc_stamp(now_ns)}.html")
    if output.exists():
        raise UsageError(f"{disk.shown(output)} exists and is not overwritten: name a new file")
    personal = personal_of(options.name, options.born, _utc_day(now_ns))
    subject = subject_of(options.subject)
    facts = None if subject.recording is None else session_facts(subject.recording)
    desk = None if subject.patient is None else _open_desk()
    case = None if desk is None or subject.patient is None else desk.case(subject.patient)
    standing = None if case is None or desk is None else standing_of(case.file, desk.now_s)
    if facts is not None and standing is not None:
        facts = facts.with_record(standing.measures(facts.setup.session_id))
    page = report_page(
        facts,
        standing,
        _made(standing, now_ns),
        _record(subject, facts, case, desk),
        personal,
        session_id=subject.session,
        notices=subject.notices,
    )
    _add_limits(page, case)
    write_new(output, rendered(page).encode("utf-8"))
    if as_json_object:
        head = None if case is None or desk is None else desk.store.head(case.file.chain).outside
        report = {
            "file": disk.shown(output),
            "record_head": head,
            **as_json(facts, standing, subject.session),
        }
        print(json.dumps(report))
    else:
        print(f"{page.word}\nwritten: {disk.shown(output)}")
    return 1 if facts is not None and facts.damage else 0


def _open_desk() -> "Desk":
    # A recording of nobody on record needs none, and is shown without loading it.
    from monitor.commands.desk import open_desk

    return open_desk()


def _add_limits(page: Page, case: "Case | None") -> None:
    if case is not None:
        from monitor.commands.bounds import edited, limits_now

        page.limits = limit_lines(limits_now(case), edited(case))


def _made(standing: Standing | None, now_ns: int) -> str:
    if standing is not None:
        return standing.say(standing.now_s)
    return f"{_utc_day(now_ns)} (UTC)"


def _utc_day(now_ns: int) -> date:
    return datetime.fromtimestamp(now_ns / 1e9, UTC).date()


def _record(
    subject: Subject, facts: SessionFacts | None, case: "Case | None", desk: "Desk | None"
) -> list[tuple[str, str]]:
    """Return what ties the page to the record: compare it with ``stridegate audit --head``."""
    rows = []
    if case is not None and desk is not None:
        programme = case.file.programme
        try:
            rows.append(("Record: entries and hash", desk.store.head(case.file.chain).outside))
        except StoreError as error:
            rows.append(("Record", str(error)))
        rows.append((f"Programme {programme.id} {programme.version}", programme.sha256))
    if facts is not None:
        setup = facts.setup
        rows.append(("Recording's record head", setup.record_head or "–"))
        rows.append((f"Session's programme {setup.programme}", setup.programme_sha256 or "–"))
        rows.append(("Steps, decisions", _hashes(facts)))
        rows.append(("Recorded with", f"{setup.software}, analysis {setup.analysis}"))
    rows.append(("Written with", f"StrideGate {version('stridegate')}"))
    if subject.path is not None:
        rows.append(("Recording", disk.shown(Path(subject.path.name))))
    return rows


def _hashes(facts: SessionFacts) -> str:
    return f"{facts.result['steps_sha256'][:16]}…, {facts.result['decisions_sha256'][:16]}…"
