"""What a graded session is asked for: light, so that nothing is loaded for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of ``stridegate run``.

    Attributes
    ----------
    patient : str
        The pseudonym.
    pod, placement : str or None
        Kind of the pod, and where it is worn; None: as the record has it.
    address : str or None
        Take only the pod with this address.
    radio : str
        ``"system"`` or a Bumble transport.
    is_virtual : bool
        Whether the program plays the pod itself.
    supervised_by : str or None
        The clinician who is present.
    speed : float
        Session seconds per real second; other than 1 with a virtual pod alone.
    seed : int
        Of the virtual gait.
    answers : mapping of str to int
        Answers given beforehand, by the key of the question.
    no_red_flags : bool
        Whether it was said beforehand that there is no warning sign.
    red_flags : tuple of str
        Warning signs that there are.
    """

    patient: str
    pod: str | None = None
    placement: str | None = None
    address: str | None = None
    radio: str = "system"
    is_virtual: bool = False
    supervised_by: str | None = None
    speed: float = 1.0
    seed: int = 1
    answers: Mapping[str, int] = field(default_factory=dict)
    no_red_flags: bool = False
    red_flags: tuple[str, ...] = ()
