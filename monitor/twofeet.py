"""Two pods, one at each leg: what they say together beside what the judged foot says alone.

The judge is one of them, and nothing here judges: the other pod is compared, shown and asked
about, and never takes the judge's place.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from analysis.baseline import RULES, BaselineKind
from analysis.step import Gait, Step
from analysis.stomp import StompFinder
from analysis.symmetry import FootNumbers, Symmetry, impact_or_inf_g, symmetry_of
from monitor.alignment import AlignmentCheck
from monitor.asymmetry import WORDS, AsymmetryWatch, Quantity
from monitor.baselines import OwnBaselines
from monitor.footcheck import FootCheck
from monitor.journal import Kind, Note
from monitor.links import PodLinks
from monitor.pipeline import PodPipeline
from monitor.sides import LEFT, RIGHT, SidesBaseline
from monitor.sidewords import NO_OWN, signed_pct
from monitor.snapshot import Priority
from sensors.samples import ImuSamples

LOOK_EVERY_S: Final = 1.0
"""s. The comparison moves slowly. Design default."""

DISCARD_S: Final = RULES[BaselineKind.R0].discard_s
"""s at the start that are left out, as of a baseline."""

SWAP_TEXT: Final = (
    "Left and right are swapped from here on; the time before it was measured on the other foot "
    "and does not count"
)


class _Foot:
    """What one foot gives to the session's index, as bare numbers: two hours of it are small."""

    def __init__(self) -> None:
        self.impacts_g = array("d")
        self.contacts_s = array("d")
        self.steps = 0

    def add(self, step: Step) -> None:
        self.steps += 1
        impact_g = impact_or_inf_g(step)
        if impact_g is not None:
            self.impacts_g.append(impact_g)
        if step.contact_s is not None:
            self.contacts_s.append(step.contact_s)

    @property
    def numbers(self) -> FootNumbers:
        return FootNumbers(self.impacts_g, self.contacts_s, self.steps)


