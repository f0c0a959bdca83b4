"""The questions around a session and the patient's own keys on the live screen."""

import asyncio
from dataclasses import replace
from pathlib import Path

import made_snapshots as made
import pytest
from made_runs import READY, InstantClock, Wall, WornPod, home_places, made_patient
from made_snapshots import FakeRunner
from screens import is_on, listen, reach, settle, text_of
from textual.pilot import Pilot

from monitor.marks import MarkKind
from monitor.programme.phases import Item
from monitor.running.asking import Ask, Flow, Given, Tell
from monitor.running.graded import GradedSession
from monitor.running.options import RunOptions
from monitor.running.patientrecord import PatientRecord
from monitor.running.refusal import RefusalError
from monitor.store.chain import patient_chain
from monitor.tui import questions
from monitor.tui.dialogs import ChoiceDialog
from monitor.tui.graded import GradedApp, GradedScreen
from monitor.tui.questions import QuestionScreen
from monitor.tui.runner import GradedRunner
from monitor.tui.summary import SummaryScreen


class FakeGraded(FakeRunner):
    """A patient's session that stands at one Snapshot."""

    red_flags: tuple[Item, ...] = (Item("limp", "limp"), Item("numbness", "numbness"))
    supervised_by: str | None = None

    def __init__(self, snapshot: object = made.RUNNING) -> None:
        super().__init__(snapshot)  # type: ignore[arg-type]
        self.flags: list[str] = []

    def flag(self, flag: str) -> None:
        self.flags.append(flag)

    def let_go_on(self) -> bool:
        if self.supervised_by is not None:
            self.mark(MarkKind.LET_GO_ON, text=self.supervised_by)
        return self.supervised_by is not None


class Asked:
    """A session whose flows a test writes."""

    def __init__(self, runner: FakeGraded, *asks: Ask | Tell) -> None:
        self.answers: list[int | None] = []
        self._runner = runner
        self._asks = asks

    def before(self) -> Flow[GradedRunner]:
        for ask in self._asks:
            given = yield ask
            if isinstance(ask, Ask):
                self.answers.append(given)
        return self._runner

    def after(self) -> Flow[object]:
        self.answers.append((yield Ask("during", "Pain during?", proposed=3)))
        return self


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    if "settling" not in request.fixturenames:
        monkeypatch.setattr(questions, "SETTLE_S", 0.001)


@pytest.fixture
def settling() -> None:
    """Keep the moment in which a question takes no key."""


async def asked(pilot: Pilot[None], text: str) -> None:
    async with asyncio.timeout(20.0):
        while text not in text_of(pilot.app):
            await pilot.pause(0.01)
        # A busy machine may take its time until the question takes a key.
        while not getattr(pilot.app.screen, "_is_settled", True):
            await pilot.pause(0.01)


FLAGS = Ask("flags", "Any warning sign?", ("limp", "numbness"))
PAIN = Ask("before", "Pain now?")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_one_key_answers_and_what_was_said_stays(size: tuple[int, int]) -> None:
    session = Asked(FakeGraded(), Tell(("Baseline R0: 5.00 g",)), FLAGS, PAIN)
    app = GradedApp(session, Given())
    async with app.run_test(size=size) as pilot:
        await asked(pilot, "Any warning sign?")
        assert "Baseline R0: 5.00 g" in text_of(app)
        assert "2  numbness" in text_of(app)
        await pilot.press("9", "y")
        assert session.answers == []
        await pilot.press("0")
        await asked(pilot, "Pain now?")
        assert "Any warning sign?  none" in text_of(app)
        await pilot.press("t")
        await reach(pilot, GradedScreen)
    assert session.answers == [0, 10]


async def test_a_question_can_be_left_open_and_a_given_one_is_not_asked() -> None:
    session = Asked(FakeGraded(), FLAGS, PAIN)
    app = GradedApp(session, Given({"flags": 0}))
    async with app.run_test(size=(80, 24)) as pilot:
        await asked(pilot, "Pain now?")
        await pilot.press("o")
        await reach(pilot, GradedScreen)
    assert session.answers == [0, None]


async def test_a_key_meant_for_something_else_answers_nothing(settling: None) -> None:
    session = Asked(FakeGraded(), PAIN)
    app = GradedApp(session, Given())
    async with app.run_test(size=(80, 24)) as pilot:
        async with asyncio.timeout(20.0):
            while not (is_on(app, QuestionScreen) and app.screen.query_one("#asked").display):
                await pilot.pause(0.005)
        app.screen._is_settled = False  # type: ignore[attr-defined]
        await pilot.press("0")
        assert session.answers == []


