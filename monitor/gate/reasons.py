"""The reasons of a decision."""

from enum import StrEnum


class Reason(StrEnum):
    """Why a patient is locked, waits or needs a signature."""

    NOT_STARTED = "not-started"
    RED_FLAG = "red-flag"
    PAIN = "pain"
    PAIN_NEXT_MORNING = "pain-next-morning"
    THREE_FAILS = "three-fails"
    GAP_28 = "gap-28"
    ANSWERS_MISSING = "answers-missing"
    GAP_HOURS = "gap-hours"
    WEEK_FULL = "week-full"
    PHASE_MIN_DAYS = "phase-min-days"
    REPEAT_SESSION = "repeat-session"
    PHASE_COMPLETE = "phase-complete"
