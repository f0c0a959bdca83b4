"""What the system refuses is one line with the name and the cure, and never a traceback."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from monitor import cli

ROOT = Path(__file__).parents[2]
RSC = str(ROOT / "fixtures" / "rsc.mcap")
SMALL = ("replay", RSC, "--json")
LARGE = ("export", str(ROOT / "fixtures" / "demo.mcap"), "--csv")
CALL = "from monitor.cli import main; main()"

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run a command that is refused; returns its status and its one line."""
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path / "home"))

    def call(*argv: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["stridegate", *argv])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        (line,) = capfd.readouterr().err.splitlines()
        assert isinstance(stop.value.code, int)
        return stop.value.code, line

    return call


def closed_to_us(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let the system refuse to look into a folder, as it does to anybody but root."""
    stat = os.stat

    def refusing(path: Any, **asked: Any) -> os.stat_result:
        if isinstance(path, (str, Path)) and Path(path).is_relative_to(folder) and path != folder:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return stat(path, **asked)

    monkeypatch.setattr(os, "stat", refusing)


@pytest.mark.parametrize(
    "argv",
    [
        ("patient", "list"),
        ("patient", "show", "anna"),
        ("audit",),
        ("report", "anna"),
        ("export", "anna", "--csv", "-o", "a.csv"),
        ("clinician", "list"),
        ("programme", "list"),
        ("home",),
        ("watch",),
        ("doctor",),
    ],
)
def test_anothers_home_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, argv: tuple[str, ...]
) -> None:
    (tmp_path / "home").mkdir()
    closed_to_us(monkeypatch, tmp_path / "home")
    status, line = run(*argv)
    assert status == 2
    assert line.startswith(f"stridegate: {tmp_path / 'home'}")
    assert line.endswith(": Permission denied: check its permissions")


def test_an_output_in_a_closed_folder_is_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    closed_to_us(monkeypatch, tmp_path / "x")
    output = tmp_path / "x" / "y.html"
    status, line = run("report", RSC, "-o", str(output))
    assert status == 2
    assert line == f"stridegate: {output}: Permission denied: check its permissions"


@pytest.mark.parametrize("argv", [("report",), ("report", RSC, "-o"), ("programme", "check")])
def test_a_name_that_is_too_long_is_one_line(run: Run, argv: tuple[str, ...]) -> None:
    name = "a" * 300
    status, line = run(*argv, name)
    assert (status, line) == (2, f"stridegate: {name}: File name too long: use a shorter name")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("argv", [SMALL, LARGE, ("--help",)])
@pytest.mark.parametrize("options", [(), ("-u",)], ids=["buffered", "unbuffered"])
def test_a_full_disk_behind_the_output_is_one_line(
    argv: tuple[str, ...], options: tuple[str, ...]
) -> None:
    with Path("/dev/full").open("wb") as full:
        status, said = written_to(full.fileno(), *argv, options=options)
    assert status == 2
    (line,) = said.splitlines()
    assert line.startswith("stridegate: standard output")
    assert line.endswith(": No space left on device: make room")


@pytest.mark.skipif(os.name == "nt", reason="a closed pipe is told in another way")
@pytest.mark.parametrize("argv", [SMALL, LARGE])
def test_a_reader_that_has_seen_enough_is_no_error(argv: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        assert written_to(writing, *argv) == (1, "")
    finally:
        os.close(writing)


def written_to(output: int, *argv: str, options: tuple[str, ...] = ()) -> tuple[int, str]:
    """Run a command in a process of its own; returns its status and all of its errors."""
    done = subprocess.run(
        [sys.executable, *options, "-c", CALL, *argv],
        stdout=output,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def test_an_empty_name_of_a_new_file_is_told_as_that(run: Run, tmp_path: Path) -> None:
    zipped = ("patient", "export", "anna")
    for argv in (("report", RSC), ("import", RSC), ("export", RSC, "--csv"), zipped):
        status, line = run(*argv, "-o", "")
        assert status == 2
        assert line.startswith("stridegate: Invalid value for '--output' / '-o': the name is empty")


def test_a_day_of_birth_in_the_future_is_refused(run: Run, tmp_path: Path) -> None:
    output = tmp_path / "a.html"
    born = ("--born", "2990-12-01")
    said = "stridegate: --born 2990-12-01: lies in the future: give the day of birth as YYYY-MM-DD"
    assert run("report", RSC, "-o", str(output), *born) == (2, said)
    assert run("export", "anna", "--fhir", *born) == (2, said)
    assert not output.exists()


@pytest.mark.parametrize("more", [("--name", "Bob"), ("--born", "1990-12-01")])
def test_a_person_is_named_in_fhir_alone(run: Run, more: tuple[str, ...]) -> None:
    said = "stridegate: --name and --born are for --fhir, not for --csv: leave them out"
    assert run("export", RSC, "--csv", *more) == (2, said)


@pytest.mark.skipif(os.name == "nt", reason="file names are text there")
def test_a_name_that_is_no_text_is_shown(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("STRIDEGATE_HOME", str(tmp_path / "home"))
    path = tmp_path / os.fsdecode(b"\xff.mcap")
    try:
        path.write_bytes(Path(RSC).read_bytes())
    except OSError:
        pytest.skip("the disk takes names of text alone")
    page, other = tmp_path / "a.html", tmp_path / os.fsdecode(b"\xfe.html")
    for argv in (
        ("report", str(path), "-o", str(page)),
        ("report", str(path), "-o", str(other), "--json"),
        ("replay", str(path), "--json"),
        ("analyse", str(path), "--json"),
    ):
        monkeypatch.setattr("sys.argv", ["stridegate", *argv])
        with pytest.raises(SystemExit):
            cli.main()
        assert "\\udc" not in capfd.readouterr().out
    assert "?.mcap" in page.read_text(encoding="utf-8")
