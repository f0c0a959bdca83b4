"""What a graded session is asked for: light, so that nothing is loaded for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from monitor.errors import UsageError
from monitor.live.options import WatchOptions

OPEN_MOMENTS = ("during", "after", "next_morning")
"""About which an earlier session can have an open question that the gate needs."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The options of ``stridegate run``.

    Attributes
    ----------
    patient : str
        The pseudonym.
    placement : str or None
        Where the pods are worn; None: as the record has it.
    address : str or None
        Take only the pod with this address.
    pods : tuple of str
        Kind of the one pod, or each with its slot, as ``monitor.podchoices`` reads them; empty: as
        the record has it.
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
    watch : WatchOptions
        Who may watch.
    cadence : str or None
        What a step-counting pod's cadence counts: ``strides`` or ``steps``; None: as the record
        has it, or as its reports say.
    """

    patient: str
    placement: str | None = None
    address: str | None = None
    pods: tuple[str, ...] = ()
    radio: str = "system"
    is_virtual: bool = False
    supervised_by: str | None = None
    speed: float = 1.0
    seed: int = 1
    answers: Mapping[str, int] = field(default_factory=dict)
    no_red_flags: bool = False
    red_flags: tuple[str, ...] = ()
    watch: WatchOptions = field(default_factory=WatchOptions)
    cadence: str | None = None


def open_answers(texts: Sequence[str]) -> dict[str, int]:
    """Return answers about earlier sessions, by the key of the question.

    Parameters
    ----------
    texts : sequence of str
        ``[SESSION:]WHEN=N``; without a session the last one with an open question is meant.

    Raises
    ------
    UsageError
        Where a text is none.
    """
    answers = {}
    for text in texts:
        question, _, score = text.rpartition("=")
        session, _, when = question.rpartition(":")
        is_score = score.isascii() and score.isdigit() and int(score) <= 10
        if when not in OPEN_MOMENTS or not is_score:
            moments = ", ".join(OPEN_MOMENTS)
            raise UsageError(f"--answer {text}: write WHEN=N with {moments}, and N 0 to 10")
        answers[f"{session or 'open'}:{when}"] = int(score)
    return answers
