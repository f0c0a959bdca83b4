"""``stridegate patient enrol``: a clinician enters a patient, block by block."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Any

from monitor.commands.desk import Desk, Done, open_desk, show_done
from monitor.errors import StoreError, UsageError
from monitor.people.enrolling import blocks_of, checked_blocks, days_of, preset_of, site_of
from monitor.people.enrolment import ENROL, Enrolment, Side
from monitor.people.entries import fields_of
from monitor.people.standing import programme_source
from monitor.people.zones import calendar_day, local_day, zone_of
from monitor.programme.model import Programme
from monitor.programme.phases import Item
from monitor.programme.signature import draft_reason
from monitor.store.chain import Entry, patient_chain
from monitor.store.gatelog import GateCheck
from monitor.store.names import patient_name, shown_name


@dataclass(frozen=True, slots=True)
class EnrolOptions:
    """What was given on the command line; what was not is None or empty.

    Attributes
    ----------
    name, site, side, diagnosed, time_zone, programme : str
        As in ``Enrolment``, as they were typed.
    preset, by : str or None
        The preset, and who enrols.
    min_days, hard_blocks, soft_blocks : sequence of str
        ``PHASE=DAYS``; hard blocks that are there; ``BLOCK=REASON``.
    no_hard_blocks, no_other_soft_blocks : bool
        Each of them, or each that is not named, was looked at and is absent.
    is_demo : bool
        Whether it is a made-up patient, who may run with a virtual pod.
    """

    name: str
    site: str
    side: str
    diagnosed: str
    time_zone: str
    programme: str
    preset: str | None
    by: str | None
    min_days: Sequence[str]
    hard_blocks: Sequence[str]
    soft_blocks: Sequence[str]
    no_hard_blocks: bool
    no_other_soft_blocks: bool
    is_demo: bool = False


def run_enrol(options: EnrolOptions, *, pin_stdin: bool, as_json: bool) -> int:
    """Enrol a patient, see ``enrol``; returns the exit status."""
    return show_done(enrol(open_desk(pin_stdin=pin_stdin), options), as_json=as_json)


def enrol(desk: Desk, options: EnrolOptions) -> Done:
    """Enrol a patient: everything is checked and asked before anything is written.

    Raises
    ------
    UsageError
        A sentence a line; nothing was written.
    """
    name = patient_name(options.name)
    chain = patient_chain(name)
    if desk.store.entries(chain):
        raise UsageError(f"{chain.title} is enrolled already: take another pseudonym")
    clinic = desk.accounts.clinic
    source = programme_source(options.programme, clinic)
    programme = source.programme
    reason = draft_reason(programme, clinic.signatures)
    if reason is not None:
        raise UsageError(reason)
    site = site_of(programme, options.site)
    side = _side(options.side)
    zone = zone_of(options.time_zone)
    diagnosed = calendar_day(options.diagnosed, "--diagnosed")
    if diagnosed > local_day(desk.now_s, zone):
        raise UsageError(f"--diagnosed {diagnosed}: this day is still to come: correct it")
    preset = None if options.preset is None else preset_of(programme, options.preset)
    days = days_of(programme, site, preset, _given_days(options.min_days))
    hard, soft = _blocks(desk, options, programme)
    absent, reasons = checked_blocks(programme, site.id, hard, soft)
    by = desk.signer(options.by).id
    enrolment = Enrolment(
        t_s=desk.now_s,
        patient=name,
        site=site.id,
        side=side,
        diagnosed=diagnosed.isoformat(),
        time_zone=options.time_zone,
        programme=programme.id,
        version=programme.version,
        sha256=programme.sha256,
        programme_file=source.place,
        by=by,
        preset=None if preset is None else preset.id,
        min_days=days,
        hard_blocks=absent,
        soft_blocks=reasons,
        is_demo=options.is_demo,
    )
    gate = GateCheck(programme)

    def check(before: Sequence[Entry], records: Sequence[Mapping[str, Any]]) -> None:
        if before:
            raise StoreError(f"{chain.title} is enrolled already: take another pseudonym")
        gate(before, records)

    fields = fields_of(enrolment)
    desk.write(chain, [(ENROL, fields)], check)
    lines = (
        f"{chain.title} is enrolled: {site.title}, {side}, by {programme.id} {programme.version}",
        f"next: stridegate start {quote(name)} --stage {programme.stages[0].id}",
    )
    return Done(lines, fields)


def _side(text: str) -> Side:
    try:
        return Side(text)
    except ValueError:
        raise UsageError(f"--side {shown_name(text)}: say {' or '.join(Side)}") from None


def _given_days(texts: Sequence[str]) -> dict[str, int]:
    days: dict[str, int] = {}
    for text in texts:
        phase, sign, number = text.partition("=")
        if not sign or not (number.isascii() and number.isdigit()) or len(number) > 4:
            raise UsageError(f"--min-days {shown_name(text)}: write PHASE=DAYS, for example P0=42")
        if phase in days:
            raise UsageError(f"--min-days {phase} is given twice: give it once")
        days[phase] = int(number)
    return days


def _blocks(
    desk: Desk, options: EnrolOptions, programme: Programme
) -> tuple[dict[str, bool], dict[str, str | None]]:
    """Return the answers to the checklist: given, or asked one by one where there is a person."""
    hard_items, soft_items = blocks_of(programme, options.site)
    _known(hard_items, options.hard_blocks, "--hard-block")
    named = dict(_reason(text) for text in options.soft_blocks)
    _known(soft_items, named, "--soft-block")
    hard = dict.fromkeys(options.hard_blocks, True)
    soft: dict[str, str | None] = dict(named)
    if options.no_hard_blocks:
        hard = {item.id: False for item in hard_items} | hard
    if options.no_other_soft_blocks:
        soft = dict.fromkeys(item.id for item in soft_items) | soft
    if desk.asker.has_person:
        yes: Callable[[str], bool] = desk.asker.yes
        # The first yes ends it: the programme cannot start, whatever else there is.
        for item in hard_items:
            if any(hard.values()):
                break
            if item.id not in hard:
                hard[item.id] = yes(f"Hard block: {item.title}?")
        for item in soft_items:
            if any(hard.values()):
                break
            if item.id not in soft:
                asked = yes(f"Soft block: {item.title}?")
                soft[item.id] = desk.asker.line("  Why all the same? ") if asked else None
    return hard, soft


def _reason(text: str) -> tuple[str, str]:
    name, _, reason = text.partition("=")
    return name, reason


def _known(items: Sequence[Item], names: Sequence[str] | Mapping[str, str], option: str) -> None:
    known = [item.id for item in items]
    for name in names:
        if name not in known:
            told = ", ".join(known) or "none"
            raise UsageError(f"{option} {shown_name(name)}: use one of {told}")
