"""Faults do what they say, and the same every time."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensors.virtual.faults import MAX_LATE_S, Air, Fate, Faults

PERIOD_S = 8 / 208


def fates(faults: Faults, count: int = 2000) -> list[Fate]:
    air = Air(faults)
    return [air.fate(number * PERIOD_S) for number in range(count)]


def test_without_faults_every_packet_leaves_once_and_at_once() -> None:
    assert fates(Faults()) == [Fate((number * PERIOD_S,)) for number in range(2000)]


@given(
    seed=st.integers(0, 2**32),
    chance=st.floats(0.0, 1.0),
    jitter_s=st.floats(0.0, 0.2),
)
def test_same_seed_gives_the_same_fates(seed: int, chance: float, jitter_s: float) -> None:
    faults = Faults(seed, chance, 2, chance, chance, chance, 0.4, jitter_s)
    assert fates(faults, 50) == fates(faults, 50)


def test_another_seed_loses_other_packets() -> None:
    lost = [[not fate.deliveries_s for fate in fates(Faults(seed, loss=0.1))] for seed in (1, 2)]
    assert lost[0] != lost[1]


@pytest.mark.parametrize("chance", [0.01, 0.05, 0.3])
def test_loss_has_its_rate(chance: float) -> None:
    lost = sum(not fate.deliveries_s for fate in fates(Faults(loss=chance), 20_000))
    # Five standard deviations of a binomial count.
    assert abs(lost - 20_000 * chance) < 5.0 * (20_000 * chance * (1.0 - chance)) ** 0.5


def test_loss_in_bursts_takes_whole_runs() -> None:
    runs = [
        len(list(run))
        for lost, run in itertools.groupby(
            not fate.deliveries_s for fate in fates(Faults(loss=0.01, loss_burst=5))
        )
        if lost
    ]
    assert runs
    assert all(length % 5 == 0 for length in runs)


def test_doubled_packet_leaves_twice_at_the_same_time() -> None:
    assert all(
        fate.deliveries_s == (number * PERIOD_S,) * 2
        for number, fate in enumerate(fates(Faults(duplicate=1.0)))
    )


def test_late_packets_are_overtaken_within_the_window() -> None:
    times = [fate.deliveries_s[0] for fate in fates(Faults(late=0.1, late_by_s=0.3))]
    waits = [due_s - number * PERIOD_S for number, due_s in enumerate(times)]
    assert any(later < earlier for earlier, later in itertools.pairwise(times))
    assert {round(wait_s, 9) for wait_s in waits} == {0.0, 0.3}


def test_jitter_keeps_the_order() -> None:
    times = [fate.deliveries_s[0] for fate in fates(Faults(jitter_s=0.2))]
    waits = [due_s - number * PERIOD_S for number, due_s in enumerate(times)]
    assert all(a <= b for a, b in itertools.pairwise(times))
    assert 0.0 <= min(waits) < 0.01
    assert 0.1 < max(waits) <= 0.2


def test_second_part_alone_can_be_lost() -> None:
    assert all(fate.part_lost and fate.deliveries_s for fate in fates(Faults(part_loss=1.0)))


def test_faults_hold_in_their_window_only() -> None:
    lost = [
        number * PERIOD_S
        for number, fate in enumerate(fates(Faults(loss=1.0, from_s=10.0, until_s=20.0)))
        if not fate.deliveries_s
    ]
    assert lost
    assert min(lost) >= 10.0
    assert max(lost) < 20.0
    assert len(lost) == 260


@pytest.mark.parametrize(
    "wrong",
    [
        {"loss": -0.1},
        {"loss": 1.1},
        {"duplicate": 2.0},
        {"late": -1.0},
        {"part_loss": 7.0},
        {"late_by_s": MAX_LATE_S + 0.01},
        {"late_by_s": -0.1},
    ],
)
def test_impossible_faults_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Faults(**wrong)  # type: ignore[arg-type]  # one keyword at a time, by name
