"""``stridegate baseline``, ``conditions``, ``limits``, ``steps``: what is measured."""

import json
from pathlib import Path

import pytest
from made_clinic import PIN, Clinic, steps
from made_people import DAY_S, HOUR_S
from made_stores import NOW_S
from simple_gait import WALK, made_gait

from analysis.baseline import CapturedSteps
from monitor.sides import SidesBaseline
from monitor.store.chain import patient_chain


def test_limits_hold_from_the_next_stage_and_keep_both_values(anna: Clinic) -> None:
    edit = ("limits", "anna", "--stage", "W1", "--stage", "W2", "--amber", "1.2")
    said = anna.sign(*edit, "--reason", "careful", "--json")
    assert json.loads(said.out)["changes"][0] == {
        "stage": "W1",
        "quantity": "amber_ratio",
        "before": 1.25,
        "after": 1.2,
    }
    assert "so already" in anna.refuse(*edit, "--reason", "careful")
    assert anna.decision()["limits_edited"]["W2"].startswith("amber_ratio 1.2,")
    for wrong, says in (
        (("--amber", "9"), "out of bounds"),
        (("--amber", "1.6"), "must be below"),
        (("--amber", "nan"), "out of bounds"),
        ((), "changes nothing"),
    ):
        told = anna.refuse("limits", "anna", "--stage", "W2", "--reason", "why", *wrong)
        assert says in told
    told = anna.refuse("limits", "anna", "--stage", "W2", "--reason", " ", "--amber", "1.1")
    assert "needs a reason" in told


def test_left_and_right_come_with_a_baseline_where_both_pods_were_worn_in_all_sessions(
    anna: Clinic,
) -> None:
    first, last = SidesBaseline(2.0, 1.0, "A", "B"), SidesBaseline(6.0, 3.0, "A", "B")
    anna.session("s1", "W1", at_s=NOW_S + HOUR_S, steps=steps(2.5))
    anna.session("s2", "W1", at_s=NOW_S + DAY_S, steps=steps(2.5), sides=first)
    anna.sign("baseline", "accept", "anna", "W0", "--with-limits")
    assert anna.store.entries(patient_chain("anna"))[-1].record["sides"] is None
    anna.session("s3", "W1", at_s=NOW_S + 2 * DAY_S, steps=steps(2.5), sides=last)
    anna.sign("baseline", "accept", "anna", "W0", "--with-limits")
    kept = anna.store.entries(patient_chain("anna"))[-1].record["sides"]
    assert (kept["impact_pct"], kept["contact_pct"], kept["left_serial"]) == (4.0, 2.0, "A")


def test_two_sessions_give_a_baseline_that_is_accepted_with_its_limits(anna: Clinic) -> None:
    anna.session("s1", "W1", at_s=NOW_S + HOUR_S, steps=steps(2.5))
    assert "1 of 2 sessions" in anna.refuse("baseline", "accept", "anna", "W0")
    anna.session("s2", "W1", at_s=NOW_S + DAY_S, steps=steps(2.6))
    shown = json.loads(anna("baseline", "show", "anna", "W0", "--json").out)
    assert (shown["median_g"], shown["sessions"], shown["refusals"]) == (2.55, ["s1", "s2"], [])
    assert shown["limits"]["W1"]["red_g"] == pytest.approx(1.5 * 2.55)
    assert "--with-limits" in anna("baseline", "accept", "anna", "W0", pin=PIN).err[0]
    anna.sign("baseline", "accept", "anna", "W0", "--with-limits")
    kept = anna.store.entries(patient_chain("anna"))[-1].record
    assert (kept["median_g"], kept["by"], kept["conditions"]["shoe"]) == (2.55, "dr-x", "blue")
    assert kept["limits"]["WR0"]["red_g"] == pytest.approx(4.5 * 2.55)
    assert anna.decision()["baselines"]["W0"]["stale"] == []
    assert anna.decision()["limits_now"]["amber_g"] == pytest.approx(1.25 * 2.55)
    assert "limits now: amber 3.19 g, red 3.82 g\n" in anna("patient", "show", "anna").out

    said = anna("conditions", "anna", "--shoe", "red")
    assert "W0 is stale, shoe changed" in said.out
    assert anna.decision()["baselines"]["W0"]["stale"] == ["shoe"]
    # What was measured with the old shoe says nothing about the new one.
    assert "0 of 2 sessions" in anna.refuse("baseline", "accept", "anna", "W0")
    assert "nothing changed" in anna("conditions", "anna", "--shoe", "red").out
    anna("conditions", "anna", "--shoe", "blue")
    assert anna.decision()["baselines"]["W0"]["stale"] == []


