"""``make soak``: two pods and a cadence pod for 2 h of pod time, and 10 min of real time.


``python tests/two_pods_soak.py [hours|core]`` runs one part; each leaves its rows in ``build/``,
docs/soak.md is written from both.
"""

import json
import sys
from pathlib import Path
from typing import Final

from two_pods import LARGE_MTU, STOCK_MTU, Measured, soaked

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "soak.md"
ROWS: Final = ROOT / "build"

HOURS_S: Final = 7200.0
"""s of pod time."""

HOURS_SPEED: Final = 4.0
"""Pod seconds per real second of the two hours: what a shared machine of two cores holds."""

SETTLED_S: Final = 600.0
"""s. Memory is held against that after the first ten minutes."""

MAX_GROWTH_MB: Final = 5.0

REAL_S: Final = 640.0
"""s. Ten minutes of real time, after connecting."""

CONNECTED_S: Final = 30.0
"""s. From here on the share of a core is taken."""

MAX_CORE_PCT: Final = 15.0


def hours(seconds: float = HOURS_S, speed: float = HOURS_SPEED) -> dict[str, object]:
    """Return what two hours of pod time came to."""
    m = soaked(seconds, speed, mtu=LARGE_MTU)
    return {**_counts(m), "speed": speed, "memory_mb": m.memory_mb,
            "growth_mb": m.growth_mb(SETTLED_S)}  # fmt: skip


def core(seconds: float = REAL_S) -> dict[str, object]:
    """Return what ten minutes of real time took of a core."""
    m = soaked(seconds, 1.0, mtu=STOCK_MTU)
    return {**_counts(m), "core_pct": m.core_pct(CONNECTED_S), "cpu": m.cpu}


def _counts(m: Measured) -> dict[str, object]:
    assert m.result is not None
    return {
        "made": m.made, "sent": m.sent, "received": m.received, "connections": m.connections,
        "drops": m.result.drops, "lost_samples": m.result.lost_samples,
        "bad_packets": m.result.bad_packets, "dropped_packets": m.result.dropped_packets,
        "steps": m.result.steps, "sides": m.result.sides, "ended_s": m.result.ended_s,
    }  # fmt: skip


def main() -> int:
    """Run the parts asked for; return 0 where all is as asked."""
    ROWS.mkdir(exist_ok=True)
    for name, part in {"hours": hours, "core": core}.items():
        if name in (sys.argv[1:] or ("hours", "core")):
            (ROWS / f"soak-{name}.json").write_text(json.dumps(part()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
