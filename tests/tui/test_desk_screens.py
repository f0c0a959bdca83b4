"""The screens between the runs by their keys, and what is told where something is in the way."""

import asyncio
from pathlib import Path

import pytest
from made_clinic import PIN
from made_desks import desk, lock, press, screen_text, seen, typed, with_history
from made_people import HIP_TEXT
from made_runs import READY, made_patient
from made_stores import NOW_S
from screens import SIZES, is_on, listen
from textual.pilot import Pilot
from textual.widgets import OptionList

from monitor.people.accounts import Accounts
from monitor.people.casefile import read_casefile
from monitor.programme.draft import open_draft
from monitor.store.chain import patient_chain
from monitor.store.gatelog import GateCheck
from monitor.store.lock import session_lock
from monitor.store.opening import open_store
from monitor.store.places import user_places
from monitor.store.store import Store
from monitor.tui.desk import showing
from monitor.tui.desk.editor import EditorScreen
from monitor.tui.desk.errands import DemoErrand, RunErrand
from monitor.tui.desk.history import HistoryScreen
from monitor.tui.desk.home import HomeScreen
from monitor.tui.desk.patients import PatientsScreen
from monitor.tui.desk.review import ReviewScreen
from monitor.tui.desk.sessions import SessionSource
from monitor.tui.desk.setup import SetupScreen, WelcomeScreen
from monitor.tui.desk.words import BETWEEN
from monitor.wording import SAFETY

DEMO = Path(__file__).parents[2] / "fixtures" / "demo.mcap"


pytestmark = pytest.mark.usefixtures("wall")


def kinds(store: Store) -> list[str]:
    return [entry.kind for entry in store.entries(patient_chain("anna"))]


def signed_by_a_real_clinician(store: Store) -> None:
    Accounts(store, NOW_S).add("dr-y", "Dr Y", PIN, "dr-x")


# ---- home


@pytest.mark.parametrize("size", SIZES)
async def test_home_says_it_all_without_scrolling(size: tuple[int, int]) -> None:
    with_history()
    async with desk(lambda: HomeScreen("anna"), size) as (app, pilot):
        text = await seen(pilot, "answer what is asked")
        for part in ("anna", "WR1", "once the open questions are answered", "a week ago."):
            assert part in text
        lines = app.screen.query_one("#home-lines")
        assert lines.virtual_size.height <= lines.size.height, "nothing is below the edge"


async def test_help_and_safety_are_one_key_away_and_the_palette_has_every_key() -> None:
    made_patient(user_places(), READY)
    async with desk(lambda: HomeScreen("anna"), (120, 40)) as (app, pilot):
        await seen(pilot, "begin the session")
        await press(pilot, "d")
        assert SAFETY.split(".", maxsplit=1)[0] in screen_text(pilot)
        await press(pilot, "escape", "f1")
        assert BETWEEN[0][1] in screen_text(pilot)
        await press(pilot, "escape")
        titles = {command.title for command in app.get_system_commands(app.screen)}
        shown = {b.tooltip for b in HomeScreen.BINDINGS if getattr(b, "tooltip", "")}  # type: ignore[union-attr]
        # Nothing was run, so there is no last session to look through.
        assert {str(t) for t in shown} - {"Look through the last session"} <= titles


async def test_r_leaves_to_run_and_enter_does_what_is_next() -> None:
    made_patient(user_places(), READY, enrol={"is_demo": True})
    for key in ("r", "enter"):
        async with desk(lambda: HomeScreen("anna")) as (app, pilot):
            await seen(pilot, "begin the session", "made up, to learn")
            await press(pilot, key)
            assert app.errand == RunErrand("anna", is_virtual=True, supervised_by=None)


async def test_r_does_nothing_where_the_gate_lets_nobody_run() -> None:
    with_history()
    async with desk(lambda: HomeScreen("anna")) as (app, pilot):
        await seen(pilot, "answer what is asked")
        await press(pilot, "r")
        assert app.errand is None
        assert isinstance(app.screen, HomeScreen)


