"""``stridegate demo``: a graded session with everything real but the foot.

A virtual pod plays a gait with known truth over a virtual radio; the real Bluetooth client, the
recording, the analysis, the limits and the screen do what they do for a patient.
"""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version

from analysis.step import Placement
from monitor.baselines import AcceptedBaseline, OwnBaselines
from monitor.demo.options import DemoOptions
from monitor.demo.patient import R0_CADENCE_SPM, R0_G, W0_CADENCE_SPM, W0_G, pod_names
from monitor.limits import stage_limits
from monitor.linksource import LinkSource, real_radio
from monitor.live.opening import open_remote
from monitor.live.publisher import Publisher
from monitor.programme.file import load_programme
from monitor.programme.model import scaled
from monitor.record import RecordingSink, recordings_folder
from monitor.session import SessionRunner
from monitor.setup import PodSetup, Purpose, SessionSetup, session_segments
from monitor.sides import CADENCE, LEFT, RIGHT, SLOT, SidesBaseline
from monitor.snapshot import Snapshot
from sensors.clock import SessionClock, utc_now, utc_now_ns, utc_stamp
from sensors.pods.registry import pod_of_kind
from sensors.radio import Radio

RATE_HZ = 208
"""Hz. What a Movesense is asked for: above the 190 Hz that an impact needs."""

SHANK_STOP_PAIN = 2
"""The demo plays a high-risk site: pain from 2 on stops the session."""

SIDES = SidesBaseline(impact_pct=0.0, contact_pct=0.0)
"""Left against right of the demo's patient: even, as with the baseline."""

ACCEPTED_BY = "nobody: a demonstration"
"""Who accepted the demo's baselines."""


def demo_setup(
    seconds: float, session_id: str = "demo", *, has_two_pods: bool = False
) -> SessionSetup:
    """Return the demo's setup: the bundled programme's stage, fitted to ``seconds``."""
    programme = load_programme("demo")
    stage = scaled(programme.stages[0], seconds)
    pods = _two_pods() if has_two_pods else _one_pod()
    pod = pods[0]
    sides = SIDES if has_two_pods else None
    baselines = OwnBaselines(
        AcceptedBaseline(W0_G, W0_CADENCE_SPM, ACCEPTED_BY, sides=sides),
        AcceptedBaseline(R0_G, R0_CADENCE_SPM, ACCEPTED_BY, sides=sides),
    )
    abilities = pod_of_kind(pod.kind, pod.rate_hz).abilities
    return SessionSetup(
        purpose=Purpose.DEMO,
        patient="demo",
        programme=programme.id,
        programme_title=programme.title,
        programme_version=programme.version,
        programme_sha256=programme.sha256,
        is_draft=programme.is_draft,
        stage=stage.id,
        stage_title=stage.title,
        segments=session_segments(stage),
        judged=stage.judged,
        limits=stage_limits(stage, baselines.for_limits, abilities.full_scale_g),
        stop_pain=SHANK_STOP_PAIN,
        pods=pods,
        software=version("stridegate"),
        session_id=session_id,
        contacts=stage.contacts,
        baselines=baselines,
        captures=stage.captures,
        run_cadence_spm=programme.run_cadence_spm,
        walk_cadence_spm=programme.walk_cadence_spm,
    )


def _one_pod() -> tuple[PodSetup, ...]:
    return (PodSetup(SLOT, "movesense", RATE_HZ, Placement.SHANK),)


def _two_pods() -> tuple[PodSetup, ...]:
    legs = [PodSetup(side, "movesense", RATE_HZ, Placement.SHANK) for side in (LEFT, RIGHT)]
    return (*legs, PodSetup(CADENCE, "rsc", None, Placement.SHANK))


@asynccontextmanager
async def demo_radio(
    transport: str, setup: SessionSetup, clock: SessionClock, seed: int
) -> AsyncIterator[Radio]:
    """Open the radio that the command line asks for.

    Parameters
    ----------
    transport : str
        ``"virtual"``, ``"system"`` or a Bumble transport.
    setup : SessionSetup
        The virtual patient follows its plan.
    clock : SessionClock
        The virtual pod's clock.
    seed : int
        Of the virtual gait.
    """
    if transport != "virtual":
        async with real_radio(transport) as radio:
            yield radio
        return
    # Its controller complains of packets for a link that has just dropped: that is the demo.
    logging.getLogger("bumble").setLevel(logging.CRITICAL)
    # Bumble only where it is asked for: it is slow to import.
    from monitor.demo.pod import demo_pods
    from sensors.virtual.radio import virtual_radio

    async with virtual_radio(demo_pods(setup, clock, seed)) as radio:
        yield radio


def open_demo(
    options: DemoOptions, on_step: Callable[[Snapshot], None] | None = None
) -> SessionRunner:
    """Open the demo's session: setup, recording, radio. Nothing runs yet."""
    clock = SessionClock(options.speed)
    t0_utc_ns = utc_now_ns()
    session_id = f"demo-{utc_stamp(t0_utc_ns)}"
    setup = demo_setup(options.seconds, session_id, has_two_pods=options.has_two_pods)
    path = options.recording or recordings_folder() / f"{session_id}.mcap"
    source = LinkSource(
        setup.pods,
        clock,
        lambda: demo_radio(options.radio, setup, clock, options.seed),
        names=pod_names(setup) if options.radio == "virtual" else None,
    )
    remote = open_remote(options.watch, utc_now())
    runner = SessionRunner(setup, source, RecordingSink(path, setup, t0_utc_ns), clock, on_step)
    runner.publisher = Publisher(runner, session_id, setup.patient, remote)
    return runner
