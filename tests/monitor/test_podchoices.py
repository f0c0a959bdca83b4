"""Which pods a session is to have, as they are named; the pod of the injured leg is the judge."""

import pytest

from monitor.errors import UsageError
from monitor.podchoices import PodChoice, judge_first, pod_choices
from sensors.pods.registry import KINDS

LEFT = PodChoice("left", "movesense")
RIGHT = PodChoice("right", "movesense")
CADENCE = PodChoice("cadence", "rsc")


@pytest.mark.parametrize(
    ("texts", "address", "choices"),
    [
        ([], None, ()),
        ([], "AA:BB", (PodChoice(address="AA:BB"),)),
        (["movesense"], None, (PodChoice(kind="movesense"),)),
        (["rsc"], "AA:BB", (PodChoice("pod", "rsc", "AA:BB"),)),
        (["cadence=rsc", "right=movesense", "left=movesense"], None, (LEFT, RIGHT, CADENCE)),
        (["left=movesense:AA:BB:CC"], None, (PodChoice("left", "movesense", "AA:BB:CC"),)),
        (["movesense", "cadence=rsc"], None, (PodChoice(kind="movesense"), CADENCE)),
        (["cadence=rsc"], None, (PodChoice(), CADENCE)),
        (["cadence=rsc:11:22"], "AA:BB",
         (PodChoice(address="AA:BB"), PodChoice("cadence", "rsc", "11:22"))),
    ],
)  # fmt: skip
def test_pods_are_named_by_kind_slot_and_address(
    texts: list[str], address: str | None, choices: tuple[PodChoice, ...]
) -> None:
    assert pod_choices(texts, address) == choices


@pytest.mark.parametrize(
    ("texts", "address", "said"),
    [
        (["watch"], None, f"--pod watch: not known: use one of {', '.join(KINDS)}"),
        (["left=watch"], None, "--pod left=watch: not known"),
        (["hip=movesense"], None, "write SLOT=KIND[:ADDRESS] with left, right, cadence"),
        (["left=movesense", "left=movesense"], None, "two pods are named left"),
        (["left=movesense", "movesense"], None, "every pod at a leg needs its side"),
        (["left=rsc"], None, "write cadence=rsc"),
        (["cadence=movesense"], None, "this pod sends samples"),
        (["left=movesense"], "AA:BB", "--pod left=KIND:AA:BB"),
    ],
)
def test_what_names_no_pod_is_refused_with_the_cure(
    texts: list[str], address: str | None, said: str
) -> None:
    with pytest.raises(UsageError) as error:
        pod_choices(texts, address)
    assert said in str(error.value)


def test_the_judge_is_the_pod_of_the_injured_leg() -> None:
    assert judge_first((LEFT, RIGHT, CADENCE), "right") == (RIGHT, LEFT, CADENCE)
    assert judge_first((LEFT, RIGHT, CADENCE), "left") == (LEFT, RIGHT, CADENCE)
    assert judge_first((LEFT,), "left") == (LEFT,)
    assert judge_first((PodChoice(), CADENCE), "right") == (PodChoice(), CADENCE)
    assert judge_first((), "left") == ()
    with pytest.raises(UsageError, match="give --pod right=KIND too"):
        judge_first((LEFT, CADENCE), "right")