async def test_open_answers_are_given_and_home_shows_what_they_changed() -> None:
    store = with_history()
    async with desk(lambda: HomeScreen("anna")) as (_app, pilot):
        await seen(pilot, "answer what is asked")
        await press(pilot, "a")
        for moment in ("before the session", "hour after", "sore", "evening", "next morning"):
            await seen(pilot, moment, "0 none")
            await press(pilot, "0")
        await seen(pilot, "sore")
        await press(pilot, "0")
        await seen(pilot, "Esc goes back")
        await press(pilot, "escape")
        await seen(pilot, "from Wed 2026-09-30")
    assert kinds(store).count("pain") == 3 + 3 + 1 + 4
    missing = read_casefile(store, "anna").patient.session("s-3")
    assert missing is not None
    assert missing.open_answers == ()


async def test_an_answer_is_refused_while_a_session_runs_and_nothing_is_written() -> None:
    store = with_history()
    before = kinds(store)
    async with desk(lambda: HomeScreen("anna")) as (_app, pilot):
        await seen(pilot, "answer what is asked")
        with session_lock(store.places, patient_chain("anna")):
            await press(pilot, "a")
            await seen(pilot, "before the session")
            await press(pilot, "0")
            await seen(pilot, "somebody runs a session for this patient")
        await press(pilot, "escape")
        await seen(pilot, "answer what is asked")
    assert kinds(store) == before


@pytest.mark.parametrize(
    ("recording", "sentence"),
    [("/nowhere/s-3.mcap", "no recording file"), (None, "it has no recording")],
)
async def test_a_session_without_its_recording_says_so(
    recording: str | None, sentence: str
) -> None:
    with_history(recording=recording)
    async with desk(lambda: HomeScreen("anna")) as (_app, pilot):
        await seen(pilot, "answer what is asked")
        await press(pilot, "s")
        await seen(pilot, sentence)
        await press(pilot, "escape")
        await seen(pilot, "answer what is asked")


async def test_a_damaged_recording_says_so(tmp_path: Path) -> None:
    path = tmp_path / "s-3.mcap"
    path.write_bytes(DEMO.read_bytes()[:200])
    with_history(recording=str(path))
    async with desk(lambda: HomeScreen("anna")) as (_app, pilot):
        await seen(pilot, "answer what is asked")
        await press(pilot, "s")
        await seen(pilot, "Not done", "cut off")


async def test_nobody_of_that_name_is_told() -> None:
    made_patient(user_places(), READY)
    async with desk(lambda: HomeScreen("berta")) as (_app, pilot):
        await seen(pilot, "not in the record: use one of anna")


# ---- history and review


@pytest.mark.parametrize("size", SIZES)
async def test_history_leads_to_the_review_of_a_session(size: tuple[int, int]) -> None:
    with_history(recording=str(DEMO))
    async with desk(lambda: HomeScreen("anna"), size) as (app, pilot):
        await seen(pilot, "answer what is asked")
        await press(pilot, "h")
        await seen(pilot, "answers open", "count again", "Impact 4.6 g", "Cadence 166 spm")
        await press(pilot, "down")
        await seen(pilot, "Too many of your steps were hard")
        if size == SIZES[0]:
            # Deciding takes its time: the other sizes of a review have their own test.
            await press(pilot, "up", "enter")
            await seen(pilot, "This session does not count yet.", "cool-down")
            assert isinstance(app.screen, ReviewScreen)


async def test_an_empty_history_says_the_next_key() -> None:
    made_patient(user_places(), READY)
    async with desk(lambda: HistoryScreen("anna")) as (_app, pilot):
        await seen(pilot, "No session yet. The next key: q")


