"""A change of gait costs no step: a patient's 30-second run has few, and all of them count.

The gait is made (see ``sensors.virtual.gait``): this shows that the road through a change works,
not how accurate it is on people.
"""

import numpy as np
import pytest

from analysis.step import Placement, Step
from analysis.steps import StepAnalyser
from sensors.virtual.gait import GaitSource, TrueStep
from sensors.virtual.gait_script import GaitScript, run, stand, walk

FS_HZ = 208.0

SCRIPTS = {
    "walk-run-walk": GaitScript((stand(2.7), walk(7.5), run(30.0, impact_g=4.6), walk(7.5))),
    "hard stretch": GaitScript(
        (walk(5.0), run(20.0, impact_g=4.5), run(10.0, impact_g=8.0), walk(10.0))
    ),
    "very hard stretch": GaitScript((run(30.0, impact_g=14.0), walk(20.0))),
    "short runs": GaitScript((walk(10.0), run(10.0), walk(10.0), run(10.0), walk(10.0))),
    "stand and run": GaitScript((stand(5.0), run(30.0), stand(5.0), run(15.0), stand(5.0))),
}


def found_in(script: GaitScript, seed: int) -> tuple[tuple[TrueStep, ...], list[Step]]:
    source = GaitSource(script, FS_HZ, seed)
    blocks = list(source.blocks())
    acc_g = np.concatenate([block.acc_g for block in blocks])
    gyro_dps = np.concatenate([b.gyro_dps for b in blocks if b.gyro_dps is not None])
    analyser = StepAnalyser(fs_hz=FS_HZ, placement=Placement.SHANK, full_scale_g=16.0)
    t_s = np.arange(len(acc_g)) / FS_HZ
    return source.truth, analyser.push(t_s, acc_g, gyro_dps) + analyser.flush()


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("name", SCRIPTS)
def test_no_step_is_lost_or_invented_at_a_change_of_gait(name: str, seed: int) -> None:
    truth, steps = found_in(SCRIPTS[name], seed)
    times = np.array([step.t_ic_s for step in steps])
    missed = [s for s in truth if not len(times) or np.abs(times - s.t_ic_s).min() > 0.08]
    true_times = np.array([s.t_ic_s for s in truth])
    invented = [s for s in steps if np.abs(true_times - s.t_ic_s).min() > 0.08]
    wrong = [
        (true, step)
        for true in truth
        for step in steps
        if abs(step.t_ic_s - true.t_ic_s) <= 0.08 and step.gait.value != true.gait
    ]
    changes = sum(s.motion.value != "stand" for s in SCRIPTS[name].stretches)
    assert len(missed) <= changes, f"missed {[(round(s.t_ic_s, 2), s.gait) for s in missed]}"
    assert len(invented) <= changes, f"invented {[round(s.t_ic_s, 2) for s in invented]}"
    assert len(wrong) <= changes, f"mislabelled {[round(s.t_ic_s, 2) for s, _ in wrong]}"
