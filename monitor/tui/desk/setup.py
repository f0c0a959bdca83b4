"""The first run: the demo by one key, then a guided set-up in which Enter does what is next."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Footer, Static

from monitor.between.setting_up import (
    TITLES,
    WHYS,
    SetupStep,
    StepLine,
    is_ready,
    setup_lines,
)
from monitor.commands.desk import Case, Desk, Done
from monitor.people.clinic import Clinic
from monitor.tui.desk import acts
from monitor.tui.desk.asker import ScreenAsker
from monitor.tui.desk.screen import COMMON, DeskScreen
from monitor.tui.panel import Line, spread
from monitor.wording import NOT_DEVICE, SAFETY

WELCOME = (
    "A foot pod, impact limits of your own, and a gate that missing data never passes:\n"
    "a graded return to running after a bone stress injury."
)


class WelcomeScreen(DeskScreen):
    """What is seen where there is no record yet."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "demo", "See the demo", tooltip="See the demo: no pod is needed"),
        Binding("enter", "setup", "Set up", tooltip="Set up a record, step by step"),
        *COMMON,
    ]

    def compose(self) -> ComposeResult:
        """Lay out what this is, and the two keys."""
        yield Line(id="title")
        yield Static(id="welcome", markup=False)
        yield Footer(compact=True)

    def on_resize(self) -> None:
        """Lay the lines out anew."""
        notice = Content.styled(f" {NOT_DEVICE} ", "bold")
        title = Content.styled(" StrideGate ", "bold")
        self.query_one("#title", Line).say(spread(title, notice, self.size.width))
        key = "bold $run-ink on $run-fill"
        text = Content.assemble(
            ("StrideGate\n\n", "bold"),
            WELCOME,
            "\n\n",
            ("  Space  ", key),
            "  see the demo: two minutes, no pod is needed\n\n",
            ("  Enter  ", key),
            "  set up: clinician, programme, patient, pod\n\n\n",
            (SAFETY, "$soft"),
        )
        self.query_one("#welcome", Static).update(text)

    def action_demo(self) -> None:
        """See the demo."""
        self.desk.leave_to_demo()

    def action_setup(self) -> None:
        """Go to the set-up."""
        self.desk.show_setup()


class SetupScreen(DeskScreen):
    """The steps to the first session."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "next", "Do what is next", tooltip="Do the next step"),
        Binding("space", "demo", "Demo", tooltip="See the demo: no pod is needed"),
        Binding("c", "clinic", "Patients", tooltip="The clinician's list of patients"),
        *COMMON,
    ]

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[StepLine, ...] = ()
        self.patient: str | None = None

    def compose(self) -> ComposeResult:
        """Lay out the steps."""
        yield Line(id="title")
        yield Static(id="steps", markup=False)
        yield Line(id="home-next")
        yield Footer(compact=True)

    def on_resize(self) -> None:
        """Lay the lines out anew."""
        self.call_after_refresh(self.show)

    def reload(self) -> None:
        """Read how far the set-up is."""
        if not self.desk.has_record:
            self._take((setup_lines(Clinic(), None, is_started=False), None))
            return
        self.desk.read(self._read, self._take)

    def _read(self, desk: Desk) -> tuple[tuple[StepLine, ...], str | None]:
        clinic = desk.accounts.clinic
        names = [chain.patient for chain in desk.store.chains() if chain.patient is not None]
        name = self.patient or (names[-1] if names else None)
        if name is None:
            return setup_lines(clinic, None, is_started=False), None
        case = desk.case(name, clinic)
        is_started = case.outlook.decision.stage is not None
        return setup_lines(clinic, case.file.patient, is_started=is_started), name

    def _take(self, found: tuple[tuple[StepLine, ...], str | None]) -> None:
        self.lines, self.patient = found
        self.show()

    def show(self) -> None:
        """Show the steps."""
        if not self.is_mounted or not self.lines:
            return
        notice = Content.styled(f" {NOT_DEVICE} ", "bold")
        title = Content.styled(" Set up ", "bold")
        self.query_one("#title", Line).say(spread(title, notice, self.size.width))
        self.query_one("#steps", Static).update(Content("\n\n").join(map(_step_text, self.lines)))
        told = "opens the patient's home" if is_ready(self.lines) else TITLES[self._next].lower()
        self.query_one("#home-next", Line).say(
            Content.assemble(
                ("  Next  ", "bold"), ("  Enter  ", "bold $run-ink on $run-fill"), f"  {told}"
            )
        )

    @property
    def _next(self) -> SetupStep:
        return next((line.step for line in self.lines if line.is_next), SetupStep.BASELINE)

    # ---- keys

    def action_next(self) -> None:
        """Do the next step; with all done, go to the patient."""
        if not self.lines:
            return
        if is_ready(self.lines) and self.patient is not None:
            self.desk.show_home(self.patient)
            return
        step, name = self._next, self.patient
        if step is SetupStep.CLINICIAN:
            self.desk.act(acts.add_clinician, makes=True)
        elif step is SetupStep.PROGRAMME:
            self.desk.act(acts.sign_programme)
        elif step is SetupStep.PATIENT:
            self.desk.act(acts.enrol_patient, self._enrolled)
        elif name is not None and step is SetupStep.STAGE:
            self.desk.act_on(name, _start)
        elif name is not None and step is SetupStep.POD:
            self.desk.act_on(name, acts.tell_conditions)

    def action_demo(self) -> None:
        """See the demo."""
        self.desk.leave_to_demo()

    def action_clinic(self) -> None:
        """Show the patients."""
        if self.desk.has_record:
            self.desk.show_patients()

    def _enrolled(self, done: Done) -> None:
        self.patient = str(done.result["patient"])


def _start(case: Case, asker: ScreenAsker) -> Done:
    return acts.put_on_stage(case, asker, "start")


def _step_text(line: StepLine) -> Content:
    sign = "✓" if line.is_done else ("▶" if line.is_next else "○")
    style = "bold $run-ink on $run-fill" if line.is_next else "bold"
    return Content.assemble(
        "  ",
        (f" {sign} {TITLES[line.step]} ", style if not line.is_done else "$soft"),
        "\n     ",
        (WHYS[line.step], "$soft" if not line.is_next else ""),
    )
