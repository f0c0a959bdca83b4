"""``stridegate`` and ``stridegate home`` on the screen: what opens first, what is done outside."""

from collections.abc import Callable

from textual.screen import Screen

from monitor.demo.options import DemoOptions
from monitor.errors import ProgrammeError, UsageError
from monitor.programme.draft import ProgrammeDraft
from monitor.running.options import RunOptions
from monitor.store.opening import open_store
from monitor.store.places import user_places
from monitor.tui.demo import show_demo
from monitor.tui.desk.app import DeskApp
from monitor.tui.desk.errands import DemoErrand, Errand, RunErrand
from monitor.tui.desk.home import HomeScreen
from monitor.tui.desk.patients import PatientsScreen
from monitor.tui.desk.sessions import SessionSource
from monitor.tui.desk.setup import SetupScreen, WelcomeScreen
from monitor.tui.graded import run_on_screen
from sensors.errors import SensorError

DEMO = DemoOptions(seconds=120.0, speed=1.0, radio="virtual", seed=1, recording=None)
"""The demo as ``stridegate demo`` runs it."""


def first_screen(patient: str | None) -> Callable[[], Screen[None]]:
    """Return what makes the first screen.

    Parameters
    ----------
    patient : str or None
        Whose home; None: the only patient's, the list of several, or the way to the first one.
    """
    if patient is not None:
        return lambda: HomeScreen(patient)
    if not user_places().store.exists():
        return WelcomeScreen
    chains = open_store(user_places()).chains()
    names = [chain.patient for chain in chains if chain.patient is not None]
    if not names:
        return SetupScreen
    only = names[0]
    return PatientsScreen if len(names) > 1 else lambda: HomeScreen(only)


def show_desk(patient: str | None) -> int:
    """Show the screens between the runs until they are left; returns the exit status."""
    notice = ""
    while True:
        app = DeskApp(first_screen(patient), notice)
        app.run()
        if app.errand is None:
            return app.return_code or 0
        if isinstance(app.errand, RunErrand):
            patient = app.errand.patient
        notice = done(app.errand)


def done(errand: Errand) -> str:
    """Do what the screens left to be done; return what was in the way, empty where nothing was."""
    try:
        if isinstance(errand, DemoErrand):
            show_demo(DEMO)
            return ""
        options = RunOptions(
            errand.patient, is_virtual=errand.is_virtual, supervised_by=errand.supervised_by
        )
        status, lines = run_on_screen(options)
    except (UsageError, ProgrammeError, SensorError) as error:
        return str(error)
    return "\n".join(lines) if status else ""


def show_review(source: SessionSource) -> int:
    """Look through one recording."""
    from monitor.tui.desk.review import ReviewScreen

    app = DeskApp(lambda: ReviewScreen(source))
    app.run()
    return app.return_code or 0


def show_editor(draft: ProgrammeDraft) -> int:
    """Edit a programme's file."""
    from monitor.tui.desk.editor import EditorScreen

    app = DeskApp(lambda: EditorScreen(draft))
    app.run()
    return app.return_code or 0
