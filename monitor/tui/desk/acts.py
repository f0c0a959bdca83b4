"""A clinician's acts with what is asked on the screen before them; the acts are the commands'."""

from monitor.between.patients import wanted_baseline
from monitor.commands import acts, baseline, clinician, enrol, programme
from monitor.commands.baseline import proposal_lines
from monitor.commands.desk import Case, Desk, Done
from monitor.commands.enrol import EnrolOptions
from monitor.errors import UsageError
from monitor.people.conditions import Conditions
from monitor.people.enrolment import Side
from monitor.people.proposals import propose
from monitor.people.standing import programme_source
from monitor.people.zones import local_day, zone_of
from monitor.programme.file import bundled_programmes
from monitor.programme.model import Programme
from monitor.programme.rules import Baseline
from monitor.programme.signature import draft_reason
from monitor.tui.desk.asker import LEFT, LeftError, ScreenAsker
from sensors.pods.registry import KINDS

PLACEMENTS = ("shank", "foot")
SURFACES = ("treadmill", "road", "track", "grass", "trail")
FULL_SCALES_G = (16.0, 8.0, 32.0)
"""g. What pods measure up to; the first is the usual one."""


def add_clinician(desk: Desk, asker: ScreenAsker) -> Done:
    """Let a clinician in; the recovery code is read before anything goes on."""
    by = None
    if desk.accounts.clinic.clinicians:
        by = desk.signer(None).id
    name = asker.line("The clinician's name")
    short = asker.line("A short name to sign with, for example dr-x")
    done = clinician.add(desk, short, name, by)
    asker.read("Write this down", "\n".join(done.lines))
    return Done(done.lines[:1], done.result)


def sign_programme(desk: Desk, asker: ScreenAsker) -> Done:
    """Sign a programme that comes with the software, or a file."""
    names = bundled_programmes()
    place = asker.choose("Which programme?", (*names, "a file of your own"))
    name = names[place] if place < len(names) else asker.line("The file (.toml)")
    source = programme_source(name, desk.accounts.clinic)
    stages = len(source.programme.stages)
    question = (
        f"{source.programme.title}, {stages} stages.\n{programme.signed_title(source.programme)}\n"
        "Sign it as it is?"
    )
    if not asker.yes(question):
        raise LeftError(LEFT)
    return programme.sign(desk, source, None)


def enrol_patient(desk: Desk, asker: ScreenAsker) -> Done:
    """Enrol a patient: everything is asked, then the PIN."""
    clinic = desk.accounts.clinic
    names = [name for name in bundled_programmes() if _is_signed(desk, name)]
    own = [p for p in dict.fromkeys(s.programme for s in clinic.programmes) if p not in names]
    if not names and not own:
        raise UsageError("no programme is signed yet: sign one first")
    name = names[0] if len(names) == 1 and not own else _programme(asker, names)
    source = programme_source(name, clinic)
    pseudonym = asker.line("A pseudonym for the patient: no real name")
    made_up = asker.yes("Is the patient made up, to learn? (Only then may a virtual pod be used.)")
    sites = source.programme.sites
    site = sites[asker.choose("Where is the injury?", [s.title for s in sites])]
    side = list(Side)[asker.choose("On which side?", [side.value for side in Side])]
    day = local_day(desk.now_s, zone_of("UTC")).isoformat()
    diagnosed = asker.line(f"Day of the diagnosis, YYYY-MM-DD (today is {day})")
    zone = asker.line("Where the patient lives, as a time zone, for example Europe/Zurich")
    options = EnrolOptions(
        name=pseudonym,
        site=site.id,
        side=side.value,
        diagnosed=diagnosed,
        time_zone=zone,
        programme=name,
        preset=None,
        by=None,
        min_days=_surgeons_days(asker, site.surgeon_sets),
        hard_blocks=(),
        soft_blocks=(),
        no_hard_blocks=False,
        no_other_soft_blocks=False,
        is_demo=made_up,
    )
    done = enrol.enrol(desk, options)
    return Done(done.lines[:1], done.result)


def put_on_stage(case: Case, asker: ScreenAsker, kind: str) -> Done:
    """Start or unlock: the stage, and a reason where one is needed."""
    stages = case.file.programme.stages
    now = case.outlook.decision.stage
    place = 0 if now is None else [stage.id for stage in stages].index(now)
    # The one where the patient stands first: it is what is meant most often.
    order = [stages[place], *(stage for i, stage in enumerate(stages) if i != place)]
    titles = [f"{stage.id:<5}{stage.title}" for stage in order]
    stage = order[asker.choose("On which stage does the patient go on?", titles)]
    ahead = [s.id for s in stages].index(stage.id) > place
    reason = None
    if ahead:
        reason = asker.line(f"{stage.id} is ahead of {stages[place].id}. Why may it be skipped?")
    elif kind == "unlock":
        reason = asker.line("Why may the patient go on?")
    return acts.put(case, kind, stage.id, reason, None, ahead=ahead)


def sign_off(case: Case, asker: ScreenAsker) -> Done:  # noqa: ARG001 - the case's desk asks
    """Sign the phase: each item is asked."""
    return acts.sign_off(case, (), None)


def accept_baseline(case: Case, asker: ScreenAsker) -> Done:
    """Accept the baseline that waits, together with the limits that were read."""
    file = case.file
    found = [propose(file.patient, case.outlook, file.programme, which) for which in Baseline]
    which = wanted_baseline(file.patient, found)
    if which is None:
        raise UsageError("\n".join(f"{p.which}: {text}" for p in found for text in p.refusals))
    proposed = baseline.proposed(case, which)
    asker.read(f"Baseline {which}", "\n".join(proposal_lines(case, proposed)))
    if not asker.yes(f"Accept {which} together with these limits?"):
        raise LeftError(LEFT)
    return baseline.accept(case, proposed, None)


def tell_conditions(case: Case, asker: ScreenAsker) -> Done:
    """Tell what the patient trains with from now on."""
    shoe = asker.line("Which shoe? For example: blue, 2026")
    kinds = tuple(KINDS)
    pod = kinds[asker.choose("Which pod?", kinds)]
    placement = PLACEMENTS[
        asker.choose("Where is it worn? (The shank leaves more room.)", PLACEMENTS)
    ]
    surface = SURFACES[asker.choose("On which ground?", SURFACES)]
    scales = [f"±{scale:g} g" for scale in FULL_SCALES_G]
    scale_g = FULL_SCALES_G[asker.choose("How far does the pod measure?", scales)]
    given = Conditions(
        shoe=shoe, pod=pod, placement=placement, surface=surface, full_scale_g=scale_g
    )
    return baseline.enter_conditions(case, given)


def write_note(case: Case, asker: ScreenAsker) -> Done:
    """Write a clinician's note."""
    return acts.write_note(case, asker.line("Note"), None)


def _programme(asker: ScreenAsker, names: list[str]) -> str:
    place = asker.choose("By which programme?", (*names, "a signed file of your own"))
    return names[place] if place < len(names) else asker.line("The file (.toml)")


def _is_signed(desk: Desk, name: str) -> bool:
    clinic = desk.accounts.clinic
    programme: Programme = programme_source(name, clinic).programme
    return draft_reason(programme, clinic.signatures) is None


def _surgeons_days(asker: ScreenAsker, phases: tuple[str, ...]) -> list[str]:
    return [
        f"{phase}={asker.line(f'Days of {phase}, as the surgeon sets them')}" for phase in phases
    ]
