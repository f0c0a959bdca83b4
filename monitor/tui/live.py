"""The live screen of a session: it shows the newest Snapshot and turns keys into marks."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult, SystemCommand
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.widgets import Footer

from monitor.cues import CueTracker
from monitor.marks import MarkKind
from monitor.snapshot import Snapshot, Word
from monitor.text import clock_text
from monitor.tui.dialogs import (
    TEN_KEY,
    TOP_PAIN,
    AskDialog,
    PainDialog,
    help_dialog,
    safety_dialog,
)
from monitor.tui.events import Events
from monitor.tui.hero import Hero
from monitor.tui.ladder import LadderPanel
from monitor.tui.layouts import HEIGHTS, WIDTHS
from monitor.tui.numberpanel import NumberPanel, Tiles
from monitor.tui.panel import Panel
from monitor.tui.patient import PatientView
from monitor.tui.physiokeys import PhysioKeys
from monitor.tui.rail import Rail
from monitor.tui.runner import Runner
from monitor.tui.sessionstrip import SessionStrip
from monitor.tui.sounding import SoundingApp
from monitor.tui.statusbar import StatusBar, TitleBar
from monitor.tui.viewers import consent_dialog, end_dialog, viewers_dialog

FLASH_HZ = 1.0
"""Hz. At most 3 are safe for people who are sensitive to light (WCAG 2.2, 2.3.1)."""

FLASHING = (Word.STOP, Word.WALK_NOW)
"""The words that flash."""

REFRESH_S = 0.02
"""s. How often a new Snapshot is looked for. It is shown at once, and the same one not again: a
word is on the screen this long after it was decided, and what it takes to draw."""

PATIENT, PHYSIO = "patient", "physio"
"""The two views."""

ACTIONS = frozenset({"start", "hold", "resume", "stop", "pain", "note", "tap"})
"""What is done to a session: nothing of it once it is over."""


class LiveScreen(PhysioKeys):
    """A session as it runs.

    Parameters
    ----------
    runner : Runner
        The session.
    """

    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "start", "Start", tooltip="Start the plan"),
        Binding("space", "hold", "Hold", tooltip="Put the plan on hold"),
        Binding("space", "resume", "Resume", tooltip="Go on with the plan"),
        Binding("s", "stop", "Stop", tooltip="End the session; asks first"),
        Binding("p", "pain", "Pain", tooltip="Tell the pain at the injury, 0 to 10"),
        Binding("c", "cut_short", "Cut", tooltip="Cut short: the rest is walked; asks first"),
        Binding("m", "note", "Mark", show=False, tooltip="Mark this moment in the recording"),
        Binding("a", "acknowledge", "Seen", tooltip="Acknowledge the open alarms"),
        *(Binding(str(n), f"tap({n})", show=False) for n in range(TOP_PAIN)),
        # Where pain is asked it answers; where not, it turns the view.
        Binding(TEN_KEY, f"tap({TOP_PAIN})", show=False),
        Binding("t", "turn", "View", tooltip="The patient's view, or the physio's"),
        Binding("b", "sound", "Sound", show=False, tooltip="Sounds off or on"),
        Binding("v", "viewers", "Viewers", show=False, tooltip="Who watches; end their view"),
        Binding("x", "swap", "Swap L/R", tooltip="The left pod is on the right: swap the labels"),
        Binding("d", "safety", "Safety", tooltip="What this tool is and is not"),
        Binding(
            "question_mark,f1", "explain", "Help", key_display="?", tooltip="Explain the numbers"
        ),
    ]

    USUAL_VIEW: ClassVar[str] = PHYSIO
    """What it opens in where the user has no wish."""

    def __init__(self, runner: Runner) -> None:
        super().__init__(runner)
        self._shown: Snapshot | None = None
        self._is_dark = False
        self._plan_state: tuple[bool, ...] | None = None
        self._is_asking = False
        self._cues = CueTracker()
        self._panels: tuple[Panel | Hero | Tiles, ...] = ()
        self._patient = PatientView(id="patient")

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        # Here, because it loads numpy: the app has done so in a thread behind the first frame.
        from monitor.tui.impactplot import ImpactPlot

        title, hero, status = TitleBar(id="title"), Hero(id="hero"), StatusBar(id="status")
        ladder, rail, tiles = LadderPanel(id="ladder"), Rail(id="rail"), Tiles(id="tiles")
        strip, numbers = SessionStrip(id="strip"), NumberPanel(id="numbers")
        events = Events(id="events")
        # Held, not looked for: a search through the screen costs as much as to draw it.
        self._panels = (title, hero, status, ladder, rail, tiles, strip, numbers, events)
        yield from (title, hero, status, ladder, rail)
        with Container(id="body"):
            yield tiles
            with Vertical(id="impacts"):
                yield strip
                yield ImpactPlot(lambda: self._runner.snapshot, id="impact")
            yield from (numbers, events)
        yield self._patient
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Start showing; the screen owns its timer, so it stops with the screen."""
        if isinstance(self.app, SoundingApp):
            wished = self.app.settings.view
            self.set_class((wished or self.USUAL_VIEW) == PATIENT, "-patient")
        self.set_interval(REFRESH_S, self.follow)
        self.set_interval(0.5 / FLASH_HZ, self.blink)
        self.call_after_refresh(self.show)

    def on_resize(self) -> None:
        """Show the values in the new layout."""
        self.call_after_refresh(self.show)

    def follow(self) -> None:
        """Show the Snapshot if it is a new one; a viewer may ask at any time."""
        if self._runner.snapshot is not self._shown:
            self.show()
        self._ask_consent()

    def show(self) -> None:
        """Show the newest Snapshot in every part of the view."""
        snapshot = self._shown = self._runner.snapshot
        if self.has_class("-patient"):
            self._patient.show(snapshot)
        else:
            for panel in self._panels:
                panel.show(snapshot)
        state = (snapshot.is_started, snapshot.is_holding, snapshot.is_over, snapshot.asks_pain)
        if state != self._plan_state:
            self._plan_state = state
            self.refresh_bindings()
        self._hear(snapshot)
        self.set_class(self._flashes(snapshot) and self._is_dark, "-dimmed")

    # ---- sound and flash

    def _hear(self, snapshot: Snapshot) -> None:
        cues = self._cues.update(snapshot)
        if isinstance(self.app, SoundingApp):
            for cue in cues:
                self.app.speaker.play(cue)

    def _flashes(self, s: Snapshot) -> bool:
        wants = isinstance(self.app, SoundingApp) and self.app.settings.flash
        return wants and s.word in FLASHING

    def blink(self) -> None:
        """Turn to the other half of a flash: by real time, however fast the session's clock is."""
        self._is_dark = not self._is_dark
        self.set_class(self._flashes(self._runner.snapshot) and self._is_dark, "-dimmed")

    def action_sound(self) -> None:
        """Switch the sounds off or on."""
        if isinstance(self.app, SoundingApp):
            is_on = not self.app.speaker.is_on
            self.app.speaker.is_on = is_on
            self.app.like(sound=is_on)
            self._say("Sounds are on" if is_on else "Sounds are off")

    def action_flash(self) -> None:
        """Switch the flashing off or on."""
        if isinstance(self.app, SoundingApp):
            self.app.like(flash=not self.app.settings.flash)
            self._say("Alarms flash" if self.app.settings.flash else "Alarms do not flash")

    # ---- viewers

    def _ask_consent(self) -> None:
        publisher = self._runner.publisher
        if publisher is None or not publisher.consent.is_open or self._is_asking:
            return
        self._is_asking = True

        def answered(is_yes: bool | None) -> None:
            self._is_asking = False
            publisher.allow(is_allowed=bool(is_yes))

        self.app.push_screen(consent_dialog(), answered)

    def action_viewers(self) -> None:
        """Show who watches; end the view from other computers."""
        publisher = self._runner.publisher
        if publisher is None or not publisher.consent.may_look:
            self.app.push_screen(viewers_dialog(publisher))
            return

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                publisher.allow(is_allowed=False)
                self._say("Nobody on another computer sees the session any more")

        self.app.push_screen(end_dialog(publisher), answered)

    # ---- keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer of start, hold and resume the one that the state allows."""
        s = self._runner.snapshot
        if s.is_over and action in ACTIONS | self.PHYSIO_ACTIONS:
            return False
        return {
            "tap": s.asks_pain,
            "start": not s.is_started,
            "hold": s.is_started and not s.is_holding,
            "resume": s.is_started and s.is_holding,
            "swap": bool(s.sides) and not s.is_over,
        }.get(action, True)

    def action_turn(self) -> None:
        """Turn to the patient's view, or back."""
        self.toggle_class("-patient")
        self.call_after_refresh(self.show)

    def action_prefer(self) -> None:
        """Let every session open in the view that is shown."""
        if isinstance(self.app, SoundingApp):
            view = PATIENT if self.has_class("-patient") else PHYSIO
            self.app.like(view=view)
            self._say(f"Sessions open in the {view}'s view from now on")

    def action_tap(self, score: int) -> None:
        """Keep the pain that was asked for."""
        if self._runner.snapshot.asks_pain:
            self._keep_pain(score)

    def action_start(self) -> None:
        """Start the plan."""
        self._runner.mark(MarkKind.START)

    def action_hold(self) -> None:
        """Put the plan on hold."""
        self._runner.mark(MarkKind.HOLD)

    def action_resume(self) -> None:
        """Go on after a hold."""
        self._runner.mark(MarkKind.RESUME)

    def action_stop(self) -> None:
        """Ask, then end the session."""

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self._runner.mark(MarkKind.STOP)

        self.app.push_screen(AskDialog("Stop the session now?", "stop", "go on"), answered)

    def action_pain(self) -> None:
        """Ask for the pain and keep it."""

        def answered(score: int | None) -> None:
            if score is not None:
                self._keep_pain(score)

        self.app.push_screen(PainDialog(), answered)

    def _keep_pain(self, score: int) -> None:
        self._runner.mark(MarkKind.PAIN, value=score)
        self._say(f"Pain {score} of 10 stored at {self._now()}")

    def action_note(self) -> None:
        """Mark this moment."""
        self._runner.mark(MarkKind.NOTE)
        self._say(f"Mark stored at {self._now()}")

    def action_acknowledge(self) -> None:
        """Acknowledge the open alarms."""
        if self._runner.snapshot.open_alarms:
            self._runner.mark(MarkKind.ACKNOWLEDGE)
            self._say("Alarms acknowledged")
        else:
            self._say("No alarm is open")

    def action_swap(self) -> None:
        """Ask, then let the pods' labels change from here on."""

        def answered(is_yes: bool | None) -> None:
            if is_yes:
                self._runner.mark(MarkKind.SWAP_SIDES)
                self._say(f"Left and right swapped at {self._now()}")

        question = (
            "Is the left pod on the right leg? From here on the labels are swapped; the time "
            "before does not count."
        )
        self.app.push_screen(AskDialog(question, "swap", "leave"), answered)

    def action_safety(self) -> None:
        """Show the safety copy."""
        self.app.push_screen(safety_dialog())

    def action_explain(self) -> None:
        """Explain each number."""
        self.app.push_screen(help_dialog())

    def commands(self) -> Iterable[SystemCommand]:
        """Return the keys as commands of the palette, those that the state allows."""
        texts = {
            "start": ("Start the plan", "space"),
            "hold": ("Hold the plan", "space"),
            "resume": ("Go on with the plan", "space"),
            "stop": ("Stop the session", "s"),
            "pain": ("Tell the pain at the injury", "p"),
            "note": ("Mark this moment", "m"),
            "acknowledge": ("Acknowledge the open alarms", "a"),
            "cut_short": ("Cut the run short", "c"),
            "message": ("Message to the patient", "e"),
            "ask_pain": ("Ask the patient for the pain", "k"),
            "remark": ("Write a note", "n"),
            "why": ("See where the patient stands, and why", "w"),
            "turn": ("Turn to the patient's view or back", "t"),
            "prefer": ("Open sessions in this view", "here only"),
            "sound": ("Sounds off or on", "b"),
            "flash": ("Flashing of alarms off or on", "here only"),
            "viewers": ("See who watches, end their view", "v"),
            "swap": ("Swap the labels of left and right", "x"),
            "safety": ("Read the safety copy", "d"),
            "explain": ("Explain the numbers", "?"),
        }
        for action, (title, key) in texts.items():
            if self.check_action(action, ()):
                yield SystemCommand(title, f"Key: {key}", getattr(self, f"action_{action}"))

    def _now(self) -> str:
        return clock_text(int(self._runner.snapshot.t_s))

    def _say(self, text: str) -> None:
        self.app.notify(text, timeout=4)