async def test_the_scrubber_moves_by_seconds_segments_and_ends_and_plays() -> None:
    source = SessionSource(DEMO, "anna · WR1")
    async with desk(lambda: ReviewScreen(source), (120, 40)) as (app, pilot):
        await seen(pilot, "DONE", "cool-down", "Impact in g")
        screen = app.screen
        assert isinstance(screen, ReviewScreen)
        review = screen.review
        assert review is not None
        begins = [row.begin_s for row in review.segments]
        await press(pilot, "home")
        assert screen.t_s == 0.0
        await press(pilot, "right", "right", "left", "pagedown")
        assert screen.t_s == 11.0
        await press(pilot, "shift+right")
        assert screen.t_s == begins[1 if (begins[1] or 0) > 11.0 else 2]
        await press(pilot, "shift+left", "shift+left")
        assert screen.t_s == begins[0]
        await press(pilot, "end")
        assert screen.t_s == review.end_s
        await press(pilot, "plus", "space")
        assert (screen.speed, screen.is_playing) == (10.0, True)
        async with asyncio.timeout(20.0):
            while screen.t_s < 2.0:
                await pilot.pause(0.02)
        await press(pilot, "space")
        held_s = screen.t_s
        await pilot.pause(0.3)
        assert screen.t_s == held_s
        assert "10×" in screen_text(pilot)


# ---- the clinician's list


async def test_the_list_shows_locks_first_and_opens_a_home() -> None:
    lock(made_patient(user_places(), READY))
    async with desk(PatientsScreen) as (app, pilot):
        await seen(pilot, "1 wait for a clinician", "■ locked", "u  unlock")
        await press(pilot, "enter")
        await seen(pilot, "once your clinician has opened it")
        assert is_on(app, HomeScreen)
        await press(pilot, "q")
        assert is_on(app, PatientsScreen)


async def test_unlock_asks_stage_reason_and_pin_and_a_wrong_pin_writes_nothing() -> None:
    store = made_patient(user_places(), READY)
    signed_by_a_real_clinician(store)
    lock(store)
    async with desk(PatientsScreen) as (_app, pilot):
        await seen(pilot, "■ locked")
        for pin in ("111222", PIN):
            await press(pilot, "u")
            await seen(pilot, "On which stage")
            await press(pilot, "enter")
            await seen(pilot, "Why may the patient go on?")
            await typed(pilot, "seen today")
            await seen(pilot, "Which clinician")
            await typed(pilot, "dr-y")
            await seen(pilot, "PIN of dr-y")
            before = kinds(store)
            await typed(pilot, pin)
            if pin != PIN:
                await seen(pilot, "wrong PIN: it is on record; 4 more")
                assert kinds(store) == before
                await press(pilot, "escape")
        await seen(pilot, "unlock: written")
        await press(pilot, "escape")
        await seen(pilot, "● ready")
    assert kinds(store)[-1] == "unlock"


async def test_an_act_that_is_left_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    store = made_patient(user_places(), READY)
    before = kinds(store)
    async with desk(PatientsScreen) as (app, pilot):
        said = listen(app, monkeypatch)
        await seen(pilot, "● ready")
        await press(pilot, "g")
        await seen(pilot, "On which stage")
        await press(pilot, "escape")
        while not said:
            await pilot.pause(0.01)
        assert said == ["Left: nothing was written"]
    assert kinds(store) == before


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("s", "phase P4 is not done"),
        ("u", "the patient is not locked"),
        ("b", "W0: "),
    ],
)
async def test_what_may_not_be_done_is_one_sentence(key: str, sentence: str) -> None:
    made_patient(user_places(), READY)
    async with desk(PatientsScreen, (120, 40)) as (_app, pilot):
        await seen(pilot, "● ready")
        await press(pilot, key)
        if key == "u":
            await seen(pilot, "On which stage")
            await press(pilot, "enter")
            await typed(pilot, "why not")
        await seen(pilot, "Not done", sentence)


async def test_closing_the_app_lets_an_open_question_go() -> None:
    store = made_patient(user_places(), READY)
    before = kinds(store)
    async with desk(PatientsScreen) as (app, pilot):
        await seen(pilot, "● ready")
        await press(pilot, "g")
        await seen(pilot, "On which stage")
        app.exit()
    assert kinds(store) == before


