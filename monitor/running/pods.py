"""The pods of a graded session: real ones on the air, or virtual ones that follow the plan."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from analysis.step import Gait
from monitor.demo.patient import pod_names
from monitor.linksource import LEAD_S, LinkSource, real_radio
from monitor.marks import MarkKind
from monitor.podchoices import pod_choices
from monitor.running.options import RunOptions
from monitor.setup import SessionSetup
from sensors.clock import SessionClock
from sensors.radio import Radio

WALK_G, RUN_G = 2.6, 5.0
"""g. Impacts of the virtual walker where the patient has no baseline: usual medians at a shank."""

EASY: Final = 0.92
"""Ratio to the baseline at which the virtual walker runs: below amber by three spreads of 8 %."""

REACTION_S: Final = 0.7
"""s. How long after a prompt the virtual gait changes. Design default."""

AFTER_S: Final = 60.0
"""s. The virtual walker walks on after the plan: a pod does not stop when a session does."""


def open_source(
    options: RunOptions,
    setup: SessionSetup,
    clock: SessionClock,
    *,
    starts_itself: bool,
    start: MarkKind = MarkKind.START,
    done_s: float = 0.0,
) -> LinkSource:
    """Return the session's source.

    Parameters
    ----------
    options : RunOptions
        Which radio, and whether the pod is virtual.
    setup : SessionSetup
        The pod, and the plan that a virtual walker follows.
    clock : SessionClock
        The session's.
    starts_itself : bool
        Whether nobody is asked to start. A virtual walker never waits.
    start : MarkKind
        What starts the plan: ``RESUME`` where it had begun before.
    done_s : float
        How much of the plan is done: a virtual walker does the rest.
    """

    @asynccontextmanager
    async def radio() -> AsyncIterator[Radio]:
        opened = (
            _virtual_radio(setup, clock, options.seed, done_s)
            if options.is_virtual
            else real_radio(options.radio)
        )
        async with opened as found:
            yield found

    choices = pod_choices(options.pods, options.address)
    return LinkSource(
        setup.pods,
        clock,
        radio,
        starts_itself=starts_itself or options.is_virtual,
        names=pod_names(setup) if options.is_virtual else None,
        addresses={choice.slot: choice.address for choice in choices if choice.address},
        start=start,
    )


@asynccontextmanager
async def _virtual_radio(
    setup: SessionSetup, clock: SessionClock, seed: int, done_s: float
) -> AsyncIterator[Radio]:
    # Its controller complains of packets for a link that is being closed.
    logging.getLogger("bumble").setLevel(logging.CRITICAL)
    # Bumble only where it is asked for: it is slow to import.
    from monitor.demo.pod import walker_pods
    from sensors.virtual.gait_script import GaitScript, Stretch, run, stand, walk
    from sensors.virtual.radio import virtual_radio

    own = setup.baselines
    walk_g = WALK_G if own.w0 is None else own.w0.impact_g
    run_g = RUN_G if own.r0 is None else own.r0.impact_g
    walk_spm, run_spm = setup.walk_cadence_spm, setup.run_cadence_spm

    def stretch(gait: Gait, seconds: float) -> Stretch:
        if gait is Gait.WALK:
            return walk(seconds, cadence_spm=walk_spm, impact_g=EASY * walk_g)
        return run(seconds, cadence_spm=run_spm, impact_g=EASY * run_g)

    planned = []
    for segment in setup.segments:
        left_s, done_s = segment.duration_s - done_s, max(0.0, done_s - segment.duration_s)
        if left_s > 0.0:
            planned.append(stretch(segment.gait, left_s))
    script = GaitScript((stand(LEAD_S + REACTION_S), *planned, stretch(Gait.WALK, AFTER_S)))
    async with virtual_radio(walker_pods(setup, script, clock, seed)) as radio:
        yield radio
