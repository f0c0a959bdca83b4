"""``make fixtures``: record the sessions under ``fixtures/``, each with its truth and provenance.

Names of sessions as arguments record these alone.

Everything is made by our own virtual pod and known-truth gait, over the virtual radio and the real
Bluetooth client. No recording of a person is in this repository.
"""

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path

from analysis.step import Gait, Placement
from monitor.demo.patient import W0_CADENCE_SPM, W0_G, demo_gait
from monitor.demo.session import demo_setup
from monitor.linksource import LEAD_S, LinkSource
from monitor.record import RecordingSink
from monitor.session import SessionRunner
from monitor.setup import ANALYSIS_VERSION, PodSetup, SessionSetup
from sensors.clock import SessionClock, utc_now_ns
from sensors.radio import Radio
from sensors.samples import StepReport
from sensors.virtual.faults import ClockReset, Drop, Faults
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, stand, walk
from sensors.virtual.movesense import Movesense
from sensors.virtual.peripheral import VirtualPod
from sensors.virtual.polar import MTU as POLAR_MTU
from sensors.virtual.polar import Polar
from sensors.virtual.radio import virtual_radio
from sensors.virtual.rsc import RunningSpeed

FOLDER = Path(__file__).parent.parent / "fixtures"
FS_HZ, SEED = 208.0, 7
SPEED = 2.0
"""Pod time runs twice as fast as life: nothing in a recording depends on it."""

SECONDS = 40.0


def recorded(
    name: str, setup: SessionSetup, make_pod: Callable[[SessionClock], VirtualPod]
) -> float:
    """Record one session; returns the session time of the pod's time 0."""
    clock = SessionClock(SPEED)
    pod = make_pod(clock)

    def open_radio() -> AbstractAsyncContextManager[Radio]:
        return virtual_radio([pod])

    path = FOLDER / f"{name}.mcap"
    path.unlink(missing_ok=True)
    sink = RecordingSink(path, setup, utc_now_ns())
    runner = SessionRunner(setup, LinkSource(setup.pods, clock, open_radio), sink, clock)
    zero_s: list[float] = []

    async def session() -> None:
        task = asyncio.create_task(runner.run())
        while pod._origin_s is None:  # noqa: ASYNC110 - the pod has no event for its start
            await asyncio.sleep(0.01)
        zero_s.append(pod._origin_s)
        await task

    asyncio.run(session())
    return zero_s[0]


def describe(name: str, what: str, how: dict[str, object], truth: dict[str, object]) -> None:
    """Write truth and provenance beside a recording."""
    provenance = {
        "what": what,
        "made_by": "make fixtures (tests/make_fixtures.py)",
        "software": version("stridegate"),
        "analysis": ANALYSIS_VERSION,
        **how,
    }
    for kind, value in (("truth", truth), ("provenance", provenance)):
        text = json.dumps(value, indent=1, sort_keys=True) + "\n"
        (FOLDER / f"{name}.{kind}.json").write_text(text, encoding="utf-8")


def gait_truth(source: GaitSource, zero_s: float) -> dict[str, object]:
    """Return the truth of a gait on the session's clock."""
    steps = [
        {**asdict(step), "t_ic_s": round(step.t_ic_s + zero_s, 4),
         "t_tc_s": None if step.t_tc_s is None else round(step.t_tc_s + zero_s, 4),
         "impact_g": round(step.impact_g, 3)}
        for step in source.truth
    ]  # fmt: skip
    return {"pod_zero_session_s": round(zero_s, 4), "steps": steps}


def make_demo() -> None:
    """A demo session: one over-limit stretch, one drop of the link."""
    setup = demo_setup(SECONDS)
    source = GaitSource(demo_gait(setup), FS_HZ, SEED)
    faults = Faults(incidents=(Drop(26.0, 2.5),))
    zero_s = recorded(
        "demo",
        setup,
        lambda clock: VirtualPod(
            Movesense(source), clock, name="Movesense 000000000007", faults=faults
        ),
    )
    how = {"seed": SEED, "fs_hz": FS_HZ, "faults": "the link drops at 26 s for 2.5 s of pod time"}
    describe("demo", "a demo session of 40 s", how, gait_truth(source, zero_s))


def make_faulty() -> None:
    """A session over a bad radio, with a pod that starts anew half-way."""
    setup = demo_setup(SECONDS)
    script = GaitScript(
        (
            stand(LEAD_S),
            walk(8.0, impact_g=W0_G),
            run(24.0, impact_g=4.5),
            walk(30.0, impact_g=W0_G),
        )
    )
    source = GaitSource(script, FS_HZ, SEED)
    faults = Faults(
        seed=SEED, loss=0.01, part_loss=0.005, duplicate=0.02, late=0.02, jitter_s=0.04,
        incidents=(ClockReset(20.0),),
    )  # fmt: skip
    zero_s = recorded(
        "faulty",
        setup,
        lambda clock: VirtualPod(
            Movesense(source, counter_start_ms=2**32 - 9000),
            clock,
            name="Movesense 000000000008",
            faults=faults,
            charge_pct=15,
            mtu=161,
        ),
    )
    how = {
        "seed": SEED,
        "fs_hz": FS_HZ,
        "faults": "1 % of packets lost, 0.5 % half lost, 2 % twice, 2 % late, 40 ms of jitter; the "
        "counter wraps at 9 s, and starts at 0 again at 20 s; battery 15 %; two-part packets",
    }
    describe("faulty", "a session over a bad radio", how, gait_truth(source, zero_s))


def make_rsc() -> None:
    """A session with a pod that counts steps: cadence alone, so nothing is judged."""
    setup = replace(demo_setup(30.0), pods=(PodSetup("pod", "rsc", None, Placement.FOOT),))
    reports = [
        (t + 1.0, StepReport(2.75, 83, True, 1.99, 2.75 * t) if 8 <= t < 25
         else StepReport(1.375, 55, False, 1.5, 1.375 * t))
        for t in range(60)
    ]  # fmt: skip
    zero_s = recorded(
        "rsc",
        setup,
        lambda clock: VirtualPod(RunningSpeed(reports), clock, name="StrideGate RSC"),
    )
    truth = {
        "pod_zero_session_s": round(zero_s, 4),
        "cadence_spm": {Gait.RUN.value: 166, Gait.WALK.value: W0_CADENCE_SPM},
    }
    describe("rsc", "a session with a Running Speed and Cadence pod", {}, truth)


def make_polar() -> None:
    """A session with a Polar Verity Sense: compressed frames, some of them lost."""
    setup = replace(demo_setup(30.0), pods=(PodSetup("pod", "polar-sense", 208, Placement.SHANK),))
    source = GaitSource(demo_gait(setup), FS_HZ, SEED)
    faults = Faults(seed=SEED, loss=0.02)
    zero_s = recorded(
        "polar",
        setup,
        lambda clock: VirtualPod(
            Polar(source), clock, name="Polar Sense 00000009", faults=faults, mtu=POLAR_MTU
        ),
    )
    how = {"seed": SEED, "fs_hz": FS_HZ, "faults": "2 % of the frames are lost"}
    describe("polar", "a session with a Polar Verity Sense", how, gait_truth(source, zero_s))


MAKERS = {"demo": make_demo, "faulty": make_faulty, "rsc": make_rsc, "polar": make_polar}

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for make in (MAKERS[name] for name in sys.argv[1:] or MAKERS):
        print(make.__doc__, file=sys.stderr)
        make()