# ---- limits, and a programme's text


async def test_limits_are_checked_at_every_key_and_signed_with_a_pin() -> None:
    store = made_patient(user_places(), READY)
    signed_by_a_real_clinician(store)
    async with desk(lambda: HomeScreen("anna"), (120, 40)) as (app, pilot):
        await seen(pilot, "begin the session")
        await press(pilot, "l")
        await seen(pilot, "an edit of limits needs a reason")
        app.screen.query_one("#amber_ratio").focus()
        await press(pilot, "1", "full_stop", "4")
        app.screen.query_one("#reason").focus()
        await press(pilot, "f", "l", "a", "r", "e")
        await seen(pilot, "amber_ratio 1.4 must be below red_ratio 1.3")
        await press(pilot, "ctrl+s")
        assert kinds(store)[-1] == "start"
        app.screen.query_one("#amber_ratio").focus()
        await press(pilot, "1", "full_stop", "1")
        await seen(pilot, "✓ WR1: amber_ratio 1.15 → 1.1")
        await press(pilot, "ctrl+s")
        await seen(pilot, "Which clinician")
        await typed(pilot, "dr-y")
        await seen(pilot, "PIN of dr-y")
        await typed(pilot, PIN)
        await seen(pilot, "it holds from the patient's next stage change on")
        await press(pilot, "escape")
        await seen(pilot, "begin the session")
    assert kinds(store)[-1] == "limits"


async def test_a_programme_s_text_is_checked_as_it_is_typed_and_kept_when_it_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(HIP_TEXT, encoding="utf-8")
    draft = open_draft(path, None)
    async with desk(lambda: EditorScreen(draft), (120, 40)) as (app, pilot):
        await seen(pilot, "right. Ctrl+S keeps it")
        await press(pilot, "x")
        await seen(pilot, "own.toml:1:")
        await press(pilot, "ctrl+s")
        await seen(pilot, "not kept, the text has mistakes")
        assert path.read_text(encoding="utf-8") == HIP_TEXT
        await press(pilot, "escape", "backspace", "#", "enter")
        await seen(pilot, "right. Ctrl+S keeps it", "changed")
        said = listen(app, monkeypatch)
        await press(pilot, "ctrl+s")
        assert len(said) == 1
        assert path.read_text(encoding="utf-8") == f"#\n{HIP_TEXT}"
        await press(pilot, "x", "escape")
        await seen(pilot, "Leave without keeping the text?")
        await press(pilot, "n")
        assert isinstance(app.screen, EditorScreen)


# ---- what opens, and what is done outside


def test_what_opens_first_depends_on_the_record() -> None:
    assert isinstance(showing.first_screen(None)(), WelcomeScreen)
    store = made_patient(user_places(), READY)
    assert isinstance(showing.first_screen(None)(), HomeScreen)
    assert isinstance(showing.first_screen("berta")(), HomeScreen)
    case = read_casefile(store, "anna")
    enrol = {**case.entries[0].record, "patient": "berta"}
    fields = {name: value for name, value in enrol.items() if name not in ("kind", "t")}
    store.append(patient_chain("berta"), "enrol", fields, NOW_S, GateCheck(case.programme))
    assert isinstance(showing.first_screen(None)(), PatientsScreen)


def test_a_run_that_is_refused_is_told_on_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    store = made_patient(user_places(), READY)
    errand = RunErrand("anna", is_virtual=False, supervised_by=None)
    with session_lock(store.places, patient_chain("anna")):
        assert "somebody runs a session" in showing.done(errand)
    monkeypatch.setattr(showing, "run_on_screen", lambda _options: (1, ("Locked: do not run.",)))
    assert showing.done(errand) == "Locked: do not run."
    monkeypatch.setattr(showing, "run_on_screen", lambda _options: (0, ("well done",)))
    assert showing.done(errand) == ""


# ---- the first run


