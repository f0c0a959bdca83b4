"""What of the pods themselves has to be told: no signal, a low battery, a doubtful place."""

from collections.abc import Mapping
from typing import Final

from monitor.firstlook import question_of
from monitor.journal import Kind, Note
from monitor.links import PodLinks
from monitor.pipeline import PodPipeline
from monitor.snapshot import LOW_BATTERY_PCT, Priority

NO_SIGNAL: Final = "No signal from the pod: no data is no pass"
"""Said once, when the judge pod has gone."""


class PodWatch:
    """Watches the pods of one session.

    Parameters
    ----------
    pipelines : mapping of str to PodPipeline
        All of them.
    links : PodLinks
        What they are called.
    walks : bool
        Whether the session begins with walking or running.

    Attributes
    ----------
    has_signal : bool
        Whether the judge pod had a signal at the last look since the start; no other's counts.
    """

    def __init__(
        self, pipelines: Mapping[str, PodPipeline], links: PodLinks, *, walks: bool
    ) -> None:
        self.has_signal = True
        self._pipelines = pipelines
        self._links = links
        self._walks = walks
        self._low_batteries: set[str] = set()

    def look(self, judge: PodPipeline, *, is_stale: bool, is_started: bool) -> list[Note]:
        """Return what is to be noted now."""
        return [*self._signal(is_stale, is_started), *self._battery(), *self._placement(judge)]

    def _signal(self, is_stale: bool, is_started: bool) -> list[Note]:
        if is_stale is not self.has_signal or not is_started:
            return []
        self.has_signal = not is_stale
        text = "The signal is back" if self.has_signal else NO_SIGNAL
        return [(Kind.SIGNAL, Priority.TECHNICAL, text)]

    def _battery(self) -> list[Note]:
        notes: list[Note] = []
        for slot, pipeline in self._pipelines.items():
            charge = pipeline.battery_pct
            if charge is None or charge >= LOW_BATTERY_PCT or slot in self._low_batteries:
                continue
            self._low_batteries.add(slot)
            text = f"{self._links.title(slot)}'s battery is at {charge} %"
            notes.append((Kind.BATTERY, Priority.LOW, text))
        return notes

    def _placement(self, judge: PodPipeline) -> list[Note]:
        check = judge.first_look.look()
        question = None if check is None else question_of(check, walks=self._walks)
        return [] if question is None else [(Kind.PLACEMENT, Priority.TECHNICAL, question)]