class TwoFeet:
    """What the pods of both legs say together.

    Parameters
    ----------
    own : OwnBaselines
        The patient's.
    pipelines : mapping of str to PodPipeline
        Of both slots.
    links : PodLinks
        Who the pods are, and which is called left now.
    is_judged : callable
        Whether a step is of the kind that the session is about: those make the session's index.

    Attributes
    ----------
    watch : AsymmetryWatch
        The last minute.
    alignment : AlignmentCheck
        The last double stomp.
    questions : int
        How often it was asked about pain.
    asked_s : float or None
        When it was asked last.
    """

    def __init__(
        self,
        own: OwnBaselines,
        pipelines: Mapping[str, PodPipeline],
        links: PodLinks,
        is_judged: Callable[[Step], bool],
    ) -> None:
        sides = {
            Gait.WALK: None if own.w0 is None else own.w0.sides,
            Gait.RUN: None if own.r0 is None else own.r0.sides,
        }
        self.watch = AsymmetryWatch(sides)
        self.alignment = AlignmentCheck()
        self.questions = 0
        self.asked_s: float | None = None
        self._own = sides
        self._check = FootCheck(sides[Gait.WALK] or sides[Gait.RUN])
        self._pipelines = pipelines
        self._links = links
        self._is_judged = is_judged
        self._began_s: float | None = None
        self._from_s = 0.0
        self._due_s = 0.0
        self._taken = dict.fromkeys(pipelines, 0)
        self._feet = {side: _Foot() for side in (LEFT, RIGHT)}
        self._stomps = {slot: StompFinder() for slot in pipelines}
        for slot, pipeline in pipelines.items():
            pipeline.listener = partial(self._listen, slot)

    def start(self, t_s: float) -> None:
        """Begin to sum up: the session has started."""
        self._began_s = t_s

    def swap(self, t_s: float) -> None:
        """Begin anew from ``t_s`` on, with the other labels."""
        self._from_s = t_s
        self.watch.clear()
        self._check.restart()
        self.alignment = AlignmentCheck()
        self._feet = {side: _Foot() for side in (LEFT, RIGHT)}

    def step(self, t_s: float, judge: PodPipeline) -> list[Note]:
        """Compare what came until the grid time ``t_s``; return what is to be noted."""
        self.take(judge)
        notes: list[Note] = []
        if t_s < self._due_s:
            return notes
        self._due_s = t_s + LOOK_EVERY_S
        alignment = self.alignment.look(t_s)
        if alignment is not None:
            notes.append((Kind.ALIGNMENT, Priority.INFO, alignment.text))
        doubt = self._check.look(
            {label: found for slot, found in self._links.identities.items()
             if (label := self._links.labels[slot]) in self._feet}
        )  # fmt: skip
        if doubt is not None:
            notes.append((Kind.SIDES, Priority.TECHNICAL, doubt))
        question = self.watch.look(t_s)
        if question is not None:
            self.questions += 1
            self.asked_s = t_s
            notes.append((Kind.ASYMMETRY, Priority.LOW, question))
        return notes

    def take(self, judge: PodPipeline) -> None:
        """Take the steps that became final; those of the other pod are not kept beyond it."""
        for slot, pipeline in self._pipelines.items():
            steps = [s for s in pipeline.steps[self._taken[slot] :] if s.t_ic_s >= self._from_s]
            self._taken[slot] = len(pipeline.steps)
            if pipeline is not judge:
                pipeline.steps, self._taken[slot] = [], 0
            self._add(self._links.labels[slot], steps)

    def _add(self, side: str, steps: Sequence[Step]) -> None:
        self.watch.add(side, steps)
        self._check.add(side, steps)
        for step in steps:
            is_settled = self._began_s is not None and step.t_ic_s >= self._began_s + DISCARD_S
            if is_settled and self._is_judged(step):
                self._feet[side].add(step)

    def _listen(self, slot: str, samples: ImuSamples) -> None:
        side = self._links.labels[slot]
        self.alignment.add(side, self._stomps[slot].push(samples.t_s, samples.acc_g))
        if samples.gyro_dps is not None:
            self._check.turn(side, samples.gyro_dps)

    # ---- what others ask

    @property
    def symmetry(self) -> Symmetry:
        """Of the session's judged steps so far, after the start that is left out."""
        return symmetry_of(self._feet[LEFT].numbers, self._feet[RIGHT].numbers)

    @property
    def captured(self) -> SidesBaseline | None:
        """What the session gives to a baseline; None where neither index was measured."""
        symmetry = self.symmetry
        if symmetry.impact_pct is None and symmetry.contact_pct is None:
            return None
        pods = {self._links.labels[slot]: pod for slot, pod in self._links.identities.items()}
        serials = [pods[side].serial if side in pods else "" for side in (LEFT, RIGHT)]
        return SidesBaseline(
            symmetry.impact_pct,
            symmetry.contact_pct,
            serials[0],
            serials[1],
            self._check.axis(LEFT),
            self._check.axis(RIGHT),
        )

    def result(self, gait: Gait | None) -> dict[str, Any]:
        """Return what is stored of the session: indices in per cent, left more being above 0."""
        own = None if gait is None else self._own.get(gait)
        symmetry, alignment = self.symmetry, self.alignment.last
        return {
            "unit": "%",
            "source": "symmetry index of the medians, left pod against right pod",
            "impact_pct": _rounded(symmetry.impact_pct),
            "contact_pct": _rounded(symmetry.contact_pct),
            "left_steps": symmetry.left_steps,
            "right_steps": symmetry.right_steps,
            "own_impact_pct": None if own is None else _rounded(own.impact_pct),
            "own_contact_pct": None if own is None else _rounded(own.contact_pct),
            "questions": self.questions,
            "alignment_ms": None if alignment is None else alignment.offset_ms,
            "alignment_spread_ms": None if alignment is None else alignment.spread_ms,
        }


def sides_lines(sides: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a session's left and right, as ``TwoFeet.result`` stored it, for a person."""
    texts = [
        f"{WORDS[quantity]} {signed_pct(sides[f'{quantity}_pct'])}"
        f" (own {signed_pct(own) if (own := sides[f'own_{quantity}_pct']) is not None else NO_OWN})"
        for quantity in Quantity
    ]
    counted = f"{sides['left_steps']} and {sides['right_steps']} steps"
    lines = [f"Left against right, symmetry index: {', '.join(texts)}; {counted}"]
    if sides["alignment_ms"] is not None:
        lines.append(
            f"Double stomp: the right pod {sides['alignment_ms']:+.0f} ms to the left one, "
            f"its two stomps {sides['alignment_spread_ms']:.0f} ms apart"
        )
    return tuple(lines)


def _rounded(pct: float | None) -> float | None:
    return None if pct is None else round(pct, 2)
