"""Patients who stand before a session, and sessions of seconds: a programme, a pod, a clock."""

import asyncio
import math
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from made_people import ENROL, HIP_TEXT, HOUR_S, SHOE
from made_sessions import FS_HZ, LATENCY_S, packets_of
from made_stores import NOW_S

from analysis.step import Gait
from monitor.core import Input
from monitor.marks import Mark, MarkKind
from monitor.people.clinic import CLINICIAN, PROGRAMME_SIGNED
from monitor.programme.file import parse_programme
from monitor.programme.model import Programme, Segment
from monitor.running.asking import Ask, Given, drive
from monitor.running.ending import Closed
from monitor.running.graded import GradedSession
from monitor.running.options import RunOptions
from monitor.running.patientrecord import PatientRecord
from monitor.running.runner import GradedRunner
from monitor.setup import SessionSetup
from monitor.store.chain import CLINIC, patient_chain
from monitor.store.gatelog import GateCheck
from monitor.store.opening import open_store
from monitor.store.places import Places
from monitor.store.store import Store
from monitor.store.writing import Record
from sensors.clock import SessionClock
from sensors.samples import LinkEvent, LinkState, Notification, PodIdentity, PodReport
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, Stretch, run, walk
from sensors.virtual.gsp import DATA_UUID

WR1 = "main = [{ repeat = 6, walk_min = 4, run_min = 1 }]"
SHORT_TEXT = (
    HIP_TEXT.replace(WR1, "main = [{ repeat = 1, walk_min = 0.05, run_min = 0.2 }]")
    .replace("up_walk_min = 5", "up_walk_min = 0.05")
    .replace("down_walk_min = 5", "down_walk_min = 0.05")
)
"""The hip programme with sessions of seconds in WR1."""

SHORT: Programme = parse_programme(SHORT_TEXT.encode(), "short.toml")

R0_G, W0_G = 5.0, 2.6
STEPS = {"impacts_g": [R0_G] * 4, "clipped_steps": 0, "cadences_spm": [165.0] * 4}


def baseline(which: str, median_g: float, **changed: Any) -> Record:
    fields = {
        "which": which,
        "median_g": median_g,
        "iqr_g": 0.4,
        "steps": 400,
        "clipped_steps": 0,
        "cadence_spm": 165.0 if which == "R0" else 110.0,
        "sessions": ["a", "b"],
        "conditions": SHOE,
        "limits": {},
        "capped_at_g": None,
        "by": "dr-x",
    }
    return "baseline", {**fields, **changed}


def on_stage(stage: str) -> Record:
    fields = {"stage": stage, "by": "dr-x", "ahead": True, "reason": "done elsewhere"}
    return "start", fields


READY: Sequence[Record] = (
    ("conditions", SHOE),
    baseline("W0", W0_G),
    baseline("R0", R0_G),
    on_stage("WR1"),
)
"""Behind an enrolment: a patient who may run WR1."""


@dataclass(slots=True)
class Wall:
    """A clock that a test sets, UTC seconds since 1970."""

    s: int = NOW_S + HOUR_S

    def ns(self) -> int:
        return self.s * 10**9

    def later(self, seconds: int) -> None:
        self.s += seconds


def home_places(home: Path) -> Places:
    """Return the places of a store that ``$STRIDEGATE_HOME`` finds."""
    record = home / "record"
    return Places(record / "record.sqlite", record / "heads", record / "locks", home / "record.key")


def made_patient(
    places: Places,
    records: Sequence[Record] = READY,
    *,
    text: str = SHORT_TEXT,
    is_signed: bool = True,
    enrol: Mapping[str, Any] = {},
    t_s: int = NOW_S,
) -> Store:
    """Return a store with a clinic, its signed programme and anna, enrolled."""
    store = open_store(places, make=True)
    programme = parse_programme(text.encode(), "short.toml")
    names = {"programme": programme.id, "version": programme.version, "sha256": programme.sha256}
    clinician = {"id": "dr-x", "name": "Dr X", "pin_hash": "-", "recovery_hash": "-"}
    store.append(CLINIC, CLINICIAN, clinician, t_s)
    if is_signed:
        store.append(CLINIC, PROGRAMME_SIGNED, {**names, "by": "dr-x", "text": text}, t_s)
    fields = {**ENROL, **names, "programme_file": "/nowhere/short.toml", **enrol}
    chain = patient_chain("anna")
    store.append_all(chain, [("enrol", fields), *records], t_s, GateCheck(programme))
    return store


class InstantClock(SessionClock):
    """A session's clock that is always as late as somebody waits for."""

    def __init__(self, speed: float = 1.0, begins_s: float = 0.0) -> None:
        super().__init__(speed)
        self._t_s = begins_s

    def now_s(self) -> float:
        return self._t_s

    async def sleep_until(self, t_s: float) -> None:
        self._t_s = max(self._t_s, t_s)
        await asyncio.sleep(0)


