"""What a report says of a patient's times."""

from pathlib import Path

from made_runs import home_places, made_patient
from made_stores import NOW_S

from monitor.people.casefile import read_casefile
from monitor.report.standing import standing_of


def test_the_past_is_told_as_the_clock_showed_it_and_what_may_come_not_too_early(
    tmp_path: Path,
) -> None:
    standing = standing_of(read_casefile(made_patient(home_places(tmp_path)), "anna"), NOW_S)
    minute_s = NOW_S - NOW_S % 60
    assert standing.say(minute_s + 59) == standing.say(minute_s)
    assert standing.say_from(minute_s + 59) == standing.say(minute_s + 60)
