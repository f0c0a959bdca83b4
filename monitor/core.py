"""A session's mind, without clock, I/O or screen: inputs in, decisions out.

Inputs (notifications, link events, marks) are fed in the order in which they came; ``step`` is
called on a fixed grid of 10 Hz. A replay that feeds the same inputs before the same grid times
therefore takes the same decisions, byte for byte.
"""

from collections.abc import Sequence

from analysis.load import LoadSum
from analysis.step import Gait, Step
from monitor.alarm_events import AlarmEvent, AlarmKind
from monitor.alarms import GRID_HZ, AlarmRule
from monitor.baselines import baseline_notice
from monitor.coverage import Coverage
from monitor.freshness import Freshness, freshness
from monitor.impactbins import ImpactBins
from monitor.journal import Journal, Kind, Note
from monitor.judgedfoot import JudgedFoot, Span
from monitor.judging import JudgedSteps
from monitor.links import PodLinks
from monitor.marks import Mark, MarkKind
from monitor.pipeline import PodPipeline
from monitor.plan import Plan
from monitor.podwatch import PodWatch
from monitor.programme.model import Part
from monitor.setup import Purpose, SessionSetup
from monitor.sides import LEFT, RIGHT
from monitor.snapshot import Priority
from monitor.talk import Talk
from monitor.text import in_words
from monitor.twofeet import SWAP_TEXT, TwoFeet
from sensors.samples import (
    LinkEvent,
    LinkItem,
    Notification,
    PodIdentity,
    PodReport,
)

Input = LinkItem | Mark

__all__ = ["GRID_HZ", "Input", "SessionCore"]

_ALARM_PRIORITY = {
    AlarmKind.EASE_OFF: Priority.LOW,
    AlarmKind.WALK_NOW: Priority.MEDIUM,
    AlarmKind.SINGLE: Priority.LOW,
    AlarmKind.RED_EVENT: Priority.HIGH,
}


