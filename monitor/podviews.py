"""What a screen shows of a session's pods: links, cadence and its source, left against right."""

from statistics import median
from typing import Final

from monitor.asymmetry import WORDS
from monitor.core import SessionCore
from monitor.setup import Purpose
from monitor.sides import CADENCE
from monitor.snapshot import Aged, PodView, SidesView
from sensors.samples import LinkEvent, LinkState

CADENCE_STRIDES: Final = 5
"""Strides. Their median is shown: a single stride's cadence scatters by 1.7 steps/min."""

FROM_CADENCE_POD: Final = "from the cadence pod"
"""Said with a cadence that the judged foot's pod did not measure: such time does not count."""

_FAILING: Final = (LinkState.SEARCHING, LinkState.LOST, LinkState.BUSY, LinkState.REFUSED)
"""States whose detail is a sentence about what went wrong."""

_FROM_STREAMING: Final = (
    LinkState.STREAMING,
    LinkState.SILENT,
    LinkState.CONFIGURING,
    LinkState.CONNECTING,
    LinkState.SEARCHING,
    LinkState.LOST,
    LinkState.BUSY,
    LinkState.REFUSED,
    LinkState.CLOSED,
)
"""How far a link is from giving data, the nearest first."""


def worst_link(core: SessionCore) -> LinkEvent | None:
    """Return the link that is furthest from streaming; None before any was searched for."""
    if len(core.links.events) < len(core.pipelines):
        return None
    return max(core.links.events.values(), key=lambda event: _FROM_STREAMING.index(event.state))


def link_detail(core: SessionCore, link: LinkEvent | None) -> str:
    """Return what the worst link says of its failure, with its pod where there are several."""
    if link is None or link.state not in _FAILING:
        return ""
    if len(core.pipelines) == 1 or not link.detail:
        return link.detail
    return f"{core.links.title(link.slot)}: {link.detail}"


def ready_sentence(core: SessionCore) -> str:
    """Return what there is to do before the start: the judge's pod is waited for, no other."""
    judge = core.links.events.get(core.judge.setup.slot)
    if judge is None or judge.state is not LinkState.STREAMING:
        return "Waiting for the pod: move it or tap it."
    missing = [
        core.links.labels[slot]
        for slot in core.pipelines
        if slot not in core.links.events or core.links.events[slot].state is not LinkState.STREAMING
    ]
    still = f" Not there yet: {', '.join(missing)}." if missing else ""
    if core.setup.purpose is Purpose.DEMO:
        return f"The pod is ready: the demo starts by itself.{still}"
    return f"The pod is ready. Start when you are.{still}"


def shown_cadence(core: SessionCore, t_s: float) -> tuple[Aged | None, bool]:
    """Return the cadence in steps per minute of both feet, and whether it is the judge pod's.

    Where the judge pod has no signal, the cadence pod's stands in: to be seen, and for nothing
    else. What counts is measured by the judge pod alone.
    """
    beside = core.pipelines.get(CADENCE)
    if beside is not None and beside is not core.judge and core.is_stale(t_s):
        reported = _reported(beside.cadence_spm, beside.report_t_s, t_s)
        if reported is not None:
            return reported, False
    strides = [s for s in core.steps[-CADENCE_STRIDES:] if s.cadence_spm is not None]
    if strides:
        spm = median(s.cadence_spm for s in strides if s.cadence_spm is not None)
        return Aged(spm, t_s - strides[-1].t_known_s), True
    return _reported(core.judge.cadence_spm, core.judge.report_t_s, t_s), True


def pod_views(core: SessionCore, t_s: float) -> tuple[PodView, ...]:
    """Return every pod of a session that has several; empty for a single one."""
    if len(core.pipelines) == 1:
        return ()
    views = []
    for slot, pipeline in core.pipelines.items():
        event = core.links.events.get(slot)
        views.append(
            PodView(
                label=core.links.labels[slot],
                is_judge=pipeline is core.judge,
                link=LinkState.SEARCHING if event is None else event.state,
                data_age_s=None if pipeline.data_t_s is None else t_s - pipeline.data_t_s,
                battery_pct=pipeline.battery_pct,
                lost_samples=pipeline.lost_samples,
            )
        )
    return tuple(views)


def sides_views(core: SessionCore) -> tuple[SidesView, ...]:
    """Return left against right; empty without a pod at each leg."""
    if core.feet is None:
        return ()
    return tuple(
        SidesView(WORDS[sides.quantity], sides.now_pct, sides.own_pct, sides.is_beyond)
        for sides in core.feet.watch.now
    )


def _reported(spm: float | None, report_t_s: float | None, t_s: float) -> Aged | None:
    return None if spm is None or report_t_s is None else Aged(spm, t_s - report_t_s)
