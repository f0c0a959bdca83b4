"""The decoders fed anything: the short form of ``make fuzz``, over every pod in the registry."""

import pytest
from fuzzing.campaign import hypothesis_examples
from fuzzing.harness import Bench
from fuzzing.specimens import ANSWERS, FRAMED, POLAR_CONTROL, SPECIMENS
from hypothesis import example, given
from hypothesis import strategies as st

from sensors.pods.polar_settings import Setting, choose
from sensors.pods.registry import KINDS
from sensors.samples import ImuBlock, Notification

EXAMPLES = 300


@pytest.fixture(params=sorted(KINDS))
def bench(request: pytest.FixtureRequest) -> Bench:
    return Bench(str(request.param))


def test_every_pod_has_its_packets_among_the_specimens(bench: Bench) -> None:
    assert bench.specimens, f"{bench.kind}: pack one by hand in tests/fuzzing/specimens.py"


def test_every_layout_gives_back_what_was_packed(bench: Bench) -> None:
    for specimen in bench.specimens:
        decoder = bench.connected(specimen)
        assert bench.samples_of(decoder, specimen) == specimen.samples
        if specimen.acc_g is None:
            continue
        decoder, blocks = bench.connected(specimen), []
        for payload in specimen.payloads:
            values = decoder.decode(Notification(0.0, "pod", specimen.uuid, payload))
            blocks += [value for value in values if isinstance(value, ImuBlock)]
        assert blocks[0].acc_g[0] == pytest.approx(specimen.acc_g, rel=1e-6)


def test_no_part_of_a_packet_is_taken_for_the_whole(bench: Bench) -> None:
    assert bench.check_cuts() >= sum(len(s.payloads[-1]) for s in bench.specimens)


def test_anything_gives_numbers_or_a_bad_packet_and_the_next_packet_is_read(bench: Bench) -> None:
    fed = hypothesis_examples(bench, EXAMPLES)
    assert fed.refused > EXAMPLES / 4
    assert fed.decoded > EXAMPLES / 20


@given(data=st.binary(max_size=80))
@example(data=bytes.fromhex("0e0280808080808080803a3a3aff3a00ffffffff000000023acb"))
def test_an_open_pods_counter_half_a_turn_away_holds_nothing_up(data: bytes) -> None:
    Bench("openpod").check(data)


def test_a_range_that_no_polar_has_is_none() -> None:
    Bench("polar-h10").check(bytes.fromhex("000082160 20d0400".replace(" ", "")))
    offer = {Setting.RATE: (200,), Setting.RANGE: (2, 8, 514)}
    choice = choose(offer, 200)
    assert choice is not None
    assert choice.range_g == 8
    assert choose({Setting.RATE: (200,), Setting.RANGE: (0, 514)}, 200) is None


def test_what_is_said_of_kinds_is_said_of_specimens() -> None:
    assert set(SPECIMENS) == set(KINDS)
    assert set(SPECIMENS) >= FRAMED | set(ANSWERS)


def test_only_a_pod_that_answered_anew_may_be_waited_for() -> None:
    bench = Bench("polar-sense")
    assert bench.may_wait({POLAR_CONTROL: b""})
    assert not bench.may_wait({bench.specimens[0].uuid: b"\x01\x02"})
    bench = Bench("witmotion")
    assert bench.may_wait({bench.specimens[0].uuid: b"\x00\x55\x71"})
    assert not bench.may_wait({bench.specimens[0].uuid: b"\x71\x55"})
    assert not Bench("openpod").may_wait({"any": b"\x00"})


def test_a_decoder_that_lets_an_error_out_is_caught() -> None:
    bench = Bench("rsc")

    class Careless:
        def decode(self, notification: Notification) -> tuple[()]:
            assert notification.payload[3] >= 0
            return ()

    bench.pod.decoder = Careless  # type: ignore[method-assign]
    with pytest.raises(IndexError):
        bench.check(bytes([0, 2, 9, 9]))
