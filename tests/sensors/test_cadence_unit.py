"""Strides or steps per minute: what a report suggests, and what is in force."""

from itertools import product

import pytest

from sensors.pods.cadence import (
    CONFIRMATIONS,
    STANDING_S,
    CadenceMemory,
    CadenceReader,
    suggested_unit,
)
from sensors.pods.rsc import decode_measurement
from sensors.pods.rsc_makes import MAKES, CadenceUnit, LengthUnit, Make, make_of
from sensors.samples import StepFeatures, StepReport
from sensors.virtual.rsc import as_sent, encode

STRIDES, STEPS = CadenceUnit.STRIDES, CadenceUnit.STEPS


def report(
    cadence: int, *, speed: float = 2.75, stride: float | None = None, running: bool = True
) -> StepReport:
    return StepReport(speed, cadence, running, stride, None)


@pytest.mark.parametrize(
    ("heard", "unit"),
    [
        (report(84, stride=1.96), STRIDES),  # 84 strides of 1.96 m are 2.75 m/s
        (report(122, stride=1.36), STRIDES),
        (report(118, speed=1.4, stride=1.42, running=False), STEPS),
        (report(58, speed=1.4, stride=1.42, running=False), STRIDES),
        (report(168, stride=0.98), STEPS),  # a step length: both fields are against the standard
        (report(84, stride=0.98), STRIDES),  # a step length: the cadence decides
        (report(84, stride=0.0), STRIDES),
        (report(110, speed=1.4, stride=0.76, running=False), STEPS),  # a step length, walking
        (report(84), STRIDES),
        (report(119), STRIDES),
        (report(120), None),
        (report(129), None),
        (report(130), STEPS),
        (report(255), STEPS),
        (report(110, running=False), None),
        (report(0), None),
    ],
)
def test_one_report_suggests_a_unit(heard: StepReport, unit: CadenceUnit | None) -> None:
    suggestion = suggested_unit(heard)
    assert suggestion.unit is unit
    assert suggestion.reason


def test_the_standard_is_in_force_until_a_report_says_otherwise() -> None:
    reader = CadenceReader("Foot pod")
    assert reader.steps_per_min(report(125), 0.0) == 250
    assert reader.steps_per_min(report(170), 0.0) == 170
    assert reader.unit is STEPS
    assert "too fast" in reader.reason


def test_a_decision_changes_only_when_reports_agree() -> None:
    for reader in (CadenceReader(), CadenceReader(last=STEPS)):
        reader.steps_per_min(report(170), 0.0)
        for _ in range(CONFIRMATIONS - 1):
            assert reader.steps_per_min(report(84), 0.0) == 84
        assert reader.steps_per_min(report(84), 0.0) == 168


def test_what_fits_both_keeps_the_last_decision() -> None:
    reader = CadenceReader(last=STEPS)
    for _ in range(3 * CONFIRMATIONS):
        assert reader.steps_per_min(report(125), 0.0) == 125


def test_one_odd_report_changes_nothing() -> None:
    reader = CadenceReader(last=STEPS)
    for cadence in (170, 84, 84, 170) * CONFIRMATIONS:
        reader.steps_per_min(report(cadence), 0.0)
        assert reader.unit is STEPS


def test_a_known_make_needs_no_guess() -> None:
    assert CadenceReader("TICKR X 1234").steps_per_min(report(84), 0.0) == 84
    assert CadenceReader("TICKR 1234").steps_per_min(report(84), 0.0) == 168


def test_the_users_word_goes_before_everything() -> None:
    reader = CadenceReader("TICKR X", chosen=STRIDES)
    for _ in range(2 * CONFIRMATIONS):
        assert reader.steps_per_min(report(170), 0.0) == 340
    assert reader.suggestion is not None
    assert reader.suggestion.unit is STEPS


def test_no_contacts_while_moving_is_no_data_and_standing_is_nought() -> None:
    reader = CadenceReader()
    assert reader.steps_per_min(report(0, speed=2.0), 0.0) is None
    assert reader.steps_per_min(report(0, speed=0.0, running=False), 0.0) == 0


def test_a_0_between_two_steps_is_no_standing() -> None:
    reader = CadenceReader()
    still = report(0, speed=0.0, running=False)
    assert reader.steps_per_min(report(84), 10.0) == 168
    assert reader.steps_per_min(still, 11.0) is None
    assert reader.steps_per_min(still, 10.0 + STANDING_S - 0.01) is None
    assert reader.steps_per_min(still, 10.0 + STANDING_S) == 0
    assert reader.steps_per_min(report(0, speed=2.5), 60.0) is None


def test_a_pod_that_does_not_tell_walking_from_running_leaves_it_open() -> None:
    slow_run = report(80, speed=1.9, stride=1.42, running=False)
    assert suggested_unit(slow_run).unit is STEPS
    assert suggested_unit(slow_run, tells_gait=False).unit is None
    reader = CadenceReader()
    reader.learn_features(StepFeatures(True, True, tells_gait=False))
    assert reader.steps_per_min(slow_run, 0.0) == 160


RUNS = [report(84, speed=2.75, stride=1.96)] * 8
WALKS = [report(55, speed=1.4, stride=1.53, running=False)] * 8


def units_of(make: Make) -> list[tuple[CadenceUnit, LengthUnit]]:
    """Return what a make may send: what is known of it, and else either."""
    cadences = CadenceUnit if make.cadence is None else [make.cadence]
    lengths = LengthUnit if make.length is None else [make.length]
    return list(product(cadences, lengths))


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.title)
@pytest.mark.parametrize("order", [RUNS + WALKS, WALKS + RUNS])
def test_every_makes_cadence_is_read_right_whatever_it_sends(
    make: Make, order: list[StepReport]
) -> None:
    for cadence, length in units_of(make):
        reader = CadenceReader(f"{make.names[0]} 12345")
        for t, true in enumerate(order):
            heard = decode_measurement(encode(as_sent(true, cadence, length)))
            shown = reader.steps_per_min(heard, float(t))
            if t >= CONFIRMATIONS:
                assert shown == 2 * true.cadence_per_min


def test_what_was_only_told_of_a_make_gives_way_to_its_reports() -> None:
    reader = CadenceReader("Stryd")
    assert "is said to send" in reader.reason
    assert reader.steps_per_min(report(170), 0.0) == 170
    certain = CadenceReader("TICKR X 12")
    for _ in range(2 * CONFIRMATIONS):
        assert certain.steps_per_min(report(84, stride=1.96), 0.0) == 84


def test_every_make_has_a_source_and_names_of_its_own() -> None:
    for make in MAKES:
        assert len(make.source) > 20
        assert all(make_of(name) is make for name in make.names)
    assert make_of("Foot pod") is None


def test_a_memory_holds_for_its_own_pod() -> None:
    assert CadenceMemory(STEPS, "123").holds_for("123")
    assert not CadenceMemory(STEPS, "123").holds_for("124")
    assert CadenceMemory(STEPS).holds_for("124")
