"""``stridegate analyse``: the steps of CSV files and recordings, for a person or a machine."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from analysis.quality import infer_full_scale_g
from analysis.step import Gait, Placement, Step
from analysis.steps import StepAnalyser
from analysis.summary import summarise
from analysis.trend import NoTrend, loading_trend
from analysis.uncertainty import timing_sd_ms
from analysis.units import UnitFault, resting, unit_fault
from monitor.commands.analysepods import beside_lines, beside_summary
from monitor.errors import UsageError
from monitor.pipeline import PodPipeline
from monitor.record import read_session
from monitor.text import known
from sensors import disk
from sensors.csvfile import read_csv
from sensors.errors import SensorError
from sensors.samples import LinkEvent, Notification

TIME_DIGITS = 5
"""Digits after the point of a time in seconds: 10 µs, far below any sample period."""


UNIT_WORDS = {UnitFault.METRES: "m/s²", UnitFault.MILLI_G: "mg"}
"""Units that a file at rest gives away; any other oddity at rest is left to the person."""


NO_TREND_WORDS = {
    NoTrend.RATE: "the pod is too slow for an impact",
    NoTrend.CLIPPED: "steps reached the full scale",
    NoTrend.TOO_FEW: "it takes 30 run steps on either side",
    NoTrend.UNMEASURED: "most run steps were not measured",
}


@dataclass(frozen=True, slots=True)
class Analysis:
    """The steps of one file and what to know about them.

    Attributes
    ----------
    summary : dict
        JSON values; None where nothing is known.
    steps : tuple of Step
        In order.
    """

    summary: dict[str, Any]
    steps: tuple[Step, ...]

    def to_json(self, file: str) -> dict[str, Any]:
        """Return the file's object as the command prints it."""
        return {
            "file": file,
            "summary": {key: _rounded(value) for key, value in self.summary.items()},
            "steps": [_step_json(step) for step in self.steps],
        }


def analyse_csv(path: Path, placement: Placement, full_scale_g: float | None) -> Analysis:
    """Analyse a CSV; the full scale is inferred where it is not given.

    Raises
    ------
    UnreadableFileError
        One sentence: file, line, cure.
    UsageError
        Where the rate is too low to time contacts.
    """
    csv = read_csv(path)
    rest = resting(csv.acc_g.T, csv.fs_hz)
    fault = unit_fault(csv.acc_g.T, rest)
    if fault in UNIT_WORDS:
        seen = (
            "no gait has so high a resultant"
            if rest is None
            else f"their resultant at rest is {rest:.4g} where it has to be 1"
        )
        raise UsageError(
            f"{disk.shown(path)}: the accelerations are in {UNIT_WORDS[fault]}, not in g: {seen}; "
            "convert them to g"
        )
    scale_g = infer_full_scale_g(csv.acc_g) if full_scale_g is None else full_scale_g
    try:
        analyser = StepAnalyser(fs_hz=csv.fs_hz, placement=placement, full_scale_g=scale_g)
    except ValueError as error:
        raise UsageError(f"{disk.shown(path)}: {error}") from error
    steps = analyser.push(csv.t_s, csv.acc_g, csv.gyro_dps) + analyser.flush()
    summary = summarise(steps, analyser.quality).as_dict()
    return Analysis(
        {
            **summary,
            **_stated(steps, placement, csv.fs_hz),
            "missing_slots": csv.missing_slots,
            "duplicate_rows": csv.duplicates,
            "backward_rows": csv.backwards,
        },
        tuple(steps),
    )


def analyse_recording(path: Path, placement: Placement | None = None) -> Analysis:
    """Analyse a recording by the road its session took, worn where it says or as given.

    Raises
    ------
    UnreadableFileError
        One sentence: file, place, cure.
    """
    session = read_session(path)
    pods = session.setup.pods
    if placement is not None:
        pods = tuple(replace(pod, placement=placement) for pod in pods)
    pipelines = {pod.slot: PodPipeline(pod) for pod in pods}
    for item in session.inputs():
        if isinstance(item, Notification) and item.slot in pipelines:
            pipelines[item.slot].feed(item)
        elif isinstance(item, LinkEvent) and item.slot in pipelines:
            pipelines[item.slot].link(item)
    for pipeline in pipelines.values():
        pipeline.flush()
    pod, pipeline = pods[0], pipelines[pods[0].slot]
    if pipeline.analyser is None:
        why = pipeline.too_slow or "the pod sent no samples, so there are no steps"
        raise UsageError(f"{disk.shown(path)}: {why}")
    summary = summarise(pipeline.steps, pipeline.analyser.quality).as_dict()
    return Analysis(
        {
            **summary,
            **_stated(pipeline.steps, pod.placement, pipeline.analyser.quality.fs_hz),
            "lost_samples": pipeline.lost_samples,
            "bad_packets": pipeline.bad_packets.total(),
            **beside_summary(pipelines, pod.slot),
        },
        tuple(pipeline.steps),
    )


