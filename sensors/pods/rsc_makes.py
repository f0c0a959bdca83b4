"""What makers of step-counting pods put into the same fields, and who says so.

The standard counts contacts of the pod's own foot, and its stride is two steps long. What stands
here was read in other programs' code and threads, not measured by us. What is certain is done; what
was only told is where the reading of a pod begins, until its own reports say otherwise.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class CadenceUnit(StrEnum):
    """What a pod counts per minute."""

    STRIDES = "strides/min"
    STEPS = "steps/min"


class LengthUnit(StrEnum):
    """What a pod gives the length of."""

    STRIDE = "stride"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Make:
    """One make of pods.

    Attributes
    ----------
    title : str
        As people call it.
    names : tuple of str
        Beginnings of the names that it advertises.
    cadence : CadenceUnit or None
        What its cadence counts; None where the sources are at odds, or nobody says.
    length : LengthUnit or None
        What its stride length is; None where nobody says.
    is_certain : bool
        Whether another program's code treats it so; otherwise somebody told it.
    source : str
        Where it was read.
    """

    title: str
    names: tuple[str, ...]
    cadence: CadenceUnit | None
    length: LengthUnit | None
    is_certain: bool
    source: str


MAKES: Final = (
    Make(
        "Wahoo TICKR X",
        ("TICKR X",),
        CadenceUnit.STEPS,
        None,
        True,
        "OpenTracks, BluetoothHandlerRunningSpeedAndCadence.java and README_TESTED_SENSORS.md: "
        "halved by name, 'in violation to the standard'",
    ),
    Make(
        "Stryd",
        ("Stryd",),
        CadenceUnit.STRIDES,
        LengthUnit.STRIDE,
        False,
        "OpenTracks, README_TESTED_SENSORS.md: tested, taken as it is; qdomyos-zwift, "
        "strydrunpowersensor.cpp: the length is halved to a step's",
    ),
    Make(
        "Polar Stride",
        ("Polar RUN", "Polar Stride"),
        CadenceUnit.STRIDES,
        None,
        False,
        "OpenTracks, 'Sensor: adding Running Speed and Cadence': tested, taken as it is; its "
        "names are not verified",
    ),
    Make(
        "Zwift RunPod",
        ("Zwift RunPod", "RunPod"),
        CadenceUnit.STRIDES,
        None,
        False,
        "qdomyos-zwift, 'Zwift RunPod OE run cadence does not match strava': the right steps show "
        "with its cadence doubled",
    ),
    Make(
        "Technogym MyRun, Run",
        ("Technogym", "MYRUN", "MyRun"),
        None,
        None,
        False,
        "qdomyos-zwift, 'Technogym myrun cadence but no stride length': shown right as it is, "
        "twice too high at Strava; whether that field is this one is not said",
    ),
    Make(
        "Garmin watch, broadcasting",
        ("Garmin", "Forerunner", "fenix"),
        None,
        None,
        False,
        "qdomyos-zwift, 'Cadence with Garmin and Zwift' and 'Cadence is doubled when using the "
        "garmin watch app': 180 at the watch was shown as 90, and as 360",
    ),
)
"""In the order in which names are looked up."""


def make_of(name: str) -> Make | None:
    """Return the make of a pod by its advertised name; None where it is not among them."""
    return next((make for make in MAKES if name.startswith(make.names)), None)
