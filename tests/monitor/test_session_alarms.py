"""Sessions with known over-limit stretches, from bytes to alarm: the short form of 200.

``make sessions`` runs all of them.
"""

import pytest
from alarm_sessions import Count, cases, counted

SESSIONS = 50


@pytest.mark.slow
@pytest.mark.parametrize("part", range(5))
def test_every_over_limit_stretch_raises_its_alarm_in_time_and_nothing_else_does(part: int) -> None:
    total = sum((counted(case) for case in cases(SESSIONS)[part::5]), Count())
    assert total.due >= 5
    assert total.due < SESSIONS / 5
    assert total.found == total.due
    assert total.false == 0


def test_what_is_asked_of_the_alarms_can_be_missed() -> None:
    assert Count(due=200, found=199, false=2, run_h=2.0).is_enough
    assert not Count(due=200, found=198, run_h=2.0).is_enough
    assert not Count(due=200, found=200, false=3, run_h=2.0).is_enough
