"""From the session's state to the Snapshot that every screen reads."""

from analysis.step import Gait
from monitor.alarm_events import Verdict
from monitor.core import SessionCore
from monitor.impactbins import peak_g
from monitor.measures import load_pct
from monitor.podviews import (
    FROM_CADENCE_POD,
    link_detail,
    pod_views,
    ready_sentence,
    shown_cadence,
    sides_views,
    worst_link,
)
from monitor.snapshot import Aged, EventLine, ImpactPoint, SegmentView, Snapshot, Word
from monitor.text import in_words
from monitor.wording import ASK_PAIN
from sensors.samples import LinkState

PLOT_S = 60.0
"""s. What the impact plot looks back on."""

EVENT_LINES = 50
"""Entries kept for the event list."""

ANALYSIS_LAG_S = 2.5
"""s. Steps become final up to this long after the contact: coverage is shown up to there."""


ASKED_S = 60.0
"""s. For so long one key answers a question about left and right. Design default."""


def snapshot_of(core: SessionCore, t_s: float) -> Snapshot:
    """Return what is to be shown at session time ``t_s``."""
    setup, plan, judge = core.setup, core.plan, core.judge
    moment = plan.at(t_s)
    link = worst_link(core)
    cadence, is_of_judge = shown_cadence(core, t_s)
    age_s = core.data_age_s(t_s)
    judged = core.is_judged(t_s)
    word = _word(core, t_s)
    runs = [i for i, segment in enumerate(setup.segments) if segment.gait is Gait.RUN]
    is_timed = setup.contacts is None
    coming = (
        moment.index if moment.index is not None else (len(setup.segments) if core.is_over else 0)
    )
    valid = [s for s in core.steps[-200:] if s.is_valid]
    last = valid[-1] if valid else None
    return Snapshot(
        t_s=t_s,
        word=word,
        sentence=_sentence(core, word, t_s),
        patient=setup.patient,
        programme=setup.programme_title,
        stage=setup.stage,
        stage_title=setup.stage_title,
        is_draft=setup.is_draft,
        is_started=plan.is_started,
        is_holding=plan.is_holding,
        is_over=core.is_over,
        elapsed_s=plan.plan_s(t_s),
        planned_s=plan.planned_s,
        segments=tuple(
            SegmentView(s.gait, s.part.value, s.duration_s, plan.done_s(i, t_s))
            for i, s in enumerate(setup.segments)
        ),
        segment_index=moment.index,
        segment_left_s=moment.left_s if is_timed else None,
        run_number=min(len(runs), 1 + sum(i < coming for i in runs)),
        run_count=len(runs) if is_timed else 0,
        amber_g=setup.limits.amber_g if judged else None,
        red_g=setup.limits.red_g if judged else None,
        impact=None if last is None else Aged(peak_g(last), t_s - last.t_known_s),
        impact_is_at_least=last is not None and last.is_clipped,
        impacts=tuple(
            ImpactPoint(s.t_ic_s, s.gait, peak_g(s), s.is_clipped)
            for s in valid
            if s.t_ic_s > t_s - PLOT_S
        ),
        over_amber_pct=None if core.alarm is None else core.alarm.over_amber_pct,
        over_red_pct=None if core.alarm is None else core.alarm.over_red_pct,
        cadence_spm=cadence,
        cadence_source="" if is_of_judge else FROM_CADENCE_POD,
        cadence_low_spm=setup.limits.cadence_low_spm if judged else None,
        cadence_high_spm=setup.limits.cadence_high_spm if judged else None,
        coverage_pct=core.coverage.pct(t_s if core.is_over else t_s - ANALYSIS_LAG_S),
        link=LinkState.SEARCHING if link is None else link.state,
        link_detail=link_detail(core, link),
        link_age_s=t_s if link is None else t_s - core.links.since_s[link.slot],
        data_age_s=age_s,
        battery_pct=judge.battery_pct,
        fs_hz=judge.fs_hz,
        steps=len(core.steps) if judge.has_samples else None,
        run_steps=core.run_steps if judge.has_samples else None,
        alarms=core.alarms,
        red_events=core.red_events,
        drops_recovered=core.links.drops_recovered,
        clipped_steps=core.clipped_steps if judge.has_samples else None,
        bad_packets=judge.bad_packets.total(),
        lost_samples=judge.lost_samples,
        open_alarms=_open_alarms(core, t_s),
        events=tuple(
            EventLine(e.t_s, e.priority, e.text) for e in core.journal.entries[-EVENT_LINES:]
        ),
        walks_the_rest=plan.walks_the_rest,
        strike_age_s=None if judge.strike_t_s is None else t_s - judge.strike_t_s,
        load_pct=load_pct(core),
        contacts=setup.contacts,
        contacts_done=None if is_timed or not judge.has_samples else len(core.judged.steps),
        asks_pain=asks_pain(core, t_s),
        message=core.talk.message(t_s),
        last_pain=_last_pain(core, t_s),
        session_impacts=core.impact_bins.bins,
        ladder=setup.ladder,
        battery_age_s=None if judge.battery_t_s is None else t_s - judge.battery_t_s,
        pods=pod_views(core, t_s),
        sides=sides_views(core),
    )