class SessionCore:
    """The state of one session.

    Parameters
    ----------
    setup : SessionSetup
        Plan, limits and pods.
    journal : Journal
        Where decisions are written.

    Attributes
    ----------
    t_s : float
        The last grid time.
    is_over : bool
        Whether the session has ended; nothing changes after it.
    end_reason : str
        ``"complete"``, ``"stopped"``, ``"pain"``, ``"red-flag"`` or ``"interrupted"``; empty before
        the end.
    changed_pod : tuple of str
        What of the judge pod is not as it was when the baseline was measured, in words.
    feet : TwoFeet or None
        Left against right; None without a pod at each leg.
    """

    def __init__(self, setup: SessionSetup, journal: Journal) -> None:
        self.setup = setup
        self.journal = journal
        self.plan = Plan(setup.segments)
        judge_slot = setup.pods[0].slot
        self.pipelines = {
            pod.slot: PodPipeline(pod, with_strikes=pod.slot == judge_slot) for pod in setup.pods
        }
        self.foot = JudgedFoot(self.pipelines[judge_slot])
        self.coverage = Coverage(self.plan)
        self.judged = JudgedSteps(self.plan, setup.judged)
        self.load = LoadSum(setup.baselines.current_r0_g)
        self.alarm = None if setup.judged is None else AlarmRule(setup.limits, setup.judged)
        self.t_s = 0.0
        self.is_over = False
        self.end_reason = ""
        self.links = PodLinks(self.pipelines.keys())
        self.feet = self._two_feet()
        self.changed_pod: tuple[str, ...] = ()
        self.watch = PodWatch(self.pipelines, self.links, walks=setup.contacts is None)
        self.red_alarm_stands = False
        self.run_steps = 0
        self.clipped_steps = 0
        self.alarms = 0
        self.red_events = 0
        self.pain: list[Mark] = []
        self.talk = Talk()
        self.impact_bins = ImpactBins()
        self.is_cut_short = False
        self._index: int | None = None
        self._let_go_on = False

    # ---- inputs

    def feed(self, item: Input) -> None:
        """Take one input, in the order of arrival."""
        if self.is_over:
            return
        match item:
            case Notification():
                if item.slot in self.pipelines:
                    self.pipelines[item.slot].feed(item)
            case LinkEvent():
                self._link(item)
            case PodReport():
                self._identify(item)
            case Mark():
                self._mark(item)

    def _link(self, event: LinkEvent) -> None:
        if event.slot not in self.pipelines:
            return
        self.pipelines[event.slot].link(event)
        text = self.links.take(event)
        if text is not None:
            self._note(event.t_s, Kind.LINK, Priority.TECHNICAL, text)

    def _identify(self, report: PodReport) -> None:
        if report.slot not in self.pipelines:
            return
        self.links.identities[report.slot] = report.identity
        pipeline = self.pipelines[report.slot]
        pipeline.identify(report.identity)
        if pipeline.is_stranger:
            text = f"Another pod than the patient's own: {report.identity.name} is not used"
            self._note(report.t_s, Kind.LINK, Priority.MEDIUM, text)
            return
        if pipeline is self.judge and not self.changed_pod:
            self._hold_against_baseline(report.t_s)

    def _hold_against_baseline(self, t_s: float) -> None:
        identity = self.judge_identity
        self.changed_pod = () if identity is None else self.setup.changed_pod(identity)
        if self.changed_pod:
            changed = " and ".join(self.changed_pod)
            text = f"Not the {changed} of the baseline: this session cannot count"
            self._note(t_s, Kind.BASELINE, Priority.MEDIUM, text)

    def _mark(self, mark: Mark) -> None:
        match mark.kind:
            case MarkKind.START:
                if not self.plan.is_started:
                    self.plan.start(mark.t_s)
                    self.judge.first_look.start()
                    if self.feet is not None:
                        self.feet.start(mark.t_s)
                    self.judge.seat.start()
                    self._note(mark.t_s, Kind.MARK, Priority.INFO, "Started")
                    self._tell_of_baselines(mark.t_s)
            case MarkKind.RESUME:
                if self.plan.is_holding:
                    self.plan.start(mark.t_s)
                    self._note(mark.t_s, Kind.MARK, Priority.INFO, "Going on")
            case MarkKind.HOLD:
                if self.plan.is_started and not self.plan.is_holding:
                    self.plan.hold(mark.t_s)
                    self._note(mark.t_s, Kind.MARK, Priority.INFO, _by(mark, "On hold"))
            case MarkKind.STOP:
                self.plan.stop(mark.t_s)
                self.end_reason = self.end_reason or "stopped"
                self._note(mark.t_s, Kind.MARK, Priority.INFO, _by(mark, "Stopped"))
            case MarkKind.CUT_SHORT:
                self._cut_short(mark)
            case MarkKind.MESSAGE:
                self.talk.say(mark)
                self._note(mark.t_s, Kind.MARK, Priority.INFO, f"Message: {mark.text}")
            case MarkKind.ASK_PAIN:
                self.talk.ask(mark)
                self._note(mark.t_s, Kind.MARK, Priority.INFO, _by(mark, "Pain asked"))
            case MarkKind.PAIN:
                self._pain(mark)
            case MarkKind.RED_FLAG:
                self.plan.stop(mark.t_s)
                self.end_reason = "red-flag"
                self._note(mark.t_s, Kind.RED_FLAG, Priority.HIGH, f"Warning sign: {mark.text}")
            case MarkKind.NOTE:
                self._note(mark.t_s, Kind.MARK, Priority.INFO, mark.text or "Mark")
            case MarkKind.ACKNOWLEDGE:
                self.red_alarm_stands = False
                self._note(mark.t_s, Kind.MARK, Priority.INFO, "Alarm acknowledged")
            case MarkKind.DISK:
                self._note(mark.t_s, Kind.DISK, Priority.TECHNICAL, mark.text)
            case MarkKind.SLEPT | MarkKind.BROKE_OFF:
                self._wake(mark)
            case MarkKind.LET_GO_ON:
                self._let_go_on = True
                text = f"Let go on by {mark.text or 'a clinician'}"
                self._note(mark.t_s, Kind.MARK, Priority.MEDIUM, text)
            case MarkKind.SWAP_SIDES:
                self._swap_sides(mark.t_s)

    def _swap_sides(self, t_s: float) -> None:
        if self.feet is None:
            return
        self._take_steps()
        self.feet.take(self.judge)
        judged = self.links.labels[self.judge.setup.slot]
        self.links.swap()
        self.foot.change(self.pipelines[self.links.slot_of(judged)], t_s)
        self.feet.swap(t_s)
        self.coverage.restart()
        self._note(t_s, Kind.SIDES, Priority.MEDIUM, SWAP_TEXT)
        self._hold_against_baseline(t_s)

    def _two_feet(self) -> TwoFeet | None:
        legs = {slot: p for slot, p in self.pipelines.items() if slot in (LEFT, RIGHT)}
        if len(legs) < len((LEFT, RIGHT)):
            return None
        return TwoFeet(self.setup.baselines, legs, self.links, self.judged.takes)

    def _wake(self, mark: Mark) -> None:
        # The pods' counters went on, and nobody knows how far: their clocks are learnt anew.
        for pipeline in self.pipelines.values():
            pipeline.resume()
        broke_off = mark.kind is MarkKind.BROKE_OFF
        what = "The session broke off" if broke_off else "This computer slept"
        text = f"{what} for {mark.text}: what the pod sent meanwhile is lost"
        if self.plan.is_started and not self.plan.is_holding:
            self.plan.hold(mark.t_s)
            text += "; the plan is on hold"
        self._note(mark.t_s, Kind.SIGNAL, Priority.TECHNICAL, text)

    def _tell_of_baselines(self, t_s: float) -> None:
        setup = self.setup
        text = baseline_notice(setup.baselines, setup.judged, setup.limits)
        if text:
            self._note(t_s, Kind.BASELINE, Priority.LOW, text)

    def _cut_short(self, mark: Mark) -> None:
        if not self.plan.is_started or self.plan.walks_the_rest:
            return
        self.is_cut_short = True
        self.plan.walk_the_rest(mark.t_s)
        text = _by(mark, "Cut short: the rest is walking")
        self._note(mark.t_s, Kind.MARK, Priority.MEDIUM, text)

    def _pain(self, mark: Mark) -> None:
        score = mark.value
        if score is None:
            self._note(mark.t_s, Kind.PAIN, Priority.MEDIUM, "Pain, no score given")
            return
        self.pain.append(mark)
        self.talk.answered()
        stops = score >= self.setup.stop_pain
        priority = Priority.HIGH if stops else Priority.MEDIUM if score else Priority.INFO
        self._note(mark.t_s, Kind.PAIN, priority, f"Pain {score} of 10")
        if stops:
            self.plan.stop(mark.t_s)
            if self.end_reason != "red-flag":
                self.end_reason = "pain"

    # ---- the grid

    def step(self, t_s: float) -> None:
        """Decide what is due at the grid time ``t_s``."""
        if self.is_over:
            return
        self.t_s = t_s
        self._note_all(
            t_s,
            self.watch.look(
                self.judge, is_stale=self.is_stale(t_s), is_started=self.plan.is_started
            ),
        )
        self._take_doubts()
        self._announce_segment(t_s)
        self._judge(t_s)
        if self.feet is not None:
            self._note_all(t_s, self.feet.step(t_s, self.judge))
        if self.plan.is_done(t_s):
            self.close(self.end_reason or "complete")

    def close(self, reason: str) -> None:
        """End the session: what the analysis still holds is counted, nothing new is prompted."""
        if self.is_over:
            return
        for pipeline in self.pipelines.values():
            pipeline.flush()
        self._take_steps()
        self._take_doubts()
        if self.feet is not None:
            self.feet.take(self.judge)
        if reason == "stopped" and self.has_all_contacts:
            # A session of contacts has no other end than that somebody leaves it.
            reason = "complete"
        self.is_over = True
        self.end_reason = reason
        texts = {
            "complete": "The plan is done",
            "stopped": "Stopped before the end of the plan",
            "pain": "Stopped because of pain",
            "red-flag": "Stopped because of a warning sign",
            "interrupted": "Ended before the plan was done",
        }
        self._note(self.t_s, Kind.END, Priority.INFO, texts[reason])

    def _announce_segment(self, t_s: float) -> None:
        moment = self.plan.at(t_s)
        if moment.index is None or moment.index == self._index:
            return
        self._index = moment.index
        segment = self.setup.segments[moment.index]
        gait = moment.gait or segment.gait
        text = f"{gait.value.upper()} for {in_words(segment.duration_s)}"
        if self.setup.contacts is not None:
            text = f"{self.setup.contacts} contacts"
        self._note(t_s, Kind.SEGMENT, Priority.INFO, text)

    def _judge(self, t_s: float) -> None:
        had_all_contacts = self.has_all_contacts
        new_steps = self._take_steps()
        if self.has_all_contacts and not had_all_contacts:
            text = f"The {self.setup.contacts} contacts are done: stop here"
            self._note(t_s, Kind.SEGMENT, Priority.INFO, text)
        if self.alarm is None:
            return
        began_s = self.plan.segment_began_s(t_s) if self.is_judged(t_s) else None
        let_go_on, self._let_go_on = self._let_go_on, False
        events = self.alarm.step(
            t_s, began_s, new_steps, let_go_on=let_go_on, has_data=not self.is_stale(t_s)
        )
        for event in events:
            self._alarm(event)

    def _alarm(self, event: AlarmEvent) -> None:
        kind = {
            AlarmKind.RED_EVENT: Kind.RED_EVENT,
            AlarmKind.SINGLE: Kind.SINGLE,
        }.get(event.kind, Kind.ALARM if event.is_raised else Kind.CLEARED)
        priority = _ALARM_PRIORITY[event.kind] if event.is_raised else Priority.INFO
        self.alarms += kind is Kind.ALARM
        self.red_events += kind is Kind.RED_EVENT
        self._note(event.t_s, kind, priority, event.text)
        if event.kind is AlarmKind.RED_EVENT:
            self.red_alarm_stands = True
            if not event.let_go_on:
                self.plan.walk_the_rest(event.t_s)

    def _take_doubts(self) -> None:
        doubts = self.foot.take_doubts()
        for span in doubts:
            self.coverage.doubt(span)
        if self.plan.is_started:
            self._note_all(self.t_s, self.watch.missing(doubts))

    def _take_steps(self) -> list[Step]:
        new_steps = self.foot.take()
        for step in new_steps:
            self.coverage.add(step)
            self.judged.add(step)
            self.impact_bins.add(step)
            self.run_steps += step.gait is Gait.RUN
            if self.plan.began_s is not None and step.t_ic_s >= self.plan.began_s:
                self.load.add(step)
            self.clipped_steps += step.is_clipped
        return new_steps

    # ---- what others ask

    @property
    def judge(self) -> PodPipeline:
        """The pod that is judged: of the first slot, or the other leg's where they were swapped."""
        return self.foot.pipeline

    @property
    def judge_identity(self) -> PodIdentity | None:
        """Who that pod is; None before it has said so."""
        return self.links.identities.get(self.judge.setup.slot)

    @property
    def steps(self) -> list[Step]:
        """Every step of the judged foot so far, in order."""
        return self.foot.steps

    @property
    def holes(self) -> tuple[Span, ...]:
        """Where samples of the judged foot are missing, in session seconds, from end to end."""
        return self.foot.holes

    @property
    def has_virtual_pod(self) -> bool:
        """Whether a pod was no real one: by the setup, or by what it said of itself."""
        identities = self.links.identities.values()
        return self.setup.has_virtual_pod or any(pod.is_virtual for pod in identities)

    @property
    def is_make_believe(self) -> bool:
        """Whether a virtual pod stood in for a real patient's: nothing of it can count."""
        return self.setup.purpose is Purpose.PATIENT and self.has_virtual_pod

    @property
    def has_signal(self) -> bool:
        """Whether the judge pod has a signal; true before the start."""
        return self.watch.has_signal

    def is_judged(self, t_s: float) -> bool:
        """Whether the steps taken at ``t_s`` are held against the impact limits."""
        moment = self.plan.at(t_s)
        return (
            moment.index is not None
            and not self.plan.is_holding
            and self.setup.judged is not None
            and moment.gait is self.setup.judged.prescribed
            and self.setup.segments[moment.index].part is Part.MAIN
        )

    @property
    def has_all_contacts(self) -> bool:
        """Whether the contacts prescribed are done; never where minutes are prescribed."""
        contacts = self.setup.contacts
        return contacts is not None and len(self.judged.steps) >= contacts

    def data_age_s(self, t_s: float) -> float | None:
        """Return the age of the judge pod's newest data; None before the first."""
        return None if self.judge.data_t_s is None else t_s - self.judge.data_t_s

    def is_stale(self, t_s: float) -> bool:
        """Whether there is no signal of the judge pod at ``t_s``."""
        # Stale data is no signal: a technical alarm, never fine (programme, section 4).
        return freshness(self.data_age_s(t_s)) is not Freshness.FRESH

    def _note_all(self, t_s: float, notes: Sequence[Note]) -> None:
        for kind, priority, text in notes:
            self._note(t_s, kind, priority, text)

    def _note(self, t_s: float, kind: Kind, priority: Priority, text: str) -> None:
        self.journal.add(t_s, kind, priority, text)


def _by(mark: Mark, what: str) -> str:
    return f"{what} by {mark.text}" if mark.text else what
