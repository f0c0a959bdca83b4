"""A session through a bad radio (T10): the short form of ``make network-faults``."""

import pytest
from network_faults import (
    COUNTED_LOSS_PCT,
    FLAGGED_LOSS_PCT,
    MATRIX,
    MOST_STEP_ERROR_PCT,
    session,
    step_error_pct,
    whole,
)

RUN_S = 60.0


def test_t10_the_session_without_a_fault_has_its_alarm_and_counts() -> None:
    heard = whole(RUN_S)
    assert heard.alarms == 1
    assert not heard.is_flagged
    assert heard.lost_pct == 0.0


def test_t10_up_to_5_pct_of_loss_the_steps_are_counted_to_a_hundredth() -> None:
    heard = session(RUN_S, MATRIX["loss 5 %"])
    assert heard.lost_pct == pytest.approx(COUNTED_LOSS_PCT, abs=1.0)
    assert step_error_pct(heard, whole(RUN_S)) <= MOST_STEP_ERROR_PCT


@pytest.mark.parametrize(
    "radio", ["loss 12 %", "loss 30 %", "loss 5 %, 4 in a row", "overtaken 20 %, by 0.5 s"]
)
def test_t10_no_alarm_is_lost_and_no_tenth_of_the_samples_unflagged(radio: str) -> None:
    heard = session(RUN_S, MATRIX[radio])
    assert heard.lost_pct > 1.0
    assert heard.is_flagged or heard.lost_pct <= FLAGGED_LOSS_PCT
    assert heard.is_flagged or heard.alarms >= whole(RUN_S).alarms


@pytest.mark.parametrize("radio", ["copies 20 %", "overtaken 20 %, by 0.3 s", "jitter 0.3 s"])
def test_r07_r08_copies_wrong_order_and_bursts_change_no_step_and_no_alarm(radio: str) -> None:
    heard, without = session(RUN_S, MATRIX[radio]), whole(RUN_S)
    # What has been overtaken and is still on its way at the end of the session is missing.
    assert heard.lost_pct <= 0.2
    assert heard.steps == without.steps
    assert (heard.alarms, heard.is_flagged) == (without.alarms, False)
