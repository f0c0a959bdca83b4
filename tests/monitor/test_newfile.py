"""A new file is whole and private, or it is not there."""

import errno
import os
from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.newfile import new_name, write_new
from sensors import disk


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_is_whole_and_private(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.csv"
    write_new(path, b"1,2")
    assert path.read_bytes() == b"1,2"
    assert path.stat().st_mode & 0o777 == 0o600
    assert left_in(path.parent) == ["a.csv"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_broken_off_it_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    def breaks(*_: object) -> None:
        raise error

    monkeypatch.setattr(disk, "write_at", breaks)
    with pytest.raises((UsageError, KeyboardInterrupt)):
        write_new(tmp_path / "a.csv", b"1,2")
    assert left_in(tmp_path) == []


def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(Path, "hardlink_to", refuses)


def test_a_stick_without_links_takes_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_links(monkeypatch)
    path = tmp_path / "a.csv"
    write_new(path, b"1,2")
    assert path.read_bytes() == b"1,2"
    assert left_in(tmp_path) == ["a.csv"]
    with pytest.raises(UsageError, match="not overwritten"):
        write_new(path, b"3")
    assert path.read_bytes() == b"1,2"


@pytest.mark.parametrize("has_links", [True, False])
def test_a_file_that_came_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_links: bool
) -> None:
    if not has_links:
        without_links(monkeypatch)
    path = tmp_path / "a.csv"
    with pytest.raises(UsageError, match="not overwritten"), new_name(path):
        path.write_bytes(b"another")
    assert path.read_bytes() == b"another"
    assert left_in(tmp_path) == ["a.csv"]
