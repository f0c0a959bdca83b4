"""The clinician's list: locks and signatures first; one key for what waits."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Footer, OptionList, Static
from textual.widgets.option_list import Option

from monitor.between.patients import Duty, PatientLine, patient_line
from monitor.commands.desk import Case, Desk
from monitor.commands.patient import read_cases
from monitor.gate.decision import Status
from monitor.people.proposals import propose
from monitor.programme.rules import Baseline
from monitor.tui.desk import acts
from monitor.tui.desk.screen import COMMON, DeskScreen
from monitor.tui.panel import Line, spread
from monitor.wording import NOT_DEVICE

DUTY_KEYS = {Duty.START: "g", Duty.UNLOCK: "u", Duty.SIGN: "s", Duty.BASELINE: "b"}
"""The key of what waits for a clinician."""

STATUS = {
    Status.LOCKED: ("■ locked", "$stop-ink on $stop-fill"),
    Status.NEEDS_SIGNOFF: ("◆ signature", "$amber-ink on $amber-fill"),
    Status.WAIT: ("‖ waits", "$calm-ink on $calm-fill"),
    Status.READY: ("● ready", "$run-ink on $run-fill"),
    Status.DISCHARGED: ("✓ finished", "$calm-ink on $calm-fill"),
}
"""A shape, a word and a fill for each status."""

NAME_CELLS, STAGE_CELLS, STATUS_CELLS = 16, 6, 13

NOBODY = "No patient yet: press e to enrol one, or w for the guided set-up."


class PatientsScreen(DeskScreen):
    """All patients of the record."""

    AUTO_FOCUS = "#patients"
    BINDINGS: ClassVar[list[BindingType]] = [
        # With priority: the list has a key of its own for it, and does not name it.
        Binding("enter", "open", "Open", priority=True, tooltip="Open the patient's home"),
        Binding("s", "sign", "Sign off", tooltip="Sign that the patient may leave the phase"),
        Binding("u", "unlock", "Unlock", tooltip="Unlock the patient"),
        Binding("b", "baseline", "Baseline", tooltip="Accept the baseline with its limits"),
        Binding("g", "start", "Start", tooltip="Put the patient on a stage"),
        Binding("l", "limits", show=False, tooltip="Edit the patient's limits"),
        Binding("o", "conditions", show=False, tooltip="Tell shoe, pod and ground"),
        Binding("m", "note", show=False, tooltip="Write a note"),
        Binding("e", "enrol", show=False, tooltip="Enrol a patient"),
        Binding("w", "setup", show=False, tooltip="The guided set-up"),
        *COMMON,
    ]

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[PatientLine, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the list."""
        yield Line(id="title")
        yield Static(NOBODY, id="nobody", markup=False)
        yield OptionList(id="patients", markup=False)
        yield Static(id="faults", markup=False)
        yield Footer(compact=True)

    def on_resize(self) -> None:
        """Lay the lines out anew."""
        self.call_after_refresh(self.show)

    def reload(self) -> None:
        """Read every patient."""
        self.desk.read(self._read, self._take)

    def _read(self, desk: Desk) -> tuple[tuple[PatientLine, ...], tuple[str, ...]]:
        cases, faults = read_cases(desk)
        return tuple(map(_line_of, cases)), tuple(text for _, text in faults)

    def _take(self, found: tuple[tuple[PatientLine, ...], tuple[str, ...]]) -> None:
        self.lines, faults = found
        self.query_one("#faults", Static).update("\n".join(faults))
        self.show()

    def show(self) -> None:
        """Show what was read; the same patient stays chosen."""
        if not self.is_mounted:
            return
        waiting = sum(line.duty is not Duty.NONE for line in self.lines)
        told = f"  {waiting} wait for a clinician" if waiting else ""
        left = Content.assemble((" Patients ", "bold"), Content.styled(told, "bold $amber"))
        notice = Content.styled(f" {NOT_DEVICE} ", "bold")
        self.query_one("#title", Line).say(spread(left, notice, self.size.width))
        patients = self.query_one("#patients", OptionList)
        chosen = self.chosen
        patients.clear_options()
        patients.add_options(
            Option(row_of(line, self.size.width - 4), id=f"p{place}")
            for place, line in enumerate(self.lines)
        )
        names = [line.name for line in self.lines]
        if names:
            patients.highlighted = (
                names.index(chosen.name) if chosen and chosen.name in names else 0
            )
        self.query_one("#nobody").display = not self.lines
        patients.display = bool(self.lines)

    @property
    def chosen(self) -> PatientLine | None:
        """The patient under the bar; None where there is none."""
        place = self.query_one("#patients", OptionList).highlighted
        return None if place is None or place >= len(self.lines) else self.lines[place]

    # ---- keys

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Open a patient's home."""
        if self.chosen is not None:
            self.desk.show_home(self.chosen.name)

    def action_sign(self) -> None:
        """Sign off the phase."""
        if self.chosen is not None:
            self.desk.act_on(self.chosen.name, acts.sign_off)

    def action_unlock(self) -> None:
        """Unlock."""
        self._put("unlock")

    def action_start(self) -> None:
        """Put on a stage."""
        self._put("start")

    def action_baseline(self) -> None:
        """Accept a baseline."""
        if self.chosen is not None:
            self.desk.act_on(self.chosen.name, acts.accept_baseline)

    def action_conditions(self) -> None:
        """Tell what is worn."""
        if self.chosen is not None:
            self.desk.act_on(self.chosen.name, acts.tell_conditions)

    def action_note(self) -> None:
        """Write a note."""
        if self.chosen is not None:
            self.desk.act_on(self.chosen.name, acts.write_note)

    def action_limits(self) -> None:
        """Edit the limits."""
        if self.chosen is not None:
            self.desk.show_limits(self.chosen.name)

    def action_enrol(self) -> None:
        """Enrol a patient."""
        self.desk.act(acts.enrol_patient)

    def action_setup(self) -> None:
        """Show the guided set-up."""
        self.desk.show_setup()

    def _put(self, kind: str) -> None:
        if self.chosen is not None:
            self.desk.act_on(
                self.chosen.name, lambda case, asker: acts.put_on_stage(case, asker, kind)
            )


def _line_of(case: Case) -> PatientLine:
    file = case.file
    found = [propose(file.patient, case.outlook, file.programme, which) for which in Baseline]
    return patient_line(file.patient, case.outlook, found)


def row_of(line: PatientLine, cells: int) -> Content:
    """Return one patient as a row.

    Parameters
    ----------
    line : PatientLine
        The patient.
    cells : int
        Room; the sentence gives way.
    """
    word, style = STATUS[line.status]
    duty = ""
    if line.duty is not Duty.NONE:
        duty = f" {DUTY_KEYS[line.duty]}  {line.duty} "
    name = Content(line.name).truncate(NAME_CELLS, ellipsis=True)
    left = Content.assemble(
        name,
        " " * (NAME_CELLS + 1 - name.cell_length),
        (f"{line.stage:<{STAGE_CELLS}}", "bold"),
        (f" {word} ".ljust(STATUS_CELLS), style),
        (f"  {line.why}", "$soft"),
    )
    return spread(left, Content.styled(duty, "bold $amber"), cells)
