"""Whose pod it is, by what it says of itself."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.binding import PodBinding, is_device_address
from sensors.errors import LinkError, LinkFault
from sensors.samples import PodIdentity

MINE = PodIdentity("movesense", "Movesense 42", "C0:00:00:00:00:42", "Maker", "HR2", "42", "2.3")


def test_the_own_pod_is_known_by_serial_and_address() -> None:
    bound = PodBinding.of(MINE)
    assert bound == PodBinding("movesense", "42", "C0:00:00:00:00:42", "Movesense 42")
    bound.check(MINE)
    bound.check(replace(MINE, address=MINE.address.lower(), name="another", firmware="2.4"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"serial": "43"}, "serial 43, not 42"),
        ({"serial": ""}, "serial unsaid, not 42"),
        ({"address": "C0:00:00:00:00:43"}, "address C0:00:00:00:00:43, not C0:00:00:00:00:42"),
        ({"kind": "rsc"}, "a rsc, not a movesense"),
    ],
)
def test_a_stranger_is_refused_whatever_its_name(change: dict[str, str], said: str) -> None:
    bound = PodBinding.of(MINE)
    assert bound is not None
    with pytest.raises(LinkError) as caught:
        bound.check(replace(MINE, **change))
    assert caught.value.reason is LinkFault.STRANGER
    assert said in caught.value.sentence
    assert "Movesense 42" in caught.value.sentence


def test_an_address_that_the_system_makes_up_binds_nobody() -> None:
    on_a_mac = replace(MINE, address="8F2B7A10-0000-4000-8000-000000000000")
    assert not is_device_address(on_a_mac.address)
    bound = PodBinding.of(on_a_mac)
    assert bound is not None
    assert bound.address == ""
    # Bound on Linux, used on a Mac: the address says nothing there, the serial number does.
    elsewhere = PodBinding.of(MINE)
    assert elsewhere is not None
    elsewhere.check(on_a_mac)
    with pytest.raises(LinkError):
        elsewhere.check(replace(on_a_mac, serial="43"))


def test_a_pod_that_says_nothing_of_itself_is_not_bound() -> None:
    unsaid = replace(MINE, serial="")
    assert PodBinding.of(unsaid, with_address=False) is None
    assert PodBinding.of(unsaid) == PodBinding("movesense", "", MINE.address, MINE.name)
    with pytest.raises(ValueError, match="not to be known"):
        PodBinding("rsc")


@given(
    st.builds(
        PodIdentity,
        kind=st.sampled_from(["movesense", "rsc"]),
        name=st.just(MINE.name),
        address=st.sampled_from([MINE.address, "C0:00:00:00:00:43"]),
        serial=st.sampled_from(["42", "43", "", "042", "42 "]),
    )
)
def test_only_the_same_type_serial_and_address_pass(pod: PodIdentity) -> None:
    bound = PodBinding.of(MINE)
    assert bound is not None
    is_same = (pod.kind, pod.serial, pod.address) == (MINE.kind, MINE.serial, MINE.address)
    assert (not bound.differences(pod)) == is_same
