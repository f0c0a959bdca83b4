"""``make soak``: two pods and a cadence pod for two hours of pod time, and for ten real minutes.

``python tests/two_pods_soak.py [hours|core]`` runs one part; each leaves its figures in ``build/``,
and docs/soak.md is written from both.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from two_pods import Measured, simulated, soaked

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "soak.md"
FIGURES: Final = ROOT / "build"

HOURS_S: Final = 7200.0
"""s of pod time."""

SETTLED_S: Final = 600.0
"""s. Memory is held against that after the first ten minutes."""

MAX_GROWTH_MB: Final = 5.0

REAL_S: Final = 640.0
"""s. Ten minutes of real time, after connecting."""

CONNECTED_S: Final = 30.0
"""s. From here on the share of a core is taken."""

MAX_CORE_PCT: Final = 15.0


def hours() -> dict[str, Any]:
    """Return what two hours of pod time came to, in simulated time."""
    m = simulated(HOURS_S)
    return {**counts(m), "memory_mb": m.memory_mb, "growth_mb": m.growth_mb(SETTLED_S)}


def core() -> dict[str, Any]:
    """Return what ten minutes of real time took of a core, the pods in another process."""
    m = soaked(REAL_S)
    return {**counts(m), "core_pct": m.core_pct(CONNECTED_S), "minutes": m.cpu[-1][0] / 60.0}


def counts(m: Measured) -> dict[str, Any]:
    """Return what was sent and what came of it."""
    assert m.result is not None
    return {
        "made": m.made,
        "sent": m.sent,
        "received": m.received,
        "connections": m.connections,
        "drops": m.result.drops,
        "lost_samples": m.result.lost_samples,
        "bad_packets": m.result.bad_packets,
        "steps": m.result.steps,
    }


def failures(figures: dict[str, dict[str, Any]]) -> list[str]:
    """Return what is not as asked."""
    found = [
        f"{part}: {f['sent']} sent, {f['received']} received"
        for part, f in figures.items()
        if f["made"] != f["sent"] or f["sent"] != f["received"] or f["lost_samples"]
    ]
    if "hours" in figures and figures["hours"]["growth_mb"] > MAX_GROWTH_MB:
        found.append(f"hours: memory grew by {figures['hours']['growth_mb']:.1f} MB")
    if "core" in figures and figures["core"]["core_pct"] > MAX_CORE_PCT:
        found.append(f"core: {figures['core']['core_pct']:.1f} % of a core")
    return found


def page(figures: dict[str, dict[str, Any]]) -> str:
    """Return docs/soak.md."""
    head = (
        "# Two pods and a cadence pod for hours\n\n"
        "`make soak` (`tests/two_pods_soak.py`, `tests/two_pods.py`): a pod at each leg at 208 Hz "
        "with gyroscope and one that counts steps, virtual peripherals behind the real client; "
        "recording, analysis, limits and Snapshots run as in a session, without the screen. The "
        "short form is `tests/monitor/test_two_pods_link.py`. The computer was shared with other "
        "work.\n"
    )
    parts = [head]
    if "hours" in figures:
        f = figures["hours"]
        every = [row for i, row in enumerate(f["memory_mb"]) if i % 60 == 0]
        memory = ", ".join(f"{mb:.1f} at {t_s / 60.0:.0f} min" for t_s, mb in every)
        parts.append(
            "## Two hours of pod time\n\n"
            "In simulated time (`tests/simulated_time.py`): where nothing is left to do, the time "
            "jumps to the next timer, so a busy computer makes no pod late. Pods and program share "
            f"a process: the memory is that of both.\n\n{table(f)}\n"
            f"Resident memory in MB: {memory}. After the first ten minutes it grew by "
            f"{f['growth_mb']:.1f} MB at most (asked: {MAX_GROWTH_MB:g}).\n"
        )
    if "core" in figures:
        f = figures["core"]
        parts.append(
            f"## {f['minutes']:.0f} minutes of real time\n\n"
            "The pods run in a process of their own behind a TCP transport (HCI), so that their "
            "cost is not in the figure; the program's own Bluetooth host, which a system otherwise "
            f"provides, is.\n\n{table(f)}\n"
            f"The program took {f['core_pct']:.1f} % of a core (asked: {MAX_CORE_PCT:g}), user and "
            "system time of its process over real time.\n"
        )
    return "\n".join(parts)


def table(f: dict[str, Any]) -> str:
    """Return the tallies of one part as a table."""
    rows = "".join(
        f"| {slot} | {f['made'][slot]} | {f['sent'][slot]} | {f['received'][slot]} "
        f"| {f['connections'][slot]} |\n"
        for slot in f["made"]
    )
    return (
        "| pod | made | sent | received | connections |\n|---|---|---|---|---|\n"
        f"{rows}\nSamples, reports for the cadence pod. Lost samples {f['lost_samples']}, bad "
        f"packets {f['bad_packets']}, link drops {f['drops']}; {f['steps']} steps judged.\n"
    )


def main() -> int:
    """Run the parts asked for; return 0 where all is as asked."""
    FIGURES.mkdir(exist_ok=True)
    figures: dict[str, dict[str, Any]] = {}
    for name, part in {"hours": hours, "core": core}.items():
        kept = FIGURES / f"soak-{name}.json"
        if name in (sys.argv[1:] or ("hours", "core")):
            kept.write_text(json.dumps(part()), encoding="utf-8")
        if kept.exists():
            figures[name] = json.loads(kept.read_text(encoding="utf-8"))
    PAGE.write_text(page(figures), encoding="utf-8")
    for failure in failures(figures):
        print(failure)
    return 1 if failures(figures) else 0


if __name__ == "__main__":
    sys.exit(main())