def _word(core: SessionCore, t_s: float) -> Word:
    plan = core.plan
    verdict = Verdict.UNKNOWN if core.alarm is None else core.alarm.verdict
    gait = plan.at(t_s).gait
    if plan.is_stopped and core.end_reason != "complete":
        return Word.STOP
    if core.is_over:
        return Word.DONE
    if not plan.is_started:
        return Word.READY
    if plan.is_holding:
        return Word.HOLD
    if not core.has_signal:
        return Word.NO_SIGNAL
    if verdict is Verdict.WALK_NOW:
        return Word.WALK_NOW
    if verdict is Verdict.EASE_OFF:
        return Word.EASE_OFF
    if gait is not Gait.RUN:
        return Word.WALK
    return Word.RUN if core.setup.contacts is None else Word.CONTACTS


def _sentence(core: SessionCore, word: Word, t_s: float) -> str:
    if core.is_over:
        return {
            "complete": "Well done. The session is over.",
            "stopped": "The session was stopped.",
            "pain": "Pain at the injury: stop. Walk home gently and tell your clinician.",
            "red-flag": "A warning sign: stop, do not run, and call your clinician now.",
        }.get(core.end_reason, "The session was ended before its plan.")
    if core.judge.too_slow is not None:
        return core.judge.too_slow
    calm = (Word.WALK, Word.RUN, Word.READY, Word.HOLD, Word.CONTACTS)
    if word in calm and asks_pain(core, t_s):
        return ASK_PAIN
    sentences = {
        Word.HOLD: "On hold: the plan waits for you.",
        Word.STOP: "Stop.",
        Word.NO_SIGNAL: "No data from the pod: nothing is measured. Walk until it is back.",
        Word.WALK_NOW: "Your impacts are far above the limit: walk now.",
        Word.EASE_OFF: "Your impacts are above the limit: run softer, with quicker, shorter steps.",
        Word.CONTACTS: "Put the session on hold in a rest, and stop it when all are done.",
    }
    if core.setup.contacts is not None:
        sentences[Word.EASE_OFF] = "Your impacts are above the limit: land softer."
    if word is Word.READY:
        return ready_sentence(core)
    if core.plan.walks_the_rest and word is Word.WALK:
        if core.is_cut_short:
            return "Walk for the rest of today: your physio cut the run short."
        return "Walk for the rest of today: your impacts stayed above the limit."
    return sentences.get(word, _coming(core, t_s))


def asks_pain(core: SessionCore, t_s: float) -> bool:
    """Whether pain is asked now: in each walk after a run of a patient's session, until answered.

    A physio may ask at any time, and for a minute after left and right have moved apart it is
    asked. Nothing waits for the answer, and none is not 0.
    """
    setup, plan = core.setup, core.plan
    if core.talk.asks(t_s) and not core.is_over:
        return True
    index = plan.at(t_s).index
    if not setup.is_graded or core.is_over or plan.is_holding or index is None:
        return False
    if _asks_for_asymmetry(core, t_s):
        return True
    if not index:
        return False
    is_break = (
        setup.segments[index].gait is Gait.WALK and setup.segments[index - 1].gait is Gait.RUN
    )
    began_s = plan.segment_began_s(t_s)
    return is_break and not any(began_s is None or mark.t_s >= began_s for mark in core.pain)


def _last_pain(core: SessionCore, t_s: float) -> Aged | None:
    if not core.pain or core.pain[-1].value is None:
        return None
    return Aged(core.pain[-1].value, t_s - core.pain[-1].t_s)


def _asks_for_asymmetry(core: SessionCore, t_s: float) -> bool:
    asked_s = None if core.feet is None else core.feet.asked_s
    if asked_s is None or t_s - asked_s > ASKED_S:
        return False
    return not any(mark.t_s >= asked_s for mark in core.pain)


def _coming(core: SessionCore, t_s: float) -> str:
    index = core.plan.at(t_s).index
    if index is None or index + 1 >= len(core.setup.segments):
        return "This is the last segment."
    after = core.setup.segments[index + 1]
    return f"Next: {after.gait.value} for {in_words(after.duration_s)}."


def _open_alarms(core: SessionCore, t_s: float) -> tuple[str, ...]:
    verdict = Verdict.UNKNOWN if core.alarm is None else core.alarm.verdict
    alarms = []
    if core.end_reason == "pain":
        alarms.append("Pain at lock-out level: stop")
    if core.end_reason == "red-flag":
        alarms.append("Warning sign: stop, and call your clinician")
    if core.red_alarm_stands:
        alarms.append("Red event: the rest is walking (a = acknowledge)")
    if verdict is Verdict.WALK_NOW:
        alarms.append("Impacts above red: walk now")
    if verdict is Verdict.EASE_OFF:
        alarms.append("Impacts above amber: ease off")
    if core.plan.is_started and not core.is_over and not core.has_signal:
        age_s = core.data_age_s(t_s)
        alarms.append("No data yet" if age_s is None else f"No data for {age_s:.0f} s")
    return tuple(alarms)
