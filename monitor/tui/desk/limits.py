"""Edit one patient's limits: every key is checked at once, and nothing is written before a PIN."""

from textwrap import wrap
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Footer, Input, OptionList, Static

from monitor.between.limits import LABELS, LimitsDraft, limits_draft, values_now
from monitor.commands import acts
from monitor.commands.desk import Case, Done
from monitor.people.proposals import stages_to_come
from monitor.programme.edits import QUANTITIES
from monitor.tui.desk.asker import ScreenAsker
from monitor.tui.desk.screen import DeskScreen
from monitor.tui.panel import Line, spread
from monitor.wording import NOT_DEVICE

LONGEST_REASON = 200

HOLDS = "It holds from the patient's next stage change on; the record keeps both values."


class LimitsScreen(DeskScreen):
    """The limits of one patient.

    Parameters
    ----------
    case : Case
        The patient at the desk.
    """

    AUTO_FOCUS = "#stages"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "sign", "Sign and keep", priority=True, tooltip="Sign the edit"),
        Binding("tab", "app.focus_next", "Next field"),
        Binding("space", "mark_stage", "Choose stage", tooltip="Choose the stage, or leave it out"),
        # Letters are typed here: help and safety have keys that no field takes.
        Binding("f1", "explain", "Help", key_display="F1", tooltip="What it means"),
        Binding("f2", "safety", "Safety", key_display="F2", tooltip="What this tool is and is not"),
        Binding("escape", "back", "Back", key_display="Esc", tooltip="Back"),
    ]

    def __init__(self, case: Case) -> None:
        super().__init__()
        self._case = case
        self._stages = tuple(
            stage
            for stage in stages_to_come(case.outlook, case.file.programme)
            if stage.has_sessions
        )
        self.chosen: set[str] = {stage.id for stage in self._stages[:1]}
        self.draft: LimitsDraft | None = None

    def compose(self) -> ComposeResult:
        """Lay out the stages, the fields, and what is wrong or changes."""
        yield Line(id="title")
        with Horizontal(id="limits"):
            yield OptionList(id="stages", markup=False)
            with VerticalScroll(id="fields", can_focus=False):
                for name in QUANTITIES:
                    with Horizontal(classes="field", id=f"field-{name}"):
                        yield Static(LABELS[name], classes="label", markup=False)
                        yield Input(id=name, compact=True, max_length=12)
                with Horizontal(classes="field"):
                    yield Static("Why", classes="label why")
                    yield Input(id="reason", compact=True, max_length=LONGEST_REASON)
        yield Static(id="checked", markup=False)
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Begin with the stage that the patient stands on."""
        self._show_stages()

    def on_resize(self) -> None:
        """Lay the title out anew."""
        left = Content.styled(f" {self._case.file.patient.name} · limits ", "bold")
        notice = Content.styled(f" {NOT_DEVICE} ", "bold")
        self.query_one("#title", Line).say(spread(left, notice, self.size.width))

    @on(OptionList.OptionSelected)
    def _toggled(self, event: OptionList.OptionSelected) -> None:
        self.chosen ^= {self._stages[event.option_index].id}
        self._show_stages()

    def action_mark_stage(self) -> None:
        """Choose the stage under the bar, or leave it out."""
        stages = self.query_one("#stages", OptionList)
        if stages.has_focus:
            stages.action_select()

    def _show_stages(self) -> None:
        stages = self.query_one("#stages", OptionList)
        place = stages.highlighted
        stages.clear_options()
        stages.add_options(
            f"{'✓' if stage.id in self.chosen else '·'} {stage.id:<5}{stage.title}"
            for stage in self._stages
        )
        stages.highlighted = place or 0
        file = self._case.file
        chosen = self._in_order
        now = values_now(file.programme, file.patient.edits, chosen) if chosen else {}
        for name in QUANTITIES:
            self.query_one(f"#field-{name}").display = name in now
            value = now.get(name)
            field = self.query_one(f"#{name}", Input)
            field.placeholder = "differs" if value is None else f"{value:g}"
        self.check()

    @on(Input.Changed)
    def _typed(self) -> None:
        self.check()

    @property
    def _in_order(self) -> tuple[str, ...]:
        return tuple(stage.id for stage in self._stages if stage.id in self.chosen)

    def check(self) -> None:
        """Check what is typed, and say it in the words of the command."""
        file = self._case.file
        typed = {
            name: self.query_one(f"#{name}", Input).value
            for name in QUANTITIES
            if self.query_one(f"#field-{name}").display
        }
        reason = self.query_one("#reason", Input).value
        draft = limits_draft(file.programme, file.patient.edits, self._in_order, typed, reason)
        self.draft = draft
        if draft.faults:
            lines = [
                Content.styled(line, "bold") for f in draft.faults for line in self._wrapped(f)
            ]
        else:
            lines = [
                Content(f" ✓ {c.stage}: {c.quantity} {c.before:g} → {c.after:g}")
                for c in draft.changes
            ]
            lines.append(Content.styled(f" {HOLDS} Ctrl+S signs.", "$soft"))
        self.query_one("#checked", Static).update(Content("\n").join(lines))

    def _wrapped(self, fault: str) -> list[str]:
        room = max(20, self.size.width - 2)
        return wrap(fault, room, initial_indent=" ‖ ", subsequent_indent="   ")

    def action_sign(self) -> None:
        """Sign the edit: the PIN is asked, and only then it is written."""
        draft = self.draft
        if draft is None or draft.faults:
            self.app.notify("Mend what is told below first", severity="warning")
            return

        def sign(case: Case, _asker: ScreenAsker) -> Done:
            return acts.edit_limits(case, draft.edit, None)

        def written(_done: Done) -> None:
            self.desk.back()

        name = self._case.file.patient.name
        self.desk.act(lambda desk, asker: sign(desk.case(name), asker), written)
