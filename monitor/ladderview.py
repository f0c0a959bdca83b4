"""Where a patient stands on the ladder as a session begins: shown beside it, decided nowhere.

It is written into the recording's header, so that a replay and a viewer elsewhere show the same.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LadderView:
    """A patient's place, as the record had it.

    Attributes
    ----------
    site : str
        Site and side of the injury in words.
    ladder : tuple of str
        The stages of the programme in order, by identifier.
    phases : tuple of str
        The phase of each.
    at : int
        The stage of this session: an index into ``ladder``.
    count, required : int
        Sessions that count on it so far, and how many it asks for.
    why : tuple of str
        The gate's reasons in sentences.
    pending : tuple of str
        What waits for a clinician or an answer; the most urgent first.
    baselines : tuple of str
        The accepted baselines with their age in words.
    """

    site: str
    ladder: tuple[str, ...]
    phases: tuple[str, ...]
    at: int
    count: int
    required: int
    why: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()
    baselines: tuple[str, ...] = ()
