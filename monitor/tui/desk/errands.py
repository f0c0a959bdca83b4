"""What the screens between the runs leave to be done outside of them: an app of its own each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RunErrand:
    """Run a session of a patient.

    Attributes
    ----------
    patient : str
        The pseudonym.
    is_virtual : bool
        Whether the program plays the pod: for a made-up patient alone.
    supervised_by : str or None
        The clinician who is present.
    """

    patient: str
    is_virtual: bool
    supervised_by: str | None


@dataclass(frozen=True, slots=True)
class DemoErrand:
    """Run the demo."""


Errand = RunErrand | DemoErrand
