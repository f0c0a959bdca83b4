"""Could a pod on a leg send this? What no sensor and no runner can give is not fed (R28).

Narrow on purpose: a doubt takes data away, and a hard step must never look like one. Pure.
"""

from typing import Final

import numpy as np

from sensors.bounds import are_surely_within
from sensors.pods.pod import Decoded
from sensors.samples import FloatArray, ImuBlock, StepReport

MAX_ACC_G: Final = 250.0
"""g. Above the range of every accelerometer that is worn: such a value is in another unit, or is
made up. Impacts at a shoe reach 20 to 40 g. Design default."""

MAX_GYRO_DPS: Final = 5_000.0
"""deg/s. Above the range of every gyroscope that is worn (4000). Design default."""

MAX_SPEED_MPS: Final = 15.0
"""m/s. Nobody runs faster (world record of 100 m: 12.4 at its peak)."""


def doubt_of(value: Decoded) -> str | None:
    """Return why a value is not to be used; None where it may be.

    Parameters
    ----------
    value : ImuBlock, StepReport, Battery or FullScale
        As decoded.
    """
    match value:
        case ImuBlock(_, acc_g, gyro_dps):
            if _exceeds(acc_g, MAX_ACC_G):
                return f"accelerations beyond {MAX_ACC_G:.0f} g"
            if gyro_dps is not None and _exceeds(gyro_dps, MAX_GYRO_DPS):
                return f"turns faster than {MAX_GYRO_DPS:.0f} deg/s"
        case StepReport(speed_mps=speed_mps) if speed_mps > MAX_SPEED_MPS:
            return f"a speed above {MAX_SPEED_MPS:.0f} m/s"
    return None


def _exceeds(values: FloatArray, bound: float) -> bool:
    if are_surely_within(values, bound):
        return False
    # Written so that a value that is no number exceeds it.
    return not bool(np.all(np.abs(values) <= bound))
