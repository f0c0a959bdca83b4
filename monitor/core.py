"""A session's mind, without clock, I/O or screen: inputs in, decisions out.

Inputs (notifications, link events, marks) are fed in the order in which they came; ``step`` is
called on a fixed grid of 10 Hz. A replay that feeds the same inputs before the same grid times
therefore takes the same decisions, byte for byte.
"""

import math

from analysis.load import LoadSum
from analysis.step import Gait, Step
from monitor.alarm_events import AlarmEvent, AlarmKind
from monitor.alarms import GRID_HZ, AlarmRule
from monitor.baselines import baseline_notice
from monitor.coverage import Coverage
from monitor.firstlook import question_of
from monitor.freshness import Freshness, freshness
from monitor.impactbins import ImpactBins
from monitor.journal import Journal, Kind
from monitor.judging import JudgedSteps
from monitor.links import PodLinks
from monitor.marks import Mark, MarkKind
from monitor.pipeline import PodPipeline
from monitor.plan import Plan
from monitor.programme.model import Part
from monitor.rates import RateWatch
from monitor.setup import Purpose, SessionSetup
from monitor.snapshot import LOW_BATTERY_PCT, Priority
from monitor.talk import Talk
from monitor.text import in_words
from sensors.samples import (
    LinkEvent,
    LinkItem,
    Notification,
    PodReport,
)

DOUBT_AGAIN_S = 30.0
"""s. Samples that go missing are told anew after so long without: not every second. Design
default."""

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
    """

    def __init__(self, setup: SessionSetup, journal: Journal) -> None:
        self.setup = setup
        self.journal = journal
        self.plan = Plan(setup.segments)
        self.pipelines = {pod.slot: PodPipeline(pod) for pod in setup.pods}
        self.judge = self.pipelines[setup.pods[0].slot]
        self.coverage = Coverage(self.plan)
        self.judged = JudgedSteps(self.plan, setup.judged)
        self.load = LoadSum(setup.baselines.current_r0_g)
        self.alarm = None if setup.judged is None else AlarmRule(setup.limits, setup.judged)
        self.t_s = 0.0
        self.is_over = False
        self.end_reason = ""
        self.links = PodLinks(self.pipelines.keys())
        self.changed_pod: tuple[str, ...] = ()
        self.has_signal = True
        self.red_alarm_stands = False
        self.run_steps = 0
        self.clipped_steps = 0
        self.alarms = 0
        self.red_events = 0
        self.pain: list[Mark] = []
        self.talk = Talk()
        self.impact_bins = ImpactBins()
        self.is_cut_short = False
        self._judged_steps = 0
        self._doubts = 0
        self._doubted_s = -math.inf
        self._index: int | None = None
        self._low_battery_said = False
        self._let_go_on = False
        self._doubt_said: str | None = None
        self._rate = RateWatch(self.judge.pod.abilities.fs_hz)

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
        changed = self.setup.changed_pod(report.identity)
        if pipeline is self.judge and changed and not self.changed_pod:
            self.changed_pod = changed
            text = f"Not the {' and '.join(changed)} of the baseline: this session cannot count"
            self._note(report.t_s, Kind.BASELINE, Priority.MEDIUM, text)

    def _mark(self, mark: Mark) -> None:
        match mark.kind:
            case MarkKind.START:
                if not self.plan.is_started:
                    self.plan.start(mark.t_s)
                    self.judge.first_look.start()
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
        self._watch_signal(t_s)
        self._watch_rate(t_s)
        self._watch_doubt(t_s)
        self._watch_samples()
        self._watch_battery(t_s)
        for notice in self.judge.take_notices():
            self._note(t_s, Kind.POD, Priority.TECHNICAL, notice)
        self._ask_about_placement(t_s)
        self._announce_segment(t_s)
        self._judge(t_s)
        if self.plan.is_done(t_s):
            self.close(self.end_reason or "complete")

    def close(self, reason: str) -> None:
        """End the session: what the analysis still holds is counted, nothing new is prompted."""
        if self.is_over:
            return
        for pipeline in self.pipelines.values():
            pipeline.flush()
        self._take_steps()
        self._watch_samples()
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

    def _watch_signal(self, t_s: float) -> None:
        has_signal = not self._is_stale(t_s)
        if has_signal == self.has_signal or not self.plan.is_started:
            return
        self.has_signal = has_signal
        text = "The signal is back" if has_signal else "No signal from the pod: no data is no pass"
        self._note(t_s, Kind.SIGNAL, Priority.TECHNICAL, text)

    def _watch_rate(self, t_s: float) -> None:
        text = self._rate.look(self.judge.fs_hz)
        if text is not None:
            self._note(t_s, Kind.SIGNAL, Priority.TECHNICAL, text)

    def _watch_doubt(self, t_s: float) -> None:
        doubt = self.judge.doubt
        if doubt is not None and doubt != self._doubt_said:
            self._doubt_said = doubt
            text = f"What the pod sends is not used: {doubt}"
            self._note(t_s, Kind.SIGNAL, Priority.TECHNICAL, text)

    def _watch_samples(self) -> None:
        doubts = self.judge.unsure[self._doubts :]
        self._doubts += len(doubts)
        for begin_s, end_s in doubts:
            self.coverage.doubt((begin_s, end_s))
            if self.plan.is_started and begin_s - self._doubted_s > DOUBT_AGAIN_S:
                text = "Samples are missing on the way: steps may read too low and do not cover"
                self._note(self.t_s, Kind.SIGNAL, Priority.TECHNICAL, text)
            self._doubted_s = end_s

    def _watch_battery(self, t_s: float) -> None:
        charge = self.judge.battery_pct
        if charge is not None and charge < LOW_BATTERY_PCT and not self._low_battery_said:
            self._low_battery_said = True
            self._note(t_s, Kind.BATTERY, Priority.LOW, f"The pod's battery is at {charge} %")

    def _ask_about_placement(self, t_s: float) -> None:
        check = self.judge.first_look.look()
        if check is None:
            return
        question = question_of(check, walks=self.setup.contacts is None)
        if question is not None:
            self._note(t_s, Kind.PLACEMENT, Priority.TECHNICAL, question)

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
            t_s, began_s, new_steps, let_go_on=let_go_on, has_data=not self._is_stale(t_s)
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

    def _take_steps(self) -> list[Step]:
        new_steps = self.judge.steps[self._judged_steps :]
        self._judged_steps += len(new_steps)
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
    def has_virtual_pod(self) -> bool:
        """Whether a pod was no real one: by the setup, or by what it said of itself."""
        identities = self.links.identities.values()
        return self.setup.has_virtual_pod or any(pod.is_virtual for pod in identities)

    @property
    def is_make_believe(self) -> bool:
        """Whether a virtual pod stood in for a real patient's: nothing of it can count."""
        return self.setup.purpose is Purpose.PATIENT and self.has_virtual_pod

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

    def _is_stale(self, t_s: float) -> bool:
        # Stale data is no signal: a technical alarm, never fine (programme, section 4).
        return freshness(self.data_age_s(t_s)) is not Freshness.FRESH

    def _note(self, t_s: float, kind: Kind, priority: Priority, text: str) -> None:
        self.journal.add(t_s, kind, priority, text)


def _by(mark: Mark, what: str) -> str:
    return f"{what} by {mark.text}" if mark.text else what
