"""Bad input: one line that says what, where and how to mend it; status 2; nothing half-written."""

import json
from pathlib import Path

import pytest
from command_line import Run
from simple_gait import Phase, made_gait

from monitor import cli

GOOD_HEADER = "t_s,ax_g,ay_g,az_g\n"
ROWS = "".join(f"{i / 100:.2f},0.0,0.0,1.0\n" for i in range(300))


def written(tmp_path: Path, name: str, content: str | bytes) -> str:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("header.csv", "time,x,y,z\n0,0,0,1\n", ["header.csv", "t_s,ax_g,ay_g,az_g"]),
        ("text.csv", GOOD_HEADER + ROWS + "3.00,0.1,much,1.0\n", ["text.csv", "302", "much"]),
        ("empty.csv", "", ["empty.csv"]),
        ("columns.csv", GOOD_HEADER + "0.00,1,2\n", ["columns.csv", "2"]),
        ("notes.mcap", "this is no recording\n", ["notes.mcap", "MCAP"]),
        ("empty.mcap", "", ["empty.mcap"]),
    ],
)
def test_an_unreadable_file_is_one_line_and_status_2(
    run: Run,
    tmp_path: Path,
    name: str,
    content: str,
    says: list[str],
) -> None:
    before = set(tmp_path.rglob("*"))
    path = written(tmp_path, name, content)
    status, out, err = run("analyse", path)
    assert (status, out, len(err)) == (2, "", 1)
    assert all(word in err[0] for word in says), err[0]
    assert set(tmp_path.rglob("*")) - before == {Path(path)}


def test_a_missing_file_is_one_line(run: Run) -> None:
    status, _, err = run("replay", "nowhere.mcap")
    assert (status, len(err)) == (2, 1)
    assert "nowhere.mcap" in err[0]


def test_an_unreadable_file_gives_its_error_as_json(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, "bad.csv", "a,b\n")
    status, out, _ = run("analyse", path, "--json")
    assert status == 2
    value = json.loads(out)
    assert value["file"] == path
    assert "bad.csv" in value["error"]


def test_one_bad_file_of_several_is_status_1_and_the_others_are_done(
    run: Run, tmp_path: Path
) -> None:
    bad, good = (
        written(tmp_path, "bad.csv", "a,b\n"),
        written(tmp_path, "good.csv", GOOD_HEADER + ROWS),
    )
    status, out, err = run("analyse", bad, good, "--json")
    assert status == 1
    assert len(err) == 1
    first, second = (json.loads(line) for line in out.splitlines())
    assert "error" in first
    assert second["summary"]["steps"] == 0
    assert second["summary"]["cadence_spm"] is None


@pytest.mark.parametrize(("factor", "unit"), [(9.80665, "m/s²"), (1000.0, "mg")])
def test_wrong_units_are_named_where_the_pod_rests(
    run: Run, tmp_path: Path, factor: float, unit: str
) -> None:
    rows = "".join(f"{i / 100:.2f},0,0,{factor}\n" for i in range(600))
    status, _, err = run("analyse", written(tmp_path, "units.csv", GOOD_HEADER + rows))
    assert (status, len(err)) == (2, 1)
    assert unit in err[0]


@pytest.mark.parametrize(("factor", "unit"), [(9.80665, "m/s²"), (1000.0, "mg")])
def test_wrong_units_are_named_where_the_pod_never_rests(
    run: Run, tmp_path: Path, factor: float, unit: str
) -> None:
    t_s, acc_g, _ = made_gait([Phase(8.0, 0.72, 0.36, 8.0, 1.8)], 100.0)
    rows = "".join(
        f"{t:.2f},{x:.4f},{y:.4f},{z:.4f}\n"
        for t, (x, y, z) in zip(t_s, factor * acc_g, strict=True)
    )
    status, _, err = run("analyse", written(tmp_path, "units.csv", GOOD_HEADER + rows))
    assert (status, len(err)) == (2, 1)
    assert unit in err[0]


def test_a_slow_file_is_refused_with_the_rate_that_is_needed(run: Run, tmp_path: Path) -> None:
    slow = GOOD_HEADER + "".join(f"{i / 20:.2f},0,0,1\n" for i in range(100))
    status, _, err = run("analyse", written(tmp_path, "slow.csv", slow))
    assert (status, len(err)) == (2, 1)
    assert "20 Hz" in err[0]
    assert "50 Hz" in err[0]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("run_s = 60", "run_sec = 60"), ["run_sec", "run_s"]),
        (("run_s = 60", 'run_s = "60 s"'), ["run_s"]),
        (("red_ratio = 1.30", "red_ratio = 1.10"), ["red_ratio"]),
        (("format = 1", "format = 1\nfrmat = 2"), ["frmat"]),
        (('id = "demo"', 'id = "demo'), []),
    ],
)
def test_a_wrong_programme_names_file_line_and_cure(
    run: Run,
    tmp_path: Path,
    change: tuple[str, str],
    says: list[str],
) -> None:
    demo = Path(cli.__file__).parent / "programmes" / "demo.toml"
    text = demo.read_text(encoding="utf-8")
    assert change[0] in text
    path = written(tmp_path, "mine.toml", text.replace(*change, 1))
    status, _, err = run("programme", "check", path)
    assert status == 2
    assert len(err) == 1
    assert f"{path}:" in err[0]
    assert err[0].split(f"{path}:")[1].split(":")[0].isdigit()
    assert all(word in err[0] for word in says), err[0]


def test_a_recording_that_exists_is_never_overwritten(run: Run, tmp_path: Path) -> None:
    path = written(tmp_path, "mine.mcap", b"precious")
    status, _, err = run("demo", "--headless", "--seconds", "30", "--recording", path)
    assert (status, len(err)) == (2, 1)
    assert "mine.mcap" in err[0]
    assert Path(path).read_bytes() == b"precious"


def test_a_wrong_placement_or_kind_is_one_line(run: Run, tmp_path: Path) -> None:
    good = written(tmp_path, "good.csv", GOOD_HEADER + ROWS)
    status, _, err = run("analyse", good, "--placement", "hip")
    assert (status, len(err)) == (2, 1)
    assert "foot" in err[0]
    status, _, err = run("virtual-pod", "--radio", "usb:0", "--kind", "watch")
    assert (status, len(err)) == (2, 1)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (("analyse", "--bogus"), "No such option: --bogus: see stridegate analyse --help"),
        (("gatee",), "No such command 'gatee'"),
        (("analyse",), "Missing argument"),
        (("demo", "--seconds", "5"), "20"),
        (("patient", "enrol"), "stridegate patient enrol --help"),
    ],
)
def test_a_wrong_call_is_told_in_one_line_with_where_help_is(
    run: Run, call: tuple[str, ...], says: str
) -> None:
    status, _, err = run(*call)
    assert (status, len(err)) == (2, 1)
    assert says in err[0]
    assert err[0].endswith("--help")


def test_a_call_without_a_command_shows_what_there_is(
    run: Run,
) -> None:
    status, out, err = run()
    assert status == 2
    assert "demo" in out + "".join(err)