def _stated(steps: Sequence[Step], placement: Placement, fs_hz: float) -> dict[str, Any]:
    """Return where the pod was worn and how sure two things are: contact times, and a trend.

    The trend holds the second half of the run steps against the first.
    """
    runs = [step for step in steps if step.gait is Gait.RUN]
    middle = len(runs) // 2
    return {
        "placement": placement.value,
        "timing_sd_ms": round(timing_sd_ms(placement, fs_hz), 1),
        "loading_trend": asdict(loading_trend(runs[middle:], runs[:middle], fs_hz)),
    }


def run_analyse(
    paths: Sequence[Path], placement: str | None, full_scale_g: float | None, *, as_json: bool
) -> int:
    """Analyse files and print what was found, one object or paragraph a file.

    Returns
    -------
    int
        Exit status: 0 done; 1 where one of several files was refused; 2 where none could be read.
    """
    where = None if placement is None else _placement(placement)
    refused = 0
    for path in paths:
        try:
            if path.suffix == ".mcap":
                analysis = analyse_recording(path, where)
            else:
                analysis = analyse_csv(path, where or Placement.FOOT, full_scale_g)
        except (SensorError, UsageError) as error:
            refused += 1
            if as_json:
                print(json.dumps({"file": disk.shown(path), "error": str(error)}))
            print(f"stridegate: {error}", file=sys.stderr)
            continue
        print(
            json.dumps(analysis.to_json(disk.shown(path)))
            if as_json
            else _paragraph(path, analysis)
        )
    if refused == len(paths):
        return 2
    return 1 if refused else 0


def _trend_text(trend: dict[str, Any]) -> str:
    if trend["index"] is None:
        return f"no trend of impact within the run: {NO_TREND_WORDS[trend['reason']]}"
    change, low, high = (100.0 * (trend[key] - 1.0) for key in ("index", "low", "high"))
    return (
        f"impact, second half of the run against the first: {change:+.1f} % "
        f"(95 %: {low:+.1f} to {high:+.1f}); {trend['note']}"
    )


def _placement(text: str) -> Placement:
    try:
        return Placement(text)
    except ValueError as error:
        choices = " or ".join(Placement)
        raise UsageError(f"--placement {text}: say {choices}") from error


def _step_json(step: Step) -> dict[str, Any]:
    contact_s = step.contact_s
    return {
        "t_ic_s": round(step.t_ic_s, TIME_DIGITS),
        "t_tc_s": None if step.t_tc_s is None else round(step.t_tc_s, TIME_DIGITS),
        "contact_ms": None if contact_s is None else round(1000.0 * contact_s, 2),
        "stride_s": None if step.stride_s is None else round(step.stride_s, TIME_DIGITS),
        "cadence_spm": _rounded(step.cadence_spm),
        "impact_g": _rounded(step.impact_g),
        "impact_at_least_g": _rounded(step.impact_at_least_g),
        "impact_reason": None if step.impact_reason is None else step.impact_reason.value,
        "gait": step.gait.value,
        "flags": list(step.flags),
    }


def _rounded(value: Any) -> Any:
    return round(float(value), 4) if isinstance(value, float | np.floating) else value


def _paragraph(path: Path, analysis: Analysis) -> str:
    s = analysis.summary
    walked = f"run {known(s['run_steps'])}, walk {known(s['walk_steps'])}"
    scale = f"full scale {known(s['full_scale_g'])} g"
    lines = [
        disk.shown(path),
        f"  {known(s['duration_s'], 1)} s at {known(s['fs_hz'], 1)} Hz on the {s['placement']}",
        f"  coverage {known(s['coverage_pct'], 1)} %",
        f"  missing samples {known(s['missing_samples'])}",
        f"  steps of this foot {known(s['steps'])}: {walked}",
        f"  cadence {known(s['cadence_spm'], 1)} steps/min of both feet",
        f"  contact {known(s['contact_ms'])} ms, impact {known(s['impact_g'], 2)} g",
        f"  a contact's time is known to ± {known(s['timing_sd_ms'])} ms (1 SD)",
        f"  {_trend_text(s['loading_trend'])}",
        f"  clipped samples {known(s['clipped_samples'])} at {scale}",
    ]
    lines += [f"  {line}" for line in beside_lines(s)]
    dropped = [
        f"{s[key]} {words}"
        for key, words in (
            ("duplicate_rows", "rows repeat a time"),
            ("backward_rows", "rows run backwards"),
            ("bad_packets", "bad packets"),
        )
        if s.get(key)
    ]
    if dropped:
        lines.append(f"  left out: {', '.join(dropped)}")
    if all(step.impact_g is None for step in analysis.steps) and analysis.steps:
        reason = analysis.steps[0].impact_reason
        lines.append(f"  no impact: {'unknown' if reason is None else reason.value}")
    return "\n".join(lines)
