"""A session as spoken lines, one for each change: for terminals without a screen and for ears."""

import re

from analysis.step import Gait
from monitor.freshness import BATTERY, Freshness, freshness
from monitor.snapshot import EventLine, Priority, Snapshot, Word
from monitor.text import as_ascii, clock_text, in_words
from monitor.wording import ASK_PAIN, DRAFT, NOT_DEVICE, gait_of, link_sentence, segment_text
from sensors.linkstate import LinkState

URGENT = (Priority.HIGH, Priority.MEDIUM)
"""Events of these priorities are announced as such."""


class PlainLines:
    """Turns Snapshots into lines, one for each thing that changed since the last.

    Parameters
    ----------
    is_ascii : bool
        Whether the lines hold ASCII characters only.
    """

    def __init__(self, *, is_ascii: bool = False) -> None:
        self._is_ascii = is_ascii
        self._has_begun = False
        self._link: LinkState | None = None
        self._segment: tuple[int | None, bool] = (None, False)
        self._word: Word | None = None
        self._alarms: dict[str, str] = {}
        self._is_battery_low = False
        self._cadence_source = ""
        self._last_event: EventLine | None = None
        self._message = ""
        self._word_is_new = False
        self._asks_pain = False

    def update(self, snapshot: Snapshot) -> list[str]:
        """Return the lines for what changed; the same Snapshot again gives none.

        What another line of the same moment already says is not said again.
        """
        now = clock_text(int(snapshot.t_s))
        lines = self._greeting(snapshot)
        lines += [
            f"{now} {text}"
            for text in (
                *self._link_change(snapshot),
                *self._segment_change(snapshot),
                *self._word_change(snapshot),
                *self._alarm_changes(snapshot),
                *self._battery_change(snapshot),
                *self._cadence_change(snapshot),
                *self._talk_changes(snapshot),
            )
        ]
        said = "\n".join(lines)
        lines += [
            f"{clock_text(int(event.t_s))} {_event_text(event)}"
            for event in self._new_events(snapshot)
            if event.text not in said
        ]
        return [as_ascii(line) for line in lines] if self._is_ascii else lines

    def _greeting(self, s: Snapshot) -> list[str]:
        if self._has_begun:
            return []
        self._has_begun = True
        notice = f"{DRAFT}; {NOT_DEVICE}." if s.is_draft else f"This is {NOT_DEVICE}."
        title = ", ".join(part for part in (s.patient, s.programme, s.stage_title) if part)
        plan = in_words(s.planned_s) if s.contacts is None else f"{s.contacts} contacts"
        return [f"{title}. Plan of {plan}.", notice, *_ladder_lines(s)]

    def _link_change(self, s: Snapshot) -> list[str]:
        if s.link is self._link:
            return []
        self._link = s.link
        return [f"{link_sentence(s)}."]

    def _segment_change(self, s: Snapshot) -> list[str]:
        # A red event turns the running segment into walking: that is a change too.
        segment = (s.segment_index, s.walks_the_rest)
        if segment == self._segment:
            return []
        self._segment = segment
        if s.segment_index is None:
            return []
        text = self._with_number(s, s.segment_index)
        if s.walks_the_rest:
            text += ", the rest is walking"
        coming = s.segment_index + 1
        if coming < len(s.segments):
            return [f"{text}, then {self._with_number(s, coming)}.{_load_text(s)}"]
        return [f"{text}, the last segment.{_load_text(s)}"]

    @staticmethod
    def _with_number(s: Snapshot, index: int) -> str:
        # The number is of the running or the coming run: it is said with that run only.
        now = s.segment_index
        is_numbered = now is not None and (index == now or gait_of(s, now) is not Gait.RUN)
        text = segment_text(s, index)
        if is_numbered and s.run_count and gait_of(s, index) is Gait.RUN:
            text += f", run {s.run_number} of {s.run_count}"
        return text

    def _word_change(self, s: Snapshot) -> list[str]:
        self._word_is_new = s.word is not self._word
        if not self._word_is_new:
            return []
        self._word = s.word
        return [f"{s.word.value}. {s.sentence}"]

    def _alarm_changes(self, s: Snapshot) -> list[str]:
        # An alarm that counts seconds is one alarm, not a new one every second.
        alarms = {re.sub(r"\d+", "#", text): text for text in s.open_alarms}
        before, self._alarms = self._alarms, alarms
        opened = [f"Alarm: {text}." for key, text in alarms.items() if key not in before]
        closed = [f"Alarm over: {text}." for key, text in before.items() if key not in alarms]
        return opened + closed

    def _battery_change(self, s: Snapshot) -> list[str]:
        is_low = s.is_battery_low
        is_known = s.battery_pct is not None
        is_known = is_known and freshness(s.battery_age_s, BATTERY) is not Freshness.GONE
        if is_low == self._is_battery_low or not is_known:
            return []
        self._is_battery_low = is_low
        return [f"The pod's battery is at {s.battery_pct} %: {'low' if is_low else 'charged'}."]

    def _cadence_change(self, s: Snapshot) -> list[str]:
        if s.cadence_source == self._cadence_source:
            return []
        self._cadence_source = s.cadence_source
        if not s.cadence_source or s.cadence_spm is None:
            return []
        return [f"Cadence {s.cadence_spm.value:.0f}, {s.cadence_source}: this does not count."]

    def _talk_changes(self, s: Snapshot) -> list[str]:
        # Both stand on the screen for a time: they are said once. A sentence that asks says it too.
        message = "" if s.message is None else s.message.text
        is_new = message not in ("", self._message)
        asks = s.asks_pain and not self._asks_pain
        self._message, self._asks_pain = message, s.asks_pain
        said = [f"Message: {message}"] if is_new else []
        return [*said, ASK_PAIN] if asks and not self._has_asked(s) else said

    def _has_asked(self, s: Snapshot) -> bool:
        return s.sentence == ASK_PAIN and self._word_is_new

    def _new_events(self, s: Snapshot) -> tuple[EventLine, ...]:
        last, events = self._last_event, s.events
        if events:
            self._last_event = events[-1]
        for i in range(len(events) - 1, -1, -1):
            if events[i] == last:
                return events[i + 1 :]
        return events


def _ladder_lines(s: Snapshot) -> list[str]:
    """Return where the patient stands, what waits, why, and the baselines: once, at the start."""
    ladder = s.ladder
    if ladder is None:
        return []
    counted = f"{ladder.count} of {ladder.required} sessions counted"
    lines = [f"Stage {ladder.ladder[ladder.at]}, {counted}. {ladder.site}."]
    lines += [f"Waiting: {text}." for text in ladder.pending]
    lines += [f"Why: {text}" for text in ladder.why]
    lines += [f"Baseline {text}." for text in ladder.baselines]
    return lines


def _load_text(s: Snapshot) -> str:
    # Beside plain minutes, and not before there is anything to add up.
    return f" Load so far: {s.load_pct:.0f} % of plan." if s.load_pct else ""


def _event_text(event: EventLine) -> str:
    stop = "" if event.text.endswith((".", "!", "?")) else "."
    prefix = f"{event.priority.value.capitalize()}: " if event.priority in URGENT else ""
    return f"{prefix}{event.text}{stop}"
