"""What a report knows of one session: its steps, its plan as it went, and the stored result."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis.quality import Quality
from analysis.step import Step
from monitor.analysed import Analysed
from monitor.batches import pipeline_of
from monitor.core import SessionCore
from monitor.journal import Journal, Kind
from monitor.plan import Stretch
from monitor.record import RecordedSession
from monitor.replay import decide
from monitor.result import result_of
from monitor.setup import SessionSetup
from sensors.samples import ImuSamples, Notification, PodIdentity


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """One recorded session, for a report or an export.

    Attributes
    ----------
    setup : SessionSetup
        Plan, limits, baselines and pods.
    t0_utc_ns : int
        UTC of session second 0, in nanoseconds since 1970.
    ended_s : float
        The last moment, in session seconds.
    steps : tuple of Step
        Contacts of the judge pod's foot.
    reports : tuple of tuple of float
        Session second and cadence (steps/min of both feet) of each step report.
    samples : tuple of ImuSamples
        All samples of the judge pod, where they were asked for.
    has_samples : bool
        Whether the judge pod's samples could be analysed.
    fs_hz, full_scale_g : float or None
        Measured sampling rate, and where the accelerometer clips.
    quality : Quality or None
        Samples arrived, missing and clipped; None without samples.
    stretches : tuple of Stretch
        What was to be done when.
    holes : tuple of tuple of float
        Where samples are missing, in session seconds from end to end.
    pain, flags : tuple
        Session second and score of each tap; second and name of each warning sign.
    alarms : tuple of tuple
        Session second, kind and words of each alarm and red event.
    pod : PodIdentity or None
        What the pod said of itself.
    result : mapping
        The stored result, or that of a replay where the session never ended.
    is_replayed : bool
        Whether the result was decided now.
    damage : tuple of str
        What is missing in the file.
    """

    setup: SessionSetup
    t0_utc_ns: int
    ended_s: float
    steps: tuple[Step, ...]
    reports: tuple[tuple[float, float], ...]
    samples: tuple[ImuSamples, ...]
    has_samples: bool
    fs_hz: float | None
    full_scale_g: float | None
    quality: Quality | None
    stretches: tuple[Stretch, ...]
    holes: tuple[tuple[float, float], ...]
    pain: tuple[tuple[float, int], ...]
    flags: tuple[tuple[float, str], ...]
    alarms: tuple[tuple[float, str, str], ...]
    pod: PodIdentity | None
    result: Mapping[str, Any]
    is_replayed: bool
    damage: tuple[str, ...]


_RAISED = (Kind.ALARM, Kind.RED_EVENT)
WALKS_ON = "the rest is walked"
"""How the alarm rule words a red event that turns the main set into walking."""


def session_facts(session: RecordedSession, *, with_samples: bool = False) -> SessionFacts:
    """Return what is known of a recorded session.

    What was stored is taken as it was decided and found; it is decided and found anew only where
    there is none, and found anew where the samples are wanted too.
    """
    core = _course(session)
    result, is_replayed = session.result, False
    decisions: list[Mapping[str, Any]] = list(session.decisions)
    if result is None:
        core = decide(session.setup, session.inputs())
        result, is_replayed = result_of(core).to_json(), True
        decisions = [entry.to_json() for entry in core.journal.entries]
    ended_s = float(result["ended_s"])
    raised = [d for d in decisions if d.get("kind") in _RAISED]
    for red in raised:
        if red["kind"] == Kind.RED_EVENT and WALKS_ON in red["text"]:
            core.plan.walk_the_rest(float(red["t_s"]))
    flags = [e for e in core.journal.entries if e.kind is Kind.RED_FLAG]
    pod = session.setup.pods[0]
    found = None if with_samples else session.analysed()
    samples: tuple[ImuSamples, ...] = ()
    if found is None:
        pipeline = pipeline_of(pod, session.inputs())
        found, samples = Analysed.by(pipeline, ended_s), tuple(pipeline.pieces)
    return SessionFacts(
        setup=session.setup,
        t0_utc_ns=session.recording.t0_utc_ns,
        ended_s=ended_s,
        steps=found.steps,
        reports=found.reports,
        samples=samples,
        has_samples=found.has_samples,
        fs_hz=found.fs_hz,
        full_scale_g=found.full_scale_g,
        quality=found.quality,
        stretches=core.plan.stretches(ended_s),
        holes=found.holes,
        pain=tuple((m.t_s, m.value) for m in core.pain if m.value is not None),
        flags=tuple((e.t_s, e.text) for e in flags),
        alarms=tuple((float(d["t_s"]), str(d["kind"]), str(d["text"])) for d in raised),
        pod=core.links.identities.get(pod.slot),
        result=result,
        is_replayed=is_replayed,
        damage=session.recording.damage,
    )


def _course(session: RecordedSession) -> SessionCore:
    """Return the plan's course by what people did alone: no sample is decoded for it."""
    core = SessionCore(session.setup, Journal())
    for item in session.recording.items:
        given = None if isinstance(item, Notification) else session.as_input(item)
        if given is not None:
            core.feed(given)
    return core
