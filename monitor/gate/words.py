"""A sentence that a patient understands for every reason."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from monitor.gate.decision import Decision, Status
from monitor.gate.outcome import Shortfall
from monitor.gate.reasons import Reason
from monitor.gate.times import time_text

SENTENCES: Final[Mapping[Reason, str]] = MappingProxyType(
    {
        Reason.NOT_STARTED: "Your programme has not begun: your clinician starts it.",
        Reason.RED_FLAG: "A warning sign was reported: do not run, and call your clinician.",
        Reason.PAIN: "Your injury hurt too much around a session: do not run, and call your "
        "clinician.",
        Reason.PAIN_NEXT_MORNING: "Your injury hurt on the morning after a session: do not run, "
        "and call your clinician.",
        Reason.THREE_FAILS: "Three of your sessions went badly: your clinician looks at them "
        "before you go on.",
        Reason.GAP_28: "You have not done a full session for four weeks: your clinician says "
        "where you begin again.",
        Reason.ANSWERS_MISSING: "Questions about pain are still open: answer how it was during "
        "the session, after it and on the next morning.",
        Reason.GAP_HOURS: "It is too soon after the last session: rest until then.",
        Reason.WEEK_FULL: "You have done all the sessions of these seven days: wait until the "
        "oldest is a week ago.",
        Reason.PHASE_MIN_DAYS: "This phase takes more days: bone heals with time.",
        Reason.REPEAT_SESSION: "Your last session was more than two weeks ago: do the last stage "
        "once more, then your clinician can sign.",
        Reason.PHASE_COMPLETE: "This phase is done: ask your clinician to sign, and the next one "
        "opens.",
    }
)
"""What a reason of a decision means, and what to do."""

SESSION_SENTENCES: Final[Mapping[Shortfall, str]] = MappingProxyType(
    {
        Shortfall.PAIN: "Your injury hurt a little in this session: it does not count.",
        Shortfall.PAIN_NEXT_MORNING: "Your injury hurt a little on the next morning: this session "
        "does not count.",
        Shortfall.IMPACT_RED: "Your steps stayed too hard after you were told to walk: run more "
        "softly next time.",
        Shortfall.IMPACT_AMBER: "Too many of your steps were hard: take shorter, quicker steps.",
        Shortfall.OVER_DOSE: "You did more than was planned: keep to the plan next time.",
        Shortfall.LOAD_RED: "The load of this session was far above the plan: do less next time.",
        Shortfall.SORENESS: "You were very sore: give your body time.",
        Shortfall.TOO_SOON: "This session came too soon, or was one too many in seven days: keep "
        "the rest days.",
        Shortfall.STAGE_AHEAD: "This session was of a later stage than yours: do your own stage.",
        Shortfall.SIGNAL_QUALITY: "Too little of this session was measured, so it does not count: "
        "check how the pod sits.",
        Shortfall.NO_IMPACT_DATA: "Your impact was not measured against your own baseline, so "
        "this session does not count: ask your clinician about the baseline.",
        Shortfall.UNDER_DOSE: "You did less than was planned, so this session does not count.",
        Shortfall.ANSWERS_MISSING: "Questions about pain are still open: this session counts when "
        "you have answered them.",
    }
)
"""What kept a session from counting."""

HEADLINES: Final[Mapping[Status, str]] = MappingProxyType(
    {
        Status.LOCKED: "Locked: do not run.",
        Status.DISCHARGED: "You have finished the programme.",
        Status.NEEDS_SIGNOFF: "Waiting for your clinician's signature.",
        Status.WAIT: "Not yet.",
        Status.READY: "You may do your next session.",
    }
)
"""What a decision means in one line."""


def sentences(decision: Decision) -> dict[str, str]:
    """Return the sentence of each reason of a decision, in order."""
    return {reason.value: SENTENCES[reason] for reason in decision.reasons}


def paragraph(decision: Decision) -> str:
    """Return a decision as lines for a person."""
    stage = "no stage yet" if decision.stage is None else f"stage {decision.stage}"
    lines = [f"{HEADLINES[decision.status]} ({stage}, {decision.count} counted)"]
    lines += [f"- {text}" for text in sentences(decision).values()]
    if decision.status is Status.NEEDS_SIGNOFF and decision.may_run:
        lines.append("- You may repeat the last stage meanwhile.")
    earliest = None if decision.earliest_s is None else time_text(decision.earliest_s)
    if earliest is not None:
        lines.append(f"- Earliest: {earliest}")
    if decision.ignored:
        lines.append(f"- Without effect in the log: {', '.join(decision.ignored)}")
    return "\n".join(lines)
