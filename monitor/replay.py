"""A recorded session decided again: at once, or in time with a clock so that it can be watched.

Both ways take the same steps in the same order, so neither can decide otherwise than the other.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import count

from monitor.core import GRID_HZ, Input, SessionCore
from monitor.journal import Journal
from monitor.marks import MarkKind
from monitor.record import RecordedSession
from monitor.result import SessionResult, lines_of, result_of
from monitor.setup import SessionSetup
from monitor.snapshot import Snapshot
from monitor.view import snapshot_of
from sensors.clock import SessionClock
from sensors.errors import UnreadableFileError


def stepped(
    core: SessionCore, items: Iterable[Input], until_s: float | None = None
) -> Iterator[float]:
    """Feed recorded inputs and step the grid, as the live session did.

    Parameters
    ----------
    core : SessionCore
        A fresh core.
    items : iterable of Input
        In the order in which they were recorded.
    until_s : float, optional
        The last grid time of the recorded session. Where it is not known (the program was killed)
        it is the first grid time after the last input.

    Yields
    ------
    float
        Each grid time, after it was decided. The core is closed after the last one.
    """
    yield from _grid(core, items, until_s)
    core.close(core.end_reason or "interrupted")


def taken_up(session: RecordedSession, until_s: float) -> SessionCore:
    """Return the core of a session that broke off, as it stands later.

    What is not recorded is missing data, as in a replay: the plan's time goes on meanwhile.

    Parameters
    ----------
    session : RecordedSession
        What was recorded.
    until_s : float
        The session time at which it goes on.

    Raises
    ------
    UnreadableFileError
        Where the recorded decisions are not those that this version takes.
    """
    core = SessionCore(session.setup, Journal())
    for _ in _grid(core, session.inputs(), until_s):
        pass
    decided = [entry.to_json() for entry in core.journal.entries[: len(session.decisions)]]
    if decided != list(session.decisions):
        raise UnreadableFileError(
            f"{session.recording.path}: this version decides otherwise than was recorded: close "
            "the session with stridegate recover"
        )
    return core


def _grid(core: SessionCore, items: Iterable[Input], until_s: float | None) -> Iterator[float]:
    """Feed and step, see ``stepped``; the core is left open."""
    grid = (k / GRID_HZ for k in count(1))
    t_s = next(grid)
    for item in items:
        # What is stamped on a grid time itself was fed after that step, as in a live session.
        while t_s <= item.t_s and not core.is_over:
            core.step(t_s)
            yield t_s
            t_s = next(grid)
        core.feed(item)
    last_s = t_s if until_s is None else until_s
    while t_s <= last_s and not core.is_over:
        core.step(t_s)
        yield t_s
        t_s = next(grid)


def decide(
    setup: SessionSetup,
    items: Iterable[Input],
    until_s: float | None = None,
    on_step: Callable[[SessionCore], None] | None = None,
) -> SessionCore:
    """Take the decisions of recorded inputs at once, without a clock.

    Parameters
    ----------
    setup : SessionSetup
        From the recording's header.
    items, until_s : see ``stepped``
        What was recorded.
    on_step : callable, optional
        Called with the core after every grid step.

    Returns
    -------
    SessionCore
        The session, over.
    """
    core = core_in_haste(setup)
    for _ in stepped(core, items, until_s):
        if on_step is not None:
            on_step(core)
    return core


def core_in_haste(setup: SessionSetup) -> SessionCore:
    """Return a fresh core that decides the same without looking for contacts in advance.

    Contacts before their steps are final only light a dot on a live screen, and take half of the
    time.
    """
    core = SessionCore(setup, Journal())
    for pipeline in core.pipelines.values():
        pipeline.with_strikes = False
    return core


class ReplayRunner:
    """A recorded session in time with a clock; what a screen needs of a session.

    Parameters
    ----------
    session : RecordedSession
        What is replayed.
    clock : SessionClock
        Its speed is the replay's.
    on_step : callable, optional
        Called with the Snapshot after every grid step.

    Attributes
    ----------
    snapshot : Snapshot
        What is to be shown now.
    core : SessionCore
        What decides.
    result : SessionResult or None
        The result once the replay has reached its end.
    """

    def __init__(
        self,
        session: RecordedSession,
        clock: SessionClock,
        on_step: Callable[[Snapshot], None] | None = None,
    ) -> None:
        self.result: SessionResult | None = None
        self.publisher: None = None
        self._session = session
        self._clock = clock
        self._on_step = on_step
        self.core = SessionCore(session.setup, Journal())
        self.snapshot = snapshot_of(self.core, 0.0)

    @property
    def summary_lines(self) -> tuple[str, ...]:
        """The result in lines for a person; empty before the end."""
        return () if self.result is None else lines_of(self.result, self._session.setup)

    def mark(self, kind: MarkKind, value: int | None = None, text: str = "") -> None:
        """Do nothing: a replay takes the marks that were recorded, and no others."""

    async def run(self) -> None:
        """Replay to the end."""
        session = self._session
        for t_s in stepped(self.core, session.inputs(), session.ended_s):
            self.snapshot = snapshot_of(self.core, t_s)
            if self._on_step is not None:
                self._on_step(self.snapshot)
            await self._clock.sleep_until(t_s)
        self.result = result_of(self.core)
        self.snapshot = snapshot_of(self.core, self.core.t_s)