@pytest.mark.parametrize(
    ("second", "says"),
    [
        (steps(2.5 * 1.16), "differ by 16.0 %"),
        (steps(2.5, 20, 40), "beyond the pod's scale"),
        (steps(2.5, 20), None),
    ],
)
def test_what_refuses_a_baseline(anna: Clinic, second: CapturedSteps, says: str | None) -> None:
    anna.session("s1", "W1", at_s=NOW_S + HOUR_S, steps=steps(2.5))
    anna.session("s2", "W1", at_s=NOW_S + DAY_S, steps=second)
    shown = json.loads(anna("baseline", "show", "anna", "W0", "--json").out)
    assert shown["refusals"] == [] if says is None else says in shown["refusals"][0]


def test_a_capped_limit_is_shown_with_the_baseline_and_kept(anna: Clinic) -> None:
    for i in (1, 2):
        anna.session(f"s{i}", "W1", at_s=NOW_S + i * DAY_S, steps=steps(4.0))
    out = anna("baseline", "show", "anna", "W0").out
    assert "WR0: amber 14.00 g, red 15.20 g, single step 15.20 g (capped)" in out
    assert "limits are capped at 15.2 g" in out
    anna.sign("baseline", "accept", "anna", "W0", "--with-limits")
    kept = anna.store.entries(patient_chain("anna"))[-1].record
    assert kept["capped_at_g"] == pytest.approx(15.2)
    assert kept["limits"]["WR0"]["is_capped"] is True


def test_a_baseline_without_a_known_shoe_or_scale_is_refused(clinic: Clinic) -> None:
    clinic.enrol()
    clinic.sign("start", "anna", "--stage", "W1", "--ahead", "--reason", "walks")
    for i in (1, 2):
        clinic.session(f"s{i}", "W1", at_s=NOW_S + i * DAY_S, steps=steps(2.5))
    told = clinic.refuse("baseline", "accept", "anna", "W0", "--with-limits")
    assert "--shoe, --placement, --surface, --full-scale with stridegate conditions" in told


def test_r0_needs_the_clinician_also_to_be_raised(anna: Clinic) -> None:
    anna.sign("start", "anna", "--stage", "WR0", "--ahead", "--reason", "why")
    anna.now_s += 1
    for i, median_g in ((1, 6.0), (2, 6.0), (3, 7.0), (4, 7.0)):
        anna.session(f"s{i}", "WR0", at_s=NOW_S + 2 * i * DAY_S, steps=steps(median_g))
        if i == 2:
            anna.sign("baseline", "accept", "anna", "R0", "--with-limits")
    assert anna.decision()["baselines"]["R0"]["median_g"] == 6.0
    assert "it raises 6.00 g, accepted by dr-x" in anna("baseline", "show", "anna", "R0").out
    accept = ("baseline", "accept", "anna", "R0", "--with-limits", "--json")
    assert "no terminal" in anna.refuse(*accept, pin=None)
    assert anna.decision()["baselines"]["R0"]["median_g"] == 6.0


def test_steps_on_the_protected_foot_are_a_count_with_times(clinic: Clinic, tmp_path: Path) -> None:
    clinic.enrol()
    clinic.sign("start", "anna", "--stage", "P0")
    t_s, acc_g, _ = made_gait([WALK], 208.0)
    rows = [f"{t:.6f},{x:.6f},{y:.6f},{z:.6f}" for t, (x, y, z) in zip(t_s, acc_g, strict=True)]
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["t_s,ax_g,ay_g,az_g", *rows]))
    said = clinic("steps", "anna", str(path))
    kept = clinic.store.entries(patient_chain("anna"))[-1].record
    assert kept["steps"] == len(kept["times_s"]) > 5
    assert f"{kept['steps']} steps on the protected foot" in said.out
    assert said.out.count(" s\n") == kept["steps"]
    assert "load" not in said.out
    assert f"{kept['steps']} steps on the protected foot" in clinic("patient", "show", "anna").out
    assert "not a file" in clinic.refuse("steps", "anna", str(tmp_path), pin=None)
