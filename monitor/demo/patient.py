"""The demo's patient: who they are, and what they do when they follow the prompts.

Early in the first run the impacts go over the limit until the patient has eased off. The gait is
made, with known truth: it is no evidence of accuracy.
"""

from analysis.step import Gait
from monitor.linksource import LEAD_S
from monitor.setup import SessionSetup
from monitor.sides import RIGHT
from sensors.virtual.gait_script import GaitScript, Stretch, run, stand, walk
from sensors.virtual.names import NAMES

R0_G, W0_G = 5.0, 2.6
"""g. The demo patient's baselines: typical medians of running and walking at the shank."""

R0_CADENCE_SPM, W0_CADENCE_SPM = 165.0, 110.0
"""Steps/min of both feet: the programme's planning cadences."""

EASY_G = 0.92 * R0_G
"""g. How the patient runs when all is well: below amber (1.15 x R0) by three spreads of 8 %."""

HARD_G = 1.18 * R0_G
"""g. How the patient runs too hard: above amber, mostly below red (1.30 x R0)."""

HARD_FROM_S, HARD_FOR_S = 3.0, 4.5
"""s. When in the first run, and for how long: half of the first window of eight steps."""

REACTION_S = 0.7
"""s. How long after a prompt the gait changes. Design default."""

AFTER_S = 60.0
"""s. The patient walks on after the plan: a pod does not stop when a session does."""


def demo_gait(setup: SessionSetup) -> GaitScript:
    """Return what the patient does from the first sample on."""
    stretches: list[Stretch] = [stand(LEAD_S + REACTION_S)]
    has_run = False
    for segment in setup.segments:
        if segment.gait is Gait.WALK:
            stretches.append(walk(segment.duration_s, cadence_spm=W0_CADENCE_SPM, impact_g=W0_G))
        elif has_run:
            stretches.append(_run(segment.duration_s, EASY_G))
        else:
            has_run = True
            easy_s = segment.duration_s - HARD_FROM_S - HARD_FOR_S
            stretches += [_run(HARD_FROM_S, EASY_G), _run(HARD_FOR_S, HARD_G)]
            stretches.append(_run(easy_s, EASY_G))
    return GaitScript((*stretches, walk(AFTER_S, cadence_spm=W0_CADENCE_SPM, impact_g=W0_G)))


def pod_names(setup: SessionSetup) -> dict[str, str]:
    """Return by slot what the walker's pods are called, so that two of one kind are told apart.

    The client takes them for such pods; the session's header says that they are virtual.
    """
    names = {pod.slot: NAMES[pod.kind] for pod in setup.pods}
    if RIGHT in names:
        names[RIGHT] = f"{names[RIGHT][:-1]}2"
    return names


def _run(duration_s: float, impact_g: float) -> Stretch:
    return run(duration_s, cadence_spm=R0_CADENCE_SPM, impact_g=impact_g)
