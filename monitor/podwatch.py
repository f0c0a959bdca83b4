"""What of the pods themselves has to be told: no signal, a low battery, a doubtful place."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from monitor.firstlook import question_of
from monitor.journal import Kind, Note
from monitor.links import PodLinks
from monitor.pipeline import PodPipeline
from monitor.rates import RateWatch
from monitor.snapshot import LOW_BATTERY_PCT, Priority

MISSING: Final = "Samples are missing on the way: steps may read too low and do not cover"

MISSING_AGAIN_S: Final = 30.0
"""s. Samples that go missing are told anew after so long without: not every second. Design
default."""

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
        self._doubts: dict[str, str] = {}
        self._missing_s = -math.inf
        self._rates = {
            slot: RateWatch(pipeline.pod.abilities.fs_hz) for slot, pipeline in pipelines.items()
        }

    def look(self, judge: PodPipeline, *, is_stale: bool, is_started: bool) -> list[Note]:
        """Return what is to be noted now."""
        return [
            *self._signal(is_stale, is_started),
            *self._streams(),
            *self._battery(),
            *self._placement(judge),
        ]

    def missing(self, spans: Sequence[tuple[float, float]]) -> list[Note]:
        """Return what is to be noted of stretches in which the judge pod's samples went missing.

        Parameters
        ----------
        spans : sequence of (float, float)
            Session seconds, those that came to light since the last call.
        """
        notes: list[Note] = []
        for begin_s, end_s in spans:
            if begin_s - self._missing_s > MISSING_AGAIN_S:
                notes.append((Kind.SIGNAL, Priority.TECHNICAL, MISSING))
            self._missing_s = end_s
        return notes

    def _signal(self, is_stale: bool, is_started: bool) -> list[Note]:
        if is_stale is not self.has_signal or not is_started:
            return []
        self.has_signal = not is_stale
        text = "The signal is back" if self.has_signal else NO_SIGNAL
        return [(Kind.SIGNAL, Priority.TECHNICAL, text)]

    def _streams(self) -> list[Note]:
        notes: list[Note] = []
        for slot, pipeline in self._pipelines.items():
            title = self._links.title(slot)
            rate = self._rates[slot].look(pipeline.fs_hz, title)
            if rate is not None:
                notes.append((Kind.SIGNAL, Priority.TECHNICAL, rate))
            doubt = pipeline.doubt
            if doubt is not None and doubt != self._doubts.get(slot):
                self._doubts[slot] = doubt
                text = f"What {title.lower()} sends is not used: {doubt}"
                notes.append((Kind.SIGNAL, Priority.TECHNICAL, text))
            notes += [(Kind.POD, Priority.TECHNICAL, said) for said in pipeline.take_notices()]
        return notes

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