@cache
def worn_packets(segments: tuple[Segment, ...], impact_g: float) -> tuple[Notification, ...]:
    """Return what a pod sends of somebody who follows a plan from 2 s on."""
    stretches: list[Stretch] = []
    for segment in segments:
        if segment.gait is Gait.WALK:
            stretches.append(walk(segment.duration_s, impact_g=0.92 * W0_G))
        else:
            stretches.append(run(segment.duration_s, impact_g=impact_g))
    script = GaitScript((walk(1.0), *stretches, walk(10.0)))
    return tuple(
        Notification(1.0 + block.t_s + len(block.acc_g) / FS_HZ + LATENCY_S, "pod", DATA_UUID, part)
        for block, parts in packets_of(GaitSource(script, FS_HZ))
        for part in parts
    )


class WornPod:
    """A source without a radio: the bytes of a pod on somebody who follows the plan.

    All of it is there at once, so that a session takes no time; ``marks`` are pressed at their
    session times, and at ``until_s`` the pod vanishes and the program is closed. From ``from_s`` on
    it is the pod of a session that goes on.
    """

    def __init__(
        self,
        setup: SessionSetup,
        marks: Sequence[Mark] = (),
        *,
        impact_g: float = 0.92 * R0_G,
        serial: str = "1234",
        firmware: str = "2.1",
        model: str = "",
        until_s: float = math.inf,
        from_s: float = 0.0,
    ) -> None:
        identity = PodIdentity("movesense", "Movesense 1", "00:00", "", model, serial, firmware)
        items: list[Input] = [
            LinkEvent(0.0, "pod", LinkState.SEARCHING),
            PodReport(0.5, "pod", identity),
            LinkEvent(0.6, "pod", LinkState.STREAMING),
            Mark(2.0, MarkKind.START),
            *marks,
            *worn_packets(setup.segments, impact_g),
        ]
        whole = [replace(item, t_s=round(item.t_s * 1e9) / 1e9) for item in items]
        self._items = sorted(
            (i for i in whole if from_s <= i.t_s < until_s), key=lambda item: item.t_s
        )
        self._ends = until_s < math.inf

    async def run(self, inbox: deque[Input]) -> None:
        inbox.extend(self._items)
        if not self._ends:
            await asyncio.get_running_loop().create_future()


NO_PAIN = {"before": 0, "flags": 0, "during": 0, "after": 0, "soreness": 0, "flags-after": 0}
"""Every answer of a session in which nothing hurt."""


class Driven:
    """What driving a session came to."""

    def __init__(self, runner: GradedRunner, said: list[str], asked: list[Ask]) -> None:
        self.runner = runner
        self.said = said
        self.asked = asked
        self._closed: Closed | None = None

    @property
    def closed(self) -> Closed:
        assert self._closed is not None
        return self._closed

    def close(self, closed: Closed) -> None:
        self._closed = closed


def begun(
    store: Store,
    wall: Wall,
    answers: Mapping[str, int] = NO_PAIN,
    marks: Sequence[Mark] = (),
    *,
    options: RunOptions = RunOptions("anna"),  # noqa: B008 - frozen
    **pod: Any,
) -> tuple[GradedSession, Driven]:
    """Take a session from its questions to the end of its run, in no time; it is not closed."""
    said: list[str] = []
    asked: list[Ask] = []
    session = GradedSession(
        PatientRecord(store, "anna", wall.ns),
        options,
        is_attended=False,
        source=lambda setup, _clock: WornPod(setup, marks, **pod),
    )
    with (
        patch("monitor.running.graded.SessionClock", InstantClock),
        patch("monitor.running.resuming.SessionClock", InstantClock),
    ):
        runner = drive(session.before(), said.extend, _answering(answers, asked))
    asyncio.run(runner.run())
    return session, Driven(runner, said, asked)


def driven(
    store: Store, wall: Wall, answers: Mapping[str, int] = NO_PAIN, *given: Any, **named: Any
) -> Driven:
    """Take a session from its questions to its closing, see ``begun``."""
    session, done = begun(store, wall, answers, *given, **named)
    wall.later(60)
    done.close(drive(session.after(), done.said.extend, _answering(answers, done.asked)))
    return done


def _answering(answers: Mapping[str, int], asked: list[Ask]) -> Callable[[Ask], int | None]:
    given = Given(answers)

    def answer(ask: Ask) -> int | None:
        asked.append(ask)
        return given.answer(ask)

    return answer


def stridegate(*argv: str, home: Path, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
    """Start the command in a process of its own, without a terminal."""
    return subprocess.Popen(
        [sys.executable, "-c", "from monitor.cli import main; main()", *argv],
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "STRIDEGATE_HOME": str(home)},
    )
