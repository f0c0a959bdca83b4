"""Everything a screen, a plain line or a viewer may show, as one frozen value.

All views read this and nothing else, so that what is spoken, shown and recorded never differ.
A value that is not known is None and is shown as "–": it is never 0.
"""

from dataclasses import dataclass
from enum import StrEnum

from analysis.step import Gait
from monitor.freshness import BATTERY, Freshness, freshness
from monitor.ladderview import LadderView
from sensors.linkstate import LinkState

LOW_BATTERY_PCT = 20
"""%. A pod's charge below it is low (programme, section 4)."""


class Word(StrEnum):
    """The one word the patient reads."""

    READY = "READY"
    RUN = "RUN"
    WALK = "WALK"
    CONTACTS = "CONTACTS"
    EASE_OFF = "EASE OFF"
    WALK_NOW = "WALK NOW"
    HOLD = "HOLD"
    STOP = "STOP"
    NO_SIGNAL = "NO SIGNAL"
    DONE = "DONE"


class Priority(StrEnum):
    """How much an event matters; the technical ones mean that data is missing."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    TECHNICAL = "technical"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class EventLine:
    """One line of the event list."""

    t_s: float
    priority: Priority
    text: str


@dataclass(frozen=True, slots=True)
class SegmentView:
    """One segment of the plan and how much of it is done."""

    gait: Gait
    part: str
    planned_s: float
    done_s: float


@dataclass(frozen=True, slots=True)
class ImpactPoint:
    """The impact of one judged or unjudged step for the plot.

    ``impact_g`` is a lower bound where ``is_clipped``.
    """

    t_s: float
    gait: Gait
    impact_g: float
    is_clipped: bool


@dataclass(frozen=True, slots=True)
class Aged:
    """A value and how old it is in seconds; see ``monitor.freshness`` for what that means."""

    value: float
    age_s: float


@dataclass(frozen=True, slots=True)
class ImpactBin:
    """The valid steps of some seconds: what is left of them for the view of a whole session.

    Attributes
    ----------
    t_s : float
        Session time at which it begins.
    gait : Gait
        What most of its steps are.
    steps : int
        How many there are: at least one.
    median_g, highest_g : float
        Of their impacts; the highest is a lower bound where ``is_clipped``.
    is_clipped : bool
        Whether a step of them reached the sensor's full scale.
    """

    t_s: float
    gait: Gait
    steps: int
    median_g: float
    highest_g: float
    is_clipped: bool


@dataclass(frozen=True, slots=True)
class Message:
    """What the physio says to the patient, and how old it is in seconds."""

    text: str
    age_s: float


@dataclass(frozen=True, slots=True)
class PodView:
    """One pod of several.

    Attributes
    ----------
    label : str
        What it is called now: ``left``, ``right`` or ``cadence``.
    is_judge : bool
        Whether it is of the judged foot.
    link : LinkState
        State of its link.
    data_age_s : float or None
        Age of its newest data; None before the first.
    battery_pct : int or None
        Its charge.
    lost_samples : int or None
        Samples known to be missing; None for a pod that sends none.
    """

    label: str
    is_judge: bool
    link: LinkState
    data_age_s: float | None
    battery_pct: int | None
    lost_samples: int | None


@dataclass(frozen=True, slots=True)
class SidesView:
    """Left against right of the last minute, beside the person's own.

    Attributes
    ----------
    name : str
        ``impact`` or ``contact time``.
    now_pct, own_pct : float or None
        Symmetry index in per cent, above 0 where left is more; None where it is not known.
    is_beyond : bool
        Whether it has moved away from the own one.
    """

    name: str
    now_pct: float | None
    own_pct: float | None
    is_beyond: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a session at one instant of its clock.

    Attributes
    ----------
    t_s : float
        Session time in seconds.
    word : Word
        The one word for the patient.
    sentence : str
        What to do now, in one sentence.
    patient, programme, stage, stage_title : str
        Pseudonym, programme title, stage identifier and its structure in words.
    is_draft : bool
        Whether no clinician has signed the programme: shown, always.
    is_started, is_holding, is_over : bool
        Where the session stands.
    elapsed_s, planned_s : float
        Time done of the whole plan, without holds, and its length.
    segments : tuple of SegmentView
        The whole plan.
    segment_index : int or None
        The running segment; None before the start and after the end.
    segment_left_s : float or None
        Countdown of the running segment; None for contacts, which have no time.
    run_number, run_count : int
        "run 3 of 6"; the number is of the running or the coming run segment.
    amber_g, red_g : float or None
        The impact limits in force; None where this segment has none or no baseline stands.
    impact : Aged or None
        The last valid step's impact in g.
    impact_is_at_least : bool
        Whether that impact is a lower bound (clipped).
    impacts : tuple of ImpactPoint
        The valid steps of the last 60 s, oldest first.
    over_amber_pct, over_red_pct : float or None
        Share of the alarm window's steps above the limit; None while unknown (below 8 steps).
    cadence_spm : Aged or None
        Steps per minute, both feet.
    cadence_low_spm, cadence_high_spm : float or None
        The cadence band of the stage.
    coverage_pct : float or None
        Running time covered by strides between valid steps, of the main set done so far.
    link : LinkState
        State of the pod's link; with two pods the worse one.
    link_detail : str
        What the link said of its failure; empty where there is nothing to say.
    link_age_s : float
        How long it has been so.
    data_age_s : float or None
        Age of the newest sample; None before the first.
    battery_pct : int or None
        The pod's charge.
    fs_hz : float or None
        The sample rate as measured.
    steps, run_steps, clipped_steps : int or None
        Contacts of the instrumented foot so far, and how many of them clipped; None while the pod
        has sent no samples to find them in.
    alarms, red_events, drops_recovered : int
        Counts so far.
    bad_packets : int
        Notifications that no decoder accepts, so far.
    lost_samples : int or None
        Samples known to be missing; None for a pod that sends none.
    open_alarms : tuple of str
        Alarms that stand now, most urgent first.
    events : tuple of EventLine
        The last events, newest last.
    walks_the_rest : bool
        Whether what is left of the main set is walked, after a red event.
    load_pct : float or None
        Load so far in per cent of the plan's; None where it is not known.
    contacts, contacts_done : int or None
        Contacts prescribed and done; None where the stage prescribes minutes, the second one also
        while the pod has sent no samples.
    strike_age_s : float or None
        Age of the newest contact as it was announced, about 0.2 s after it; its step, with impact,
        comes later. None before the first.
    asks_pain : bool
        Whether the patient is asked for the pain at the injury now: one key answers.
    message : Message or None
        What the physio says to the patient now.
    last_pain : Aged or None
        The last score that was told in this session, 0 to 10; None before any.
    session_impacts : tuple of ImpactBin
        The impacts of the whole session, oldest first.
    ladder : LadderView or None
        Where the patient stood on the ladder as the session began; None outside a record.
    battery_age_s : float or None
        How old the pod's charge is; None before the first.
    cadence_source : str
        Whence the cadence is where it is not the judged foot's; empty otherwise.
    pods : tuple of PodView
        Every pod of the session; empty where there is one only.
    sides : tuple of SidesView
        Left against right; empty without a pod at each leg.
    """

    t_s: float
    word: Word
    sentence: str
    patient: str
    programme: str
    stage: str
    stage_title: str
    is_draft: bool
    is_started: bool
    is_holding: bool
    is_over: bool
    elapsed_s: float
    planned_s: float
    segments: tuple[SegmentView, ...]
    segment_index: int | None
    segment_left_s: float | None
    run_number: int
    run_count: int
    amber_g: float | None
    red_g: float | None
    impact: Aged | None
    impact_is_at_least: bool
    impacts: tuple[ImpactPoint, ...]
    over_amber_pct: float | None
    over_red_pct: float | None
    cadence_spm: Aged | None
    cadence_low_spm: float | None
    cadence_high_spm: float | None
    coverage_pct: float | None
    link: LinkState
    link_detail: str
    link_age_s: float
    data_age_s: float | None
    battery_pct: int | None
    fs_hz: float | None
    steps: int | None
    run_steps: int | None
    alarms: int
    red_events: int
    drops_recovered: int
    clipped_steps: int | None
    bad_packets: int
    lost_samples: int | None
    open_alarms: tuple[str, ...]
    events: tuple[EventLine, ...]
    walks_the_rest: bool = False
    load_pct: float | None = None
    contacts: int | None = None
    contacts_done: int | None = None
    strike_age_s: float | None = None
    asks_pain: bool = False
    message: Message | None = None
    last_pain: Aged | None = None
    session_impacts: tuple[ImpactBin, ...] = ()
    ladder: LadderView | None = None
    battery_age_s: float | None = None

    @property
    def battery(self) -> Aged | None:
        """The pod's charge with its age; None where it never said one."""
        if self.battery_pct is None or self.battery_age_s is None:
            return None
        return Aged(self.battery_pct, self.battery_age_s)

    @property
    def is_battery_low(self) -> bool:
        """Whether the charge is low, as far as it is known still."""
        is_known = freshness(self.battery_age_s, BATTERY) is not Freshness.GONE
        return is_known and self.battery_pct is not None and self.battery_pct < LOW_BATTERY_PCT

    cadence_source: str = ""
    pods: tuple[PodView, ...] = ()
    sides: tuple[SidesView, ...] = ()
