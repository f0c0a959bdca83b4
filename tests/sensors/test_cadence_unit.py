"""Strides or steps per minute: what a report suggests, and what is in force."""

import pytest

from sensors.pods.cadence import CONFIRMATIONS, CadenceReader, CadenceUnit, suggested_unit
from sensors.samples import StepReport

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
    assert reader.steps_per_min(report(125)) == 250
    assert reader.steps_per_min(report(170)) == 170
    assert reader.unit is STEPS
    assert "too fast" in reader.reason


def test_a_decision_changes_only_when_reports_agree() -> None:
    for reader in (CadenceReader(), CadenceReader(last=STEPS)):
        reader.steps_per_min(report(170))
        for _ in range(CONFIRMATIONS - 1):
            assert reader.steps_per_min(report(84)) == 84
        assert reader.steps_per_min(report(84)) == 168


def test_what_fits_both_keeps_the_last_decision() -> None:
    reader = CadenceReader(last=STEPS)
    for _ in range(3 * CONFIRMATIONS):
        assert reader.steps_per_min(report(125)) == 125


def test_one_odd_report_changes_nothing() -> None:
    reader = CadenceReader(last=STEPS)
    for cadence in (170, 84, 84, 170) * CONFIRMATIONS:
        reader.steps_per_min(report(cadence))
        assert reader.unit is STEPS


def test_a_known_make_needs_no_guess() -> None:
    assert CadenceReader("TICKR X 1234").steps_per_min(report(84)) == 84
    assert CadenceReader("TICKR 1234").steps_per_min(report(84)) == 168


def test_the_users_word_goes_before_everything() -> None:
    reader = CadenceReader("TICKR X", chosen=STRIDES)
    for _ in range(2 * CONFIRMATIONS):
        assert reader.steps_per_min(report(170)) == 340
    assert reader.suggestion is not None
    assert reader.suggestion.unit is STEPS


def test_no_contacts_while_moving_is_no_data_and_standing_is_nought() -> None:
    reader = CadenceReader()
    assert reader.steps_per_min(report(0, speed=2.0)) is None
    assert reader.steps_per_min(report(0, speed=0.0, running=False)) == 0
