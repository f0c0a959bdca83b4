"""What the other pods of a recording say beside the judged foot's, and left against right."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from analysis.step import Gait
from analysis.symmetry import numbers_of, symmetry_of
from monitor.pipeline import PodPipeline
from monitor.sides import LEFT, RIGHT
from monitor.sidewords import signed_pct
from monitor.text import known


def beside_summary(pipelines: Mapping[str, PodPipeline], judge: str) -> dict[str, Any]:
    """Return what the other pods of a recording say; nothing where there is none.

    The labels are those of the beginning: a swap during the session is for a replay to follow.
    """
    if len(pipelines) == 1:
        return {}
    others = [
        {
            "pod": slot,
            "steps": len(pipeline.steps) if pipeline.has_samples else None,
            "lost_samples": pipeline.lost_samples,
            "bad_packets": pipeline.bad_packets.total(),
        }
        for slot, pipeline in pipelines.items()
        if slot != judge
    ]
    found: dict[str, Any] = {"pod": judge, "beside": others}
    if LEFT in pipelines and RIGHT in pipelines:
        symmetry = {}
        for gait in Gait:
            feet = [
                numbers_of([step for step in pipelines[side].steps if step.gait is gait])
                for side in (LEFT, RIGHT)
            ]
            symmetry[gait.value] = asdict(symmetry_of(*feet))
        found["symmetry_index"] = symmetry
    return found


def beside_lines(s: dict[str, Any]) -> list[str]:
    """Return the lines of ``analyse`` about them; none where there is one pod."""
    lines = [
        f"beside the {s['pod']} pod, the {other['pod']} pod: steps {known(other['steps'])}, "
        f"lost samples {known(other['lost_samples'])}"
        for other in s.get("beside", ())
    ]
    return lines + [
        f"left against right, {gait}: impact {signed_pct(sides['impact_pct'])}, "
        f"contact time {signed_pct(sides['contact_pct'])} (symmetry index)"
        for gait, sides in s.get("symmetry_index", {}).items()
    ]
