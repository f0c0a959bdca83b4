"""What a session writes for the gate (programme, section 3): quality, dose, load, impact.

A measure that is not known is None for a person. The gate's event holds numbers only: an unknown
one is written there as 0, and the session does not pass for it. Without samples ``valid_pct`` is 0
too; without a limit or judged steps ``impact`` is false, which is what the gate asks for in the
running stages (in the others impact informs and does not gate).
"""

from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Final

from analysis.load import planned_load
from analysis.step import Gait
from monitor.core import SessionCore
from monitor.dose import gait_s, planned_s
from monitor.gate.events import Session
from monitor.gate.outcome import Answers, Circumstances, Outcome, Shortfall, judge
from monitor.programme.rules import Judged
from monitor.programme.segments import SECONDS_PER_MINUTE
from monitor.programme.sites import Risk

DIGITS: Final = 6
"""Decimals of a percentage: takes off the rounding error of sums, and moves nothing over a limit
of the gate by more than a millionth of a per cent."""


@dataclass(frozen=True, slots=True)
class Measures:
    """The measures of one session.

    Attributes
    ----------
    valid_pct : float or None
        Main-set time covered by strides between valid steps, of that done; None where none was.
    run_pct : float or None
        Minutes run (walked in a walking stage) or contacts, of those prescribed.
    load_pct : float or None
        Run-step equivalents of those planned; contacts in a preparation stage. None for a pod that
        sends no samples.
    amber_pct : float or None
        Valid judged steps above amber; None without such steps or without the limit.
    red_events : int
        Red events.
    impact : bool
        Whether impact was measured against a current accepted baseline.
    """

    valid_pct: float | None
    run_pct: float | None
    load_pct: float | None
    amber_pct: float | None
    red_events: int
    impact: bool


NOTHING: Final = Measures(None, None, None, None, 0, impact=False)
"""What is known where nothing was measured."""


def measures_of(core: SessionCore) -> Measures:
    """Measure a session that is over."""
    return Measures(
        valid_pct=_rounded(core.coverage.pct(core.t_s)),
        run_pct=_rounded(run_pct(core)),
        load_pct=_rounded(load_pct(core)),
        amber_pct=_rounded(core.judged.above_pct(core.setup.limits.amber_g)),
        red_events=core.red_events,
        impact=has_impact(core),
    )


def run_pct(core: SessionCore) -> float | None:
    """Return the dose done so far, in per cent of the one prescribed; None without one."""
    setup = core.setup
    if setup.judged is None:
        return None
    if setup.contacts is not None:
        return _contacts_pct(core)
    gait = setup.judged.prescribed
    planned = planned_s(gait, setup.segments)
    # A pod without samples shows no steps: all of its time is unseen.
    holes = core.holes if core.judge.has_samples else ((-float("inf"), float("inf")),)
    done = gait_s(gait, core.steps, holes, core.plan.stretches(core.t_s))
    return 100.0 * done / planned if planned > 0.0 else None


def load_pct(core: SessionCore) -> float | None:
    """Return the load so far, in per cent of the plan's; None where it is not known."""
    setup = core.setup
    if not core.judge.has_samples:
        return None
    if setup.contacts is not None:
        return _contacts_pct(core)
    planned = planned_load(
        planned_s(Gait.RUN, setup.segments) / SECONDS_PER_MINUTE,
        planned_s(Gait.WALK, setup.segments) / SECONDS_PER_MINUTE,
        run_cadence_spm=setup.run_cadence_spm,
        walk_cadence_spm=setup.walk_cadence_spm,
    )
    return core.load.sum.pct_of(planned)


def median_cadence_spm(core: SessionCore) -> float | None:
    """Return the median cadence of the judged steps, both feet; None where none is known."""
    cadences = [s.cadence_spm for s in core.judged.steps if s.cadence_spm is not None]
    return _rounded(median(cadences)) if cadences else None


def exercised_s(core: SessionCore) -> float | None:
    """Return for how long the plan ran, in seconds: walked and run, without holds.

    A run that was walked after a red event, or after the session was cut short, counts: it was not
    done as prescribed, but it was done. None without a plan.
    """
    return round(core.plan.plan_s(core.t_s), 3) if core.plan.segments else None


def has_impact(core: SessionCore) -> bool:
    """Whether impact was measured, and against the baseline that the stage's own limits want."""
    limits, baselines = core.setup.limits, core.setup.baselines
    return (
        limits.baseline is not None
        and not limits.is_fallback
        and baselines.is_current(limits.baseline)
        and not core.changed_pod
        and bool(core.judged.valid)
    )


def gate_event(core: SessionCore, measures: Measures) -> dict[str, Any]:
    """Return the gate's ``session`` event (programme, section 5.1) without kind and time.

    Of a real patient with a virtual pod nothing was measured, whatever the pod played.
    """
    if core.is_make_believe:
        measures = NOTHING
    numbers = {name: 0.0 if value is None else value for name, value in asdict(measures).items()}
    return {"id": core.setup.session_id, "stage": core.setup.stage, **numbers}


def shortfalls(core: SessionCore, event: dict[str, Any]) -> tuple[Shortfall, ...]:
    """Return what keeps a session from counting by its measures alone, in the gate's own words.

    Too little time since the last session, a stage ahead and the answers about pain are for the
    gate to know: they stand in the patient's log.
    """
    needs_impact = core.setup.judged is Judged.RUN
    around = Circumstances(Risk.OTHER, needs_impact, is_too_soon=False, is_ahead=False)
    outcome, reasons = judge(Session(t_s=0, **event), Answers(), around, has_red_flag=False)
    return () if outcome is Outcome.PENDING else reasons


def _contacts_pct(core: SessionCore) -> float | None:
    contacts = core.setup.contacts
    if contacts is None or not core.judge.has_samples:
        return None
    return 100.0 * len(core.judged.steps) / contacts


def _rounded(pct: float | None) -> float | None:
    return None if pct is None else round(pct, DIGITS)
