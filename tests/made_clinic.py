"""The command line of a clinic as tests use it: scripts' PINs, what persons type, a set clock."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from made_people import CLEAN, HIP
from made_stores import NOW_S

from analysis.baseline import CapturedSteps
from monitor.people.entries import fields_of
from monitor.people.sessions import SessionMeasured
from monitor.sides import SidesBaseline
from monitor.store.chain import patient_chain
from monitor.store.opening import open_store
from monitor.store.places import user_places
from monitor.store.store import Store

PIN = "482913"

WORN = ("--shoe", "blue", "--surface", "treadmill", "--placement", "shank", "--full-scale", "16")


class Terminal(io.StringIO):
    """Standard input that is a person's."""

    def isatty(self) -> bool:
        return True


@dataclass
class Said:
    """What a command printed, and its exit status."""

    status: int
    out: str
    err: list[str]


@dataclass
class Clinic:
    """Runs commands as a user does."""

    call: Callable[..., Said]
    waits_s: list[float] = field(default_factory=list)
    now_s: int = NOW_S

    def __call__(self, *argv: str, pin: str | None = None, typed: str | None = None) -> Said:
        """Run a command: with a script's PIN lines, or with what a person types at a terminal."""
        if pin is not None:
            return self.call(*argv, "--pin-stdin", stdin=io.StringIO(f"{pin}\n"))
        return self.call(*argv, stdin=io.StringIO() if typed is None else Terminal(typed))

    def sign(self, *argv: str) -> Said:
        """Run a clinician's act; it is done."""
        said = self(*argv, pin=PIN)
        assert said.status == 0, said
        return said

    def refuse(self, *argv: str, pin: str | None = PIN, typed: str | None = None) -> str:
        """Run a command that writes nothing; return its sentence."""
        before = self.content
        said = self(*argv, pin=None if typed is not None else pin, typed=typed)
        assert (said.status, said.out.count("written\n")) == (2, 0), said
        # What is asked stands on the same line: a person's Enter is not printed by the program.
        assert typed is not None or all(line.startswith("stridegate: ") for line in said.err)
        assert self.content == before
        return "\n".join(line.removeprefix("stridegate: ") for line in said.err)

    @property
    def store(self) -> Store:
        return open_store(user_places())

    @property
    def content(self) -> list[object]:
        if not user_places().store.exists():
            return []
        return [self.store.rows(chain) for chain in self.store.chains()]

    def enrol(self, name: str = "anna", *more: str, site: str = "sacrum") -> Said:
        """Add a clinician, sign the programme and enrol a patient."""
        if not user_places().store.exists():
            self.sign("clinician", "add", "dr-x")
            self.sign("programme", "sign", "hip-bsi")
        return self.sign("patient", "enrol", name, *enrolment(site), *CLEAR, *more)

    def session(
        self,
        name: str,
        stage: str,
        *,
        at_s: int,
        steps: CapturedSteps | None = None,
        sides: SidesBaseline | None = None,
    ) -> None:
        """Let anna do a clean session, as a run writes it."""
        self.now_s = at_s
        captures = HIP.stage(stage).captures
        measured = SessionMeasured(0, name, steps=steps, captures=captures, sides=sides)
        records = [
            ("session_opened", {"id": name, "stage": stage, "sha256": HIP.sha256}),
            ("session", {"id": name, "stage": stage, **CLEAN}),
            ("session_measured", fields_of(measured)),
        ]
        self.store.append_all(patient_chain("anna"), records, at_s)

    def answers(self, name: str, *, at_s: int, site: int = 0) -> None:
        """Answer all that is required about a session, at once."""
        self.now_s = at_s
        records = [
            ("pain", {"session": name, "site": site, "when": when})
            for when in ("during", "after", "next_morning")
        ]
        self.store.append_all(patient_chain("anna"), records, at_s)

    def decision(self, name: str = "anna") -> dict[str, Any]:
        """Return what ``patient show`` says."""
        found: dict[str, Any] = json.loads(self("patient", "show", name, "--json").out)
        return found


CLEAR = ("--no-hard-blocks", "--no-other-soft-blocks")


def enrolment(site: str = "sacrum") -> tuple[str, ...]:
    return (
        *("--site", site, "--side", "left", "--diagnosed", "2026-09-01"),
        *("--time-zone", "Europe/Zurich", "--programme", "hip-bsi"),
    )


def steps(median_g: float, count: int = 300, clipped: int = 0) -> CapturedSteps:
    """Return a session's steps for a baseline, all alike."""
    return CapturedSteps((median_g,) * count, clipped, (112.0,) * count)
