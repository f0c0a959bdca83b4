"""The alarm rule: when a patient is told to ease off, to walk, and when the rest is walked.

A pure state machine on a 10 Hz grid of session time. It works on the contacts' own times
(``Step.t_ic_s``) and on what is known at a grid time (``Step.t_known_s``): a step handed over
early waits until it is known, one that comes up to 2 s late still falls into its own segment, and
how arrivals are grouped between two grid times changes nothing.

The rule
--------
*Window*: the valid judged steps of the last 30 s, in the current judged segment, after
the last judgement. Spans are open on the left and closed on the right; a segment's first instant
belongs to it. Below 8 steps the verdict is unknown, never fine. A clipped step is above any limit.

- More than 20 % above amber raises EASE OFF. It ends after 10 s without a break in which the
  window is known and has at most 20 % above amber.
- More than 20 % above red raises WALK NOW. It stands for 20 s: 5 s to react and 15 s of evidence.
  If then more than 20 % of the evidence's valid run steps are above red, one red event follows;
  otherwise WALK NOW ends. Either way the window starts anew.
- A step above the single-step limit is reported, once.

Where the rule needed a decision
--------------------------------
- *Lack of data never clears*: while EASE OFF stands, an unknown window starts the 10 s again.
- *A segment's end* ends EASE OFF, because its window ends there: the next segment is judged by its
  own steps. A hold is such an end too.
- *A segment's end does not end WALK NOW*: who was told to walk has to be seen walking. Run steps of
  judged segments are evidence, whichever segment they belong to; walk steps, steps of a segment
  that is not judged, and missing steps are none. No evidence is no red event.
- *Time without data is no evidence either*: it does not count towards the 20 s, so WALK NOW stands
  until it can be judged.
- *In a walking stage* the evidence is run steps as well: who walks on has obeyed.
- *In a preparation stage* the evidence is every contact: a hop is no run step, and a walk step is
  far below a hop's limit, so who walks has obeyed there too.
- *Amber and red at once*: only WALK NOW is raised. If EASE OFF stands, WALK NOW takes its place.
  While WALK NOW stands nothing else is raised but single steps.
- *One SINGLE event for each such step*, in any judged segment and however late it is known: the
  event log must not depend on the radio. It never repeats.
- *Letting go on* counts only while WALK NOW stands, for the judgement that follows. The red event
  is reported all the same, with ``let_go_on`` set: what was measured stays on the record, only
  the walking is waived.
- *A late step at a segment's end*: a judged stretch ends at the next segment's begin or, before an
  unjudged one, at the first grid time outside it.
- *Without limits* (no baseline) the verdict stays unknown.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from analysis.step import Gait, Step
from monitor.alarm_events import AlarmEvent, AlarmKind, Verdict, single_text
from monitor.limits import StageLimits, count_above, is_above
from monitor.programme.rules import Judged

__all__ = ["AlarmEvent", "AlarmKind", "AlarmRule", "Verdict"]

GRID_HZ: Final = 10
"""Hz. Grid of session time on which the rule is stepped (programme, section 3)."""

WINDOW_S: Final = 30
"""s. What the window looks back on. Design default (programme, section 3), as all below."""

MIN_STEPS: Final = 8
"""Steps. Below it the window says nothing."""

OVER_SHARE_PCT: Final = 20
"""%. More than this share above a limit raises its alarm."""

CALM_S: Final = 10
"""s. At most that share for so long ends EASE OFF."""

REACT_S: Final = 5
"""s. What a patient is given to answer WALK NOW."""

EVIDENCE_S: Final = 15
"""s. The steps after the reaction time that decide on a red event."""


@dataclass(frozen=True, slots=True)
class _Prompt:
    """A WALK NOW that stands: when it was raised, by which limit, and whether it is waived.

    ``blind`` counts the ticks without data since: they are no evidence, so the end waits for them.
    ``seen`` is the tick of the last look.
    """

    tick: int
    red_g: float
    seen: int
    let_go_on: bool = False
    blind: int = 0

    @property
    def end(self) -> int:
        """The tick at which it is judged."""
        return self.tick + GRID_HZ * (REACT_S + EVIDENCE_S) + self.blind


@dataclass(frozen=True, slots=True)
class _Counted:
    """A window's steps, those above each limit, and the first one's contact: it leaves first."""

    steps: int
    over_amber: int
    over_red: int
    first_s: float


class AlarmRule:
    """The alarm rule of one session.

    Parameters
    ----------
    limits : StageLimits
        The limits in force.
    judged : Judged
        Whose steps they are for.

    Attributes
    ----------
    over_amber_pct, over_red_pct : float or None
        Share of the window's steps above the limit; None while it is unknown.
    """

    def __init__(self, limits: StageLimits, judged: Judged) -> None:
        self.limits = limits
        self.judged = judged
        self.over_amber_pct: float | None = None
        self.over_red_pct: float | None = None
        is_contacts = judged is Judged.CONTACTS
        self._judged_steps = "contacts" if is_contacts else f"{judged.value} steps"
        self._pending: list[Step] = []
        self._steps: list[Step] = []
        self._began_s: float | None = None
        self._stretches: list[tuple[float, float]] = []
        self._judged_at_s: float | None = None
        self._ease_off = False
        self._calm_since: int | None = None
        self._prompt: _Prompt | None = None
        self._counted: _Counted | None = None

    @property
    def verdict(self) -> Verdict:
        """What the rule says now; never fine without evidence."""
        if self._prompt is not None:
            return Verdict.WALK_NOW
        if self._ease_off:
            return Verdict.EASE_OFF
        return Verdict.UNKNOWN if self.over_amber_pct is None else Verdict.FINE

    def step(
        self,
        t_s: float,
        began_s: float | None,
        new_steps: Sequence[Step],
        *,
        let_go_on: bool = False,
        has_data: bool = True,
    ) -> list[AlarmEvent]:
        """Decide what is due at a grid time.

        Parameters
        ----------
        t_s : float
            The grid time, in session seconds.
        began_s : float or None
            When the segment running now began; None where its steps are not judged.
        new_steps : sequence of Step
            Steps that arrived since the last grid time, in any order.
        let_go_on : bool
            Whether a clinician has let the session go on since the last grid time.
        has_data : bool
            Whether the pod sends data: without, nothing can be told from the lack of steps.

        Returns
        -------
        list of AlarmEvent
            In the order in which they are to be read.
        """
        events = self._enter(t_s, began_s)
        events += self._singles(t_s, self._take(t_s, new_steps))
        if self._prompt is not None:
            unseen = 0 if has_data else _ticks(t_s) - self._prompt.seen
            self._prompt = replace(
                self._prompt,
                seen=_ticks(t_s),
                let_go_on=self._prompt.let_go_on or let_go_on,
                blind=self._prompt.blind + unseen,
            )
            if _ticks(t_s) >= self._prompt.end:
                events.append(self._judge_reaction(t_s, self._prompt))
        return events + self._judge_window(t_s)

    def _enter(self, t_s: float, began_s: float | None) -> list[AlarmEvent]:
        if began_s == self._began_s:
            return []
        if self._began_s is not None:
            end_s = t_s if began_s is None else began_s
            self._stretches.append((self._began_s, end_s))
        self._began_s = began_s
        self._counted = None
        return self._end_ease_off(t_s, "EASE OFF ends with its segment")

    def _take(self, t_s: float, new_steps: Sequence[Step]) -> list[Step]:
        waiting = [*self._pending, *new_steps]
        if not waiting:
            return []
        self._pending = [step for step in waiting if step.t_known_s > t_s]
        known = [step for step in waiting if step.t_known_s <= t_s and step.is_valid]
        if not known:
            return []
        known.sort(key=lambda step: (step.t_ic_s, step.t_known_s))
        oldest = _ticks(t_s) - GRID_HZ * WINDOW_S
        if self._prompt is not None:
            oldest = min(oldest, self._prompt.tick)
        self._steps = [step for step in (*self._steps, *known) if step.t_ic_s >= _seconds(oldest)]
        self._counted = None
        return known

    def _singles(self, t_s: float, known: Sequence[Step]) -> list[AlarmEvent]:
        limit_g = self.limits.single_g
        if limit_g is None:
            return []
        return [
            AlarmEvent(t_s, AlarmKind.SINGLE, single_text(step, limit_g))
            for step in known
            if self.judged.takes(step) and self._is_in_judged(step) and is_above(step, limit_g)
        ]

    def _is_in_judged(self, step: Step) -> bool:
        if self._began_s is not None and step.t_ic_s >= self._began_s:
            return True
        return any(begin <= step.t_ic_s < end for begin, end in self._stretches)

    def _is_evidence(self, step: Step) -> bool:
        return self.judged is Judged.CONTACTS or step.gait is Gait.RUN

    def _judge_reaction(self, t_s: float, prompt: _Prompt) -> AlarmEvent:
        begin_s = _seconds(prompt.tick + GRID_HZ * REACT_S)
        end_s = _seconds(prompt.end)
        evidence = [
            step
            for step in self._steps
            if begin_s < step.t_ic_s <= end_s
            and self._is_evidence(step)
            and self._is_in_judged(step)
        ]
        over = count_above(evidence, prompt.red_g)
        self._prompt = None
        self._judged_at_s = t_s
        self._counted = None
        what = "contacts" if self.judged is Judged.CONTACTS else "run steps"
        found = f"{over} of {len(evidence)} {what} after WALK NOW above red"
        if _is_too_many(over, len(evidence)):
            outcome = "a clinician let it go on" if prompt.let_go_on else "the rest is walked"
            text = f"Red event: {found}: {outcome}"
            return AlarmEvent(t_s, AlarmKind.RED_EVENT, text, let_go_on=prompt.let_go_on)
        return AlarmEvent(t_s, AlarmKind.WALK_NOW, f"WALK NOW ends: {found}", is_raised=False)

    def _judge_window(self, t_s: float) -> list[AlarmEvent]:
        amber_g, red_g = self.limits.amber_g, self.limits.red_g
        if amber_g is None or red_g is None:
            return []
        window = self._counted_until(t_s, amber_g, red_g)
        if window.steps < MIN_STEPS:
            self.over_amber_pct = self.over_red_pct = None
            self._calm_since = None
            return []
        over_amber, over_red = window.over_amber, window.over_red
        self.over_amber_pct = 100.0 * over_amber / window.steps
        self.over_red_pct = 100.0 * over_red / window.steps
        if self._prompt is not None:
            return []
        steps = f"of {window.steps} {self._judged_steps} above"
        if _is_too_many(over_red, window.steps):
            self._prompt = _Prompt(_ticks(t_s), red_g, seen=_ticks(t_s))
            text = f"WALK NOW: {over_red} {steps} the red limit of {red_g:.1f} g"
            replaced = self._end_ease_off(t_s, "EASE OFF ends: WALK NOW takes its place")
            return [*replaced, AlarmEvent(t_s, AlarmKind.WALK_NOW, text)]
        if _is_too_many(over_amber, window.steps):
            self._calm_since = None
            if self._ease_off:
                return []
            self._ease_off = True
            text = f"EASE OFF: {over_amber} {steps} the amber limit of {amber_g:.1f} g"
            return [AlarmEvent(t_s, AlarmKind.EASE_OFF, text)]
        return self._calm(t_s) if self._ease_off else []

    def _counted_until(self, t_s: float, amber_g: float, red_g: float) -> _Counted:
        """Count the window anew only where it changed: of ten looks a second three at most."""
        oldest_s = _seconds(_ticks(t_s) - GRID_HZ * WINDOW_S)
        if self._counted is None or self._counted.first_s <= oldest_s:
            window = self._window(oldest_s)
            self._counted = _Counted(
                len(window),
                count_above(window, amber_g),
                count_above(window, red_g),
                min((step.t_ic_s for step in window), default=math.inf),
            )
        return self._counted

    def _window(self, oldest_s: float) -> list[Step]:
        began_s, judged_at_s = self._began_s, self._judged_at_s
        if began_s is None:
            return []
        return [
            step
            for step in self._steps
            if self.judged.takes(step)
            and step.t_ic_s >= began_s
            and step.t_ic_s > oldest_s
            and (judged_at_s is None or step.t_ic_s > judged_at_s)
        ]

    def _calm(self, t_s: float) -> list[AlarmEvent]:
        if self._calm_since is None:
            self._calm_since = _ticks(t_s)
        if _ticks(t_s) - self._calm_since < GRID_HZ * CALM_S:
            return []
        return self._end_ease_off(t_s, f"EASE OFF ends: few steps above amber for {CALM_S} s")

    def _end_ease_off(self, t_s: float, text: str) -> list[AlarmEvent]:
        self._calm_since = None
        if not self._ease_off:
            return []
        self._ease_off = False
        return [AlarmEvent(t_s, AlarmKind.EASE_OFF, text, is_raised=False)]


def _is_too_many(over: int, steps: int) -> bool:
    return 100 * over > OVER_SHARE_PCT * steps


def _ticks(t_s: float) -> int:
    # Whole ticks: 0.1 has no exact binary value, and a timer must not be one tick late for it.
    return round(t_s * GRID_HZ)


def _seconds(ticks: int) -> float:
    return ticks / GRID_HZ
