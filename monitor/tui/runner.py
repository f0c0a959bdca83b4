"""What the screen needs of a session: nothing of how it is run."""

from typing import TYPE_CHECKING, Protocol

from monitor.marks import MarkKind
from monitor.programme.phases import Item
from monitor.running.asking import Flow
from monitor.snapshot import Snapshot

if TYPE_CHECKING:
    from monitor.live.publisher import Publisher


class Runner(Protocol):
    """A session that can be run, looked at and acted on."""

    @property
    def snapshot(self) -> Snapshot:
        """The state now."""
        ...

    @property
    def publisher(self) -> "Publisher | None":
        """Who lets viewers see it; None where it cannot be watched."""
        ...

    @property
    def summary_lines(self) -> tuple[str, ...]:
        """The result in lines for a person; empty before the end."""
        ...

    async def run(self) -> None:
        """Run the whole session; returns when it is over."""
        ...

    def mark(self, kind: MarkKind, value: int | None = None, text: str = "") -> None:
        """Take one action of the people at the treadmill."""
        ...


class GradedRunner(Runner, Protocol):
    """A patient's session."""

    red_flags: tuple[Item, ...]
    supervised_by: str | None

    def flag(self, flag: str) -> None:
        """Take a warning sign, which ends the session."""
        ...

    def let_go_on(self) -> bool:
        """Let the session go on after a red event; return whether a clinician is present."""
        ...


class Graded(Protocol):
    """A patient's session from its questions to its closing."""

    def before(self) -> Flow[GradedRunner]:
        """Ask what comes before the first step."""
        ...

    def after(self) -> Flow[object]:
        """Ask what comes after the last step, and close."""
        ...
