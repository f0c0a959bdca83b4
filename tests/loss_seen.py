"""``make loss-seen``: which share of lost samples is told without a counter; docs/pod-loss.md.

Made arrivals at 200 Hz: 140 s, with the packets lost from the first one on or after 16 s without a
loss, one at a time or 0.15 s in a row. A loss is told where it lies in time that is unsure.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from pod_clocks import Arrival, PodClocks, jitter

from sensors.timing.epoch import Counts
from sensors.timing.fit import ArrivalFit
from sensors.timing.samplecount import SampleStamper

Delay = Callable[[int, float, np.random.Generator], float]
PAGE = Path(__file__).parent.parent / "docs" / "pod-loss.md"
FS_HZ, SECONDS, CLEAN_S, SEED = 200.0, 140.0, 16.0, 7
BURST = 30
"""Samples: 0.15 s."""

END_S = 5.0
"""Seconds at the end that are left out: their loss is told later, if the stream goes on."""

LOSSES = (0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.3)

HEAD = """# What is told of loss without a counter

Written by `make loss-seen`. Share of the lost packets, in per cent, that lie in time which is known
to be unsure; made arrivals at 200 Hz. Synthetic: no real radio. See [pods.md](pods.md).

"""


def interval(number: int, at_s: float, rng: np.random.Generator) -> float:
    """Return the delay of a link with an event every 30 ms, one in ten of which fails."""
    return (-at_s) % 0.03 + 0.002 + 0.03 * (rng.geometric(0.9) - 1)


def bursts() -> Delay:
    """Return the delays of a radio that holds everything up for up to 0.15 s now and then."""
    until_s = 0.0

    def delay_s(number: int, at_s: float, rng: np.random.Generator) -> float:
        nonlocal until_s
        until_s *= number > 0  # a new stream
        if at_s > until_s and rng.random() < 0.02:
            until_s = at_s + rng.uniform(0.0, 0.15)
        return float(max(0.005, until_s - at_s))

    return delay_s


def arrivals(packet: int, delay_s: Delay) -> list[Arrival]:
    """Return the packets of a pod in the order in which they arrive."""
    rng, newest_s, out = np.random.default_rng(SEED), 0.0, []
    for number, (block, at_s) in enumerate(
        PodClocks(FS_HZ, packet).packets(SECONDS, lambda _: 0.0)
    ):
        newest_s = max(newest_s, at_s + delay_s(number, at_s, rng))
        out.append((block, newest_s))
    return out


def told_pct(sent: list[Arrival], loss: float, burst: int, from_s: float) -> str:
    """Lose a share of the packets; return which share of them is told, "–" where none was lost."""
    rng, left = np.random.default_rng(SEED), 0
    counts = Counts()
    stamper = SampleStamper(1.0 / FS_HZ, counts)
    lost_s = []
    for block, at_s in sent:
        if left == 0 and at_s >= from_s and rng.random() < loss / burst:
            left = burst
        if left:
            left -= 1
            lost_s.append(at_s)
        else:
            stamper.stamp(block, at_s, ArrivalFit())
    stamper.flush()
    judged = [t for t in lost_s if t < SECONDS - END_S]
    told = [any(a - 0.05 <= t <= b + 0.05 for a, b in counts.unsure) for t in judged]
    return f"{100.0 * float(np.mean(told)):.0f}" if told else "–"


def main() -> None:
    """Measure and write the page."""
    spread = jitter(SEED)
    radios: dict[str, Delay] = {
        "5–40 ms": lambda number, _at_s, _rng: spread(number),
        "30 ms interval": interval,
        "held up ≤ 150 ms": bursts(),
    }
    titles = [f"{100 * loss:g} %" for loss in LOSSES]
    lines = [
        f"| samples a packet | arrivals | begins | lost in a row | {' | '.join(titles)} |",
        "|" + "---|" * (4 + len(LOSSES)),
    ]
    for packet in (1, 3):
        for radio, delay_s in radios.items():
            sent = arrivals(packet, delay_s)
            for begins, from_s in (("after 16 s", CLEAN_S), ("at once", 0.0)):
                for burst in (1, BURST // packet):
                    told = [told_pct(sent, loss, burst, from_s) for loss in LOSSES]
                    cells = (str(packet), radio, begins, f"{1000 * burst * packet / FS_HZ:.0f} ms")
                    lines.append(f"| {' | '.join((*cells, *told))} |")
                    print(lines[-1], flush=True)
    PAGE.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
