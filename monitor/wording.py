"""What the screen and the plain lines say alike: glyphs, link sentences, explanations, safety."""

from analysis.step import Gait
from monitor.snapshot import Priority, Snapshot, Word
from monitor.text import in_words
from sensors.linkstate import LinkState

GLYPHS = {
    Word.READY: "○",
    Word.RUN: "●",
    Word.WALK: "◆",
    Word.CONTACTS: "↕",
    Word.EASE_OFF: "▼",
    Word.WALK_NOW: "▲",
    Word.HOLD: "‖",
    Word.STOP: "■",
    Word.NO_SIGNAL: "?",
    Word.DONE: "✓",
}
"""A shape for each word, so that nothing hangs on colour alone."""

PRIORITY_GLYPHS = {
    Priority.HIGH: "■",
    Priority.MEDIUM: "▲",
    Priority.LOW: "▼",
    Priority.TECHNICAL: "?",
    Priority.INFO: "·",
}
"""A shape for each priority of an event."""

LINK_GLYPHS = {
    LinkState.SEARCHING: "○",
    LinkState.CONNECTING: "◔",
    LinkState.CONFIGURING: "◑",
    LinkState.STREAMING: "●",
    LinkState.SILENT: "?",
    LinkState.LOST: "✗",
    LinkState.BUSY: "◌",
    LinkState.REFUSED: "⊘",
    LinkState.CLOSED: "■",
}

LINK_SENTENCES = {
    LinkState.SEARCHING: "Searching for the pod: move or tap it",
    LinkState.CONNECTING: "Connecting to the pod: keep it close",
    LinkState.CONFIGURING: "Setting up the pod: one moment",
    LinkState.STREAMING: "The pod sends data",
    LinkState.SILENT: "The pod sends nothing: is it still in place?",
    LinkState.LOST: "Lost the pod: stay near, it connects by itself",
    LinkState.BUSY: "Pod busy elsewhere? Close its other app",
    LinkState.REFUSED: "The pod is refused: is it your own?",
    LinkState.CLOSED: "The link to the pod is closed",
}
"""What each state of the link means and what to do about it."""


def link_sentence(snapshot: Snapshot) -> str:
    """Return what the link's state means: what it said of a failure itself goes first."""
    return snapshot.link_detail.rstrip(".") or LINK_SENTENCES[snapshot.link]


NOT_DEVICE = "not a medical device"

ASK_PAIN = "Pain at the injury now? One key: 0 to 9, t for ten."
"""One key, and nothing waits for it."""

DRAFT = "DRAFT programme, signed by no clinician"

SAFETY = (
    "This tool records and times your rehab. It is not a medical device and gives no medical "
    "advice. Impact numbers come from your shoe; they do not show how your bone is healing. Only "
    "your clinician can clear you to the next phase. Any pain at the injury means stop."
)
"""The safety copy of the programme's section 4, always one key away."""

EXPLANATIONS = (
    ("Countdown", "Time left in this segment; it stands still on hold."),
    ("Run 2 of 6", "Which run of today's plan you are in, or comes next."),
    ("Impact", "How hard the last step hit, in g; not the load on your bone."),
    ("≥ 16 g", "At least this: the sensor reached the end of its scale."),
    ("Amber, red", "Your own limits: above amber ease off, above red walk."),
    ("Above amber", "Share of the last 30 seconds' steps above the limit."),
    ("Unknown", "Fewer than 8 steps measured: too few to judge, never fine."),
    ("Cadence", "Steps per minute of both feet; quick, short steps hit softer."),
    ("Load", "Steps so far in per cent of the plan; hard ones count more."),
    ("Coverage", "How much of the main part's time was really measured."),
    ("Steps", "Contacts of the leg with the pod, and how many were run."),
    ("Drops", "How often the pod was lost and came back by itself."),
    ("Baseline", "Your own impact, measured; the limits are made from it."),
    ("Clipped", "Steps in which the sensor reached the end of its scale."),
    ("Bad, lost", "Packets nobody could read, and samples that never came."),
    ("–", "Not known: no data is never shown as 0."),
)
"""Each number of the screen in one sentence."""


def segment_text(snapshot: Snapshot, index: int) -> str:
    """Return what is done in a segment: ``RUN for 1:00 min``, or ``60 contacts``."""
    gait = gait_of(snapshot, index)
    if snapshot.contacts is not None and gait is Gait.RUN:
        return f"{snapshot.contacts} contacts"
    return f"{gait.value.upper()} for {in_words(snapshot.segments[index].planned_s)}"


def gait_of(snapshot: Snapshot, index: int) -> Gait:
    """Return what is done in a segment: after a red event the rest of the main set is walked."""
    segment = snapshot.segments[index]
    now = snapshot.segment_index
    if snapshot.walks_the_rest and segment.part == "main" and (now is None or index >= now):
        return Gait.WALK
    return segment.gait