async def test_the_proposal_is_taken_by_its_own_key_only() -> None:
    runner = FakeGraded()
    session = Asked(runner)
    app = GradedApp(session, Given())
    async with app.run_test(size=(80, 24)) as pilot:
        await reach(pilot, GradedScreen)
        runner.end()
        await asked(pilot, "y takes 3")
        assert made.OVER.sentence in text_of(app), "what ended the session stays in sight"
        await pilot.press("enter", "space")
        assert session.answers == []
        await pilot.press("y")
        await reach(pilot, SummaryScreen)
    assert session.answers == [3]


async def test_pain_takes_one_key_where_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = FakeGraded(made.RUNNING)
    app = GradedApp(Asked(runner), Given())
    async with app.run_test(size=(80, 24)) as pilot:
        await reach(pilot, GradedScreen)
        said = listen(app, monkeypatch)
        await pilot.press("1", "t")
        assert runner.marks == []
        runner.snapshot = replace(made.RUNNING, asks_pain=True)
        await settle(pilot)
        await pilot.press("1", "t")
        assert [mark[:2] for mark in runner.marks] == [(MarkKind.PAIN, 1), (MarkKind.PAIN, 10)]
        assert said == [f"Pain {score} of 10 stored at 3:23" for score in (1, 10)]


async def test_a_warning_sign_takes_two_keys() -> None:
    runner = FakeGraded()
    app = GradedApp(Asked(runner), Given())
    async with app.run_test(size=(80, 24)) as pilot:
        await reach(pilot, GradedScreen)
        await pilot.press("f", "escape")
        assert runner.flags == []
        await pilot.press("f")
        assert is_on(app, ChoiceDialog)
        await pilot.press("3")
        await pilot.press("2")
        assert runner.flags == ["numbness"]


async def test_only_with_a_clinician_present_there_is_a_key_to_let_go_on() -> None:
    runner = FakeGraded()
    app = GradedApp(Asked(runner), Given())
    async with app.run_test(size=(80, 24)) as pilot:
        await reach(pilot, GradedScreen)
        await pilot.press("g")
        assert runner.marks == []
        runner.supervised_by = "dr-x"
        await pilot.press("g")
        assert runner.marks == [(MarkKind.LET_GO_ON, None, "dr-x")]


async def test_a_refusal_closes_the_app_and_is_for_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path))
    wall = Wall()
    record = PatientRecord(made_patient(home_places(tmp_path)), "anna", wall.ns)
    app = GradedApp(GradedSession(record, RunOptions("anna")), Given({"flags": 1}))
    async with app.run_test(size=(80, 24)):
        async with asyncio.timeout(20.0):
            while app.error is None:  # noqa: ASYNC110 - the app has no event
                await asyncio.sleep(0.01)
    assert isinstance(app.error, RefusalError)


@pytest.mark.parametrize(("wished", "is_patient"), [("", True), ("physio", False)])
async def test_a_patient_s_session_opens_in_their_view(wished: str, is_patient: bool) -> None:
    app = GradedApp(Asked(FakeGraded()), Given())
    app.settings = replace(app.settings, view=wished)
    async with app.run_test(size=(80, 24)) as pilot:
        await reach(pilot, GradedScreen)
        assert app.screen.has_class("-patient") is is_patient
        assert "t View" in text_of(app)
        await pilot.press("t")
        assert app.screen.has_class("-patient") is not is_patient


async def test_a_whole_session_on_the_screen_ends_with_the_decision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path))
    monkeypatch.setattr("monitor.running.graded.SessionClock", InstantClock)
    store = made_patient(home_places(tmp_path), READY)
    session = GradedSession(
        PatientRecord(store, "anna", Wall().ns),
        RunOptions("anna"),
        source=lambda setup, _clock: WornPod(setup),
    )
    app = GradedApp(
        session, Given({"flags": 0, "before": 0, "during": 0, "soreness": 0, "bind": 1})
    )
    async with app.run_test(size=(120, 40)) as pilot:
        await asked(pilot, "Pain at the injury now, after the session?")
        await pilot.press("0")
        await asked(pilot, "Any warning sign during the session")
        await pilot.press("0")
        await reach(pilot, SummaryScreen)
        text = text_of(app)
        assert "Valid, as far as it was measured." in text
        assert "0 of 3 clean sessions" in text
        assert "on the next morning, from Tue" in text
    kinds = [entry.kind for entry in store.entries(patient_chain("anna"))]
    assert kinds.count("session") == 1
