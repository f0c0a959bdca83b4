"""What the screen needs of a session: nothing of how it is run."""

from typing import Protocol

from monitor.marks import MarkKind
from monitor.snapshot import Snapshot


class Runner(Protocol):
    """A session that can be run, looked at and acted on."""

    @property
    def snapshot(self) -> Snapshot:
        """The state now."""
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
