"""Patients with a history for the screens between the runs, and the app over their record."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from made_people import CLEAN, DAY_S, HOUR_S
from made_runs import READY, SHORT, made_patient
from made_stores import NOW_S
from screens import text_of
from textual.events import Paste
from textual.pilot import Pilot
from textual.screen import Screen

from monitor.people.casefile import read_casefile
from monitor.store.chain import patient_chain
from monitor.store.gatelog import GateCheck
from monitor.store.places import user_places
from monitor.store.store import Store
from monitor.store.writing import Record
from monitor.tui.desk.app import DeskApp

PATIENCE_S = 30.0


def measured(name: str, recording: str | None, **measures: Any) -> Record:
    fields = {"id": name, "conditions": {}, "measures": measures, "recording": recording}
    return "session_measured", fields


def add_session(
    store: Store,
    name: str,
    at_s: int,
    *,
    recording: str | None = None,
    answers: Mapping[str, int] | None = None,
    event: Mapping[str, Any] = {},
    measures: Mapping[str, Any] = {},
) -> None:
    """Write anna's session of WR1 at a time, with its answers on the day after."""
    opened = {"id": name, "stage": "WR1", "sha256": SHORT.sha256, "recording": recording}
    kept = {
        "median_impact_g": 4.6,
        "median_cadence_spm": 166.0,
        "load_pct": 98.0,
        "coverage_pct": 96.0,
    }
    records: list[Record] = [
        ("session_opened", opened),
        ("session", {"id": name, "stage": "WR1", **CLEAN, **event}),
        measured(name, recording, **{**kept, **measures}),
    ]
    store.append_all(patient_chain("anna"), records, at_s, GateCheck(SHORT))
    told = {"during": 0, "after": 0, "next_morning": 0} if answers is None else answers
    for when, site in told.items():
        t_s = at_s + (15 * HOUR_S if when == "next_morning" else HOUR_S // 2)
        record = ("pain", {"session": name, "when": when, "site": site})
        store.append_all(patient_chain("anna"), [record], t_s, GateCheck(SHORT))


def with_history(store: Store | None = None, recording: str | None = None) -> Store:
    """Return a record in which anna has done three sessions, the last one this morning."""
    made = made_patient(user_places(), READY) if store is None else store
    add_session(made, "s-1", NOW_S + 2 * DAY_S, measures={"median_impact_g": 4.4})
    add_session(
        made,
        "s-2",
        NOW_S + 4 * DAY_S,
        event={"amber_pct": 30},
        measures={"median_impact_g": 5.9, "median_cadence_spm": 158.0},
    )
    add_session(made, "s-3", NOW_S + 7 * DAY_S, recording=recording, answers={"during": 0})
    return made


def lock(store: Store) -> None:
    """Lock anna by a warning sign."""
    programme = read_casefile(store, "anna").programme
    flag = ("red_flag", {"flag": programme.red_flags[0].id})
    store.append_all(patient_chain("anna"), [flag], NOW_S + HOUR_S, GateCheck(programme))


@asynccontextmanager
async def desk(
    start: Callable[[], Screen[None]], size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[DeskApp, Pilot[None]]]:
    """Run the app over the user's record up to its first screen."""
    app = DeskApp(start)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield app, pilot


async def seen(pilot: Pilot[None], *texts: str) -> str:
    """Wait until texts stand on the screen: the record is read in a thread. Return the screen."""
    shown = ""
    try:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                shown = screen_text(pilot)
                if all(text in shown for text in texts):
                    return shown
                await pilot.pause(0.03)
    except TimeoutError:
        raise AssertionError(f"{texts} did not come on this screen:\n{shown}") from None


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, and let what they open be laid out."""
    for key in keys:
        await pilot.press(key)
    await pilot.pause()


async def typed(pilot: Pilot[None], text: str) -> None:
    """Put a line into the dialog that is open, as a terminal pastes it, and Enter."""
    focused = pilot.app.focused
    assert focused is not None
    focused.post_message(Paste(text))
    await pilot.pause()
    await press(pilot, "enter")


def screen_text(pilot: Pilot[None]) -> str:
    """Return the screen as one text."""
    return text_of(pilot.app)
