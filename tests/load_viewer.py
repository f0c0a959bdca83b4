"""Viewers of a session, a process each, all forked from this one: it loads what they need once.

``python load_viewer.py FOLDER ORIGIN_NS KIND...`` prints their process numbers; each leaves what it
saw in FOLDER as KIND-PID.json.
"""

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from websockets.asyncio.client import unix_connect
from websockets.exceptions import ConnectionClosed

from monitor.live.client import READ_AHEAD, Viewing
from monitor.live.door import open_doors
from monitor.live.wire import PROTOCOL, decode
from monitor.snapshot import Snapshot
from sensors.clock import SessionClock

SLOW_S: Final = 2.0
"""s. A slow viewer reads one message in so long."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one viewer saw; ages are from the grid time of a Snapshot to its being read."""

    is_slow: bool
    snapshots: int
    is_over: bool
    is_ordered: bool
    age_p99_s: float
    age_worst_s: float


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that so large a share does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


class Noting(Viewing):
    """A viewer as ``stridegate watch`` has one, that notes how old each Snapshot is."""

    def __init__(self, folder: Path, origin_ns: int) -> None:
        (door,) = open_doors(folder)
        super().__init__(door, SessionClock())
        self.noted: list[tuple[float, float]] = []
        self._origin_ns = origin_ns

    def _take(self, message: str | bytes) -> None:
        super()._take(message)
        if self.snapshot is not None:
            self.noted.append(noted(self.snapshot, self._origin_ns))


def noted(snapshot: Snapshot, origin_ns: int) -> tuple[float, float]:
    """Return a Snapshot's time and how old it is now; the clock is the system's own."""
    return snapshot.t_s, (time.monotonic_ns() - origin_ns) / 1e9 - snapshot.t_s


async def view(folder: Path, origin_ns: int, *, is_slow: bool) -> Seen:
    """Watch to the end of the session."""
    if not is_slow:
        viewing = Noting(folder, origin_ns)
        await viewing.run()
        assert viewing.snapshot is not None
        return seen_of(viewing.noted, is_slow=False, is_over=viewing.snapshot.is_over)
    (door,) = open_doors(folder)
    found: list[tuple[float, float]] = []
    is_over = False
    async with unix_connect(
        door.socket, subprotocols=[PROTOCOL], compression=None, max_queue=READ_AHEAD, max_size=None
    ) as connection:
        with contextlib.suppress(ConnectionClosed):
            while not is_over:
                await asyncio.sleep(SLOW_S)
                snapshot = decode(await connection.recv())
                assert isinstance(snapshot, Snapshot)
                found.append(noted(snapshot, origin_ns))
                is_over = snapshot.is_over
    return seen_of(found, is_slow=True, is_over=is_over)


def seen_of(found: list[tuple[float, float]], *, is_slow: bool, is_over: bool) -> Seen:
    """Sum up what a viewer noted; the first Snapshot may be as old as the connection."""
    times_s, ages_s = zip(*found, strict=True)
    # At the end the session's clock stands still: only what was live has an age.
    live_s = ages_s[1:-1] or ages_s
    return Seen(
        is_slow,
        len(found),
        is_over,
        list(times_s) == sorted(times_s),
        percentile(live_s, 0.99),
        max(live_s),
    )


def main() -> None:
    """Fork a viewer for each kind, and wait for them."""
    folder, origin_ns = Path(sys.argv[1]), int(sys.argv[2])
    pids: list[int] = []
    for kind in sys.argv[3:]:
        pid = os.fork()
        if pid == 0:
            seen = asyncio.run(view(folder, origin_ns, is_slow=kind == "slow"))
            written = json.dumps(asdict(seen))
            (folder / f"seen-{os.getpid()}").write_text(written, encoding="utf-8")
            os._exit(0)
        pids.append(pid)
    print(json.dumps(pids), flush=True)
    for pid in pids:
        os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
