"""Which pods a session is to have, as they are named on the command line.

``KIND`` names the only pod; ``SLOT=KIND[:ADDRESS]``, given more than once, one at each leg and one
that counts steps beside them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from monitor.errors import UsageError
from monitor.sides import CADENCE, LEFT, OTHER, RIGHT, SLOT
from sensors.pods.registry import KINDS, pod_of_kind

SLOTS: Final = (LEFT, RIGHT, CADENCE)


@dataclass(frozen=True, slots=True)
class PodChoice:
    """One pod that is wished for.

    Attributes
    ----------
    slot : str
        ``left``, ``right`` or ``cadence``; ``pod`` for the only one at a leg.
    kind : str or None
        A kind of the registry; None: as the record has it.
    address : str or None
        Take only the pod with this address.
    """

    slot: str = SLOT
    kind: str | None = None
    address: str | None = None


def pod_choices(texts: Sequence[str], address: str | None) -> tuple[PodChoice, ...]:
    """Return the pods that the options name, the legs first; empty where they name none.

    Parameters
    ----------
    texts : sequence of str
        Of ``--pod``.
    address : str or None
        Of ``--address``: of the only pod at a leg.

    Raises
    ------
    UsageError
        Where a text names none, two have one slot, or a pod cannot do what its slot is for.
    """
    choices = [_choice(text) for text in texts]
    if (choices or address) and all(choice.slot == CADENCE for choice in choices):
        choices.append(PodChoice())
    choices.sort(key=lambda choice: (choice.slot == CADENCE, choice.slot))
    slots = [choice.slot for choice in choices]
    twice = next((slot for slot in slots if slots.count(slot) > 1), None)
    if twice is not None:
        raise UsageError(f"--pod: two pods are named {twice}: name one left and one right")
    if SLOT in slots and len({LEFT, RIGHT} & set(slots)):
        raise UsageError("--pod: with left or right every pod at a leg needs its side: SIDE=KIND")
    if address is None:
        return tuple(choices)
    if SLOT not in slots:
        raise UsageError(f"--address {address}: write it with its pod: --pod left=KIND:{address}")
    return tuple(
        PodChoice(choice.slot, choice.kind, address) if choice.slot == SLOT else choice
        for choice in choices
    )


def judge_first(choices: Sequence[PodChoice], side: str) -> tuple[PodChoice, ...]:
    """Return the pods with the one of the injured leg first: it is the judge.

    Parameters
    ----------
    choices : sequence of PodChoice
        What was named.
    side : str
        The injured side, ``left`` or ``right``.

    Raises
    ------
    UsageError
        Where only the pod of the other leg is named: nothing is judged by it.
    """
    slots = [choice.slot for choice in choices]
    if OTHER[side] in slots and side not in slots:
        raise UsageError(
            f"--pod {OTHER[side]}: the injury is on the {side}, and the pod there is the one that "
            f"counts: give --pod {side}=KIND too"
        )
    return tuple(sorted(choices, key=lambda choice: choice.slot not in (side, SLOT)))


def _choice(text: str) -> PodChoice:
    slot, equals, rest = text.rpartition("=")
    kind, _, address = rest.partition(":")
    if equals and slot not in SLOTS:
        raise UsageError(f"--pod {text}: write SLOT=KIND[:ADDRESS] with {', '.join(SLOTS)}")
    if kind not in KINDS:
        raise UsageError(f"--pod {text}: not known: use one of {', '.join(KINDS)}")
    has_samples = pod_of_kind(kind).abilities.fs_hz is not None
    if slot in OTHER and not has_samples:
        raise UsageError(f"--pod {text}: such a pod sends no samples: write cadence={kind}")
    if slot == CADENCE and has_samples:
        raise UsageError(f"--pod {text}: this pod sends samples: write left= or right={kind}")
    return PodChoice(slot or SLOT, kind, address or None)