async def test_the_demo_is_one_key_away() -> None:
    async with desk(WelcomeScreen) as (app, pilot):
        text = await seen(pilot, "see the demo")
        assert "not a medical device" in text
        await press(pilot, "space")
        assert app.errand == DemoErrand()


async def test_a_newcomer_sets_up_a_record_by_keys_alone() -> None:
    async with desk(WelcomeScreen) as (app, pilot):
        await seen(pilot, "Enter")
        await press(pilot, "enter")
        assert isinstance(app.screen, SetupScreen)
        await seen(pilot, "let a clinician in")
        await press(pilot, "enter")
        await seen(pilot, "The clinician's name")
        await typed(pilot, "Dr X")
        await seen(pilot, "short name")
        await typed(pilot, "dr-x")
        await seen(pilot, "New PIN of dr-x")
        await typed(pilot, PIN)
        await seen(pilot, "once more")
        await typed(pilot, PIN)
        await seen(pilot, "recovery code: ")
        await press(pilot, "escape")
        await seen(pilot, "clinician dr-x: added")
        await press(pilot, "escape")
        await seen(pilot, "sign a programme")
        await press(pilot, "enter")
        await seen(pilot, "Which programme?")
        await choose(pilot, "hip-bsi")
        await seen(pilot, "Sign it as it is?")
        await press(pilot, "y")
        await pin(pilot)
        await seen(pilot, "signed by dr-x")
        await press(pilot, "escape")
        await seen(pilot, "enrol a patient")
        await enrol(pilot)
        await seen(pilot, "put the patient on a stage")
        await press(pilot, "enter")
        await seen(pilot, "On which stage")
        await press(pilot, "enter")
        await pin(pilot)
        await seen(pilot, "start: written")
        await press(pilot, "escape")
        await seen(pilot, "tell shoe, pod and ground")
        await press(pilot, "enter")
        await seen(pilot, "Which shoe?")
        await typed(pilot, "blue")
        for question in ("Which pod?", "Where is it worn?", "which ground", "How far"):
            await seen(pilot, question)
            await press(pilot, "enter")
        await seen(pilot, "from now on")
        await press(pilot, "escape")
        await seen(pilot, "opens the patient's home")
        await press(pilot, "enter")
        await seen(pilot, "Answer today: pain in the night, and at rest")
        await press(pilot, "a")
        for question in ("last night?", "at rest since"):
            await seen(pilot, question)
            await press(pilot, "0")
        await seen(pilot, "Esc goes back")
    store = open_store(user_places())
    assert kinds(store) == ["enrol", "start", "conditions", "daily"]
    patient = read_casefile(store, "anna").patient
    assert patient.enrolment.is_demo
    assert patient.conditions.placement == "shank"


async def choose(pilot: Pilot[None], wanted: str) -> None:
    """Go down a list to an item, and choose it."""
    choices = pilot.app.screen.query_one("#choices", OptionList)
    names = [str(choices.get_option_at_index(i).prompt) for i in range(choices.option_count)]
    await press(pilot, *["down"] * names.index(wanted), "enter")


async def pin(pilot: Pilot[None]) -> None:
    await seen(pilot, "PIN of dr-x")
    await typed(pilot, PIN)


async def enrol(pilot: Pilot[None]) -> None:
    await press(pilot, "enter")
    await seen(pilot, "A pseudonym")
    await typed(pilot, "anna")
    await seen(pilot, "made up")
    await press(pilot, "y")
    await seen(pilot, "Where is the injury?")
    await choose(pilot, "Sacrum")
    await seen(pilot, "On which side?")
    await press(pilot, "enter")
    await seen(pilot, "Day of the diagnosis")
    await typed(pilot, "2026-09-01")
    await seen(pilot, "time zone")
    await typed(pilot, "Europe/Zurich")
    while "PIN of dr-x" not in screen_text(pilot):
        await seen(pilot, "block: ")
        await press(pilot, "n")
    await pin(pilot)
    await seen(pilot, "is enrolled")
    await press(pilot, "escape")
