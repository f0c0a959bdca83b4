"""Samples in a CSV file: ``t_s,ax_g,ay_g,az_g`` and, where there is a gyroscope, its three columns.

A bad row is data: it is dropped and counted. A bad cell is an error that names its line.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sensors import disk
from sensors.errors import UnreadableFileError, UnwritableFileError
from sensors.samples import FloatArray
from sensors.stamps import time_base

COLUMNS: Final = ("t_s", "ax_g", "ay_g", "az_g", "gx_dps", "gy_dps", "gz_dps")
"""The header, in this order; the last three together or not at all."""

_HEADERS: Final = (",".join(COLUMNS[:4]), ",".join(COLUMNS))
_HEADER_SIGNS: Final = 1000

LARGEST_T_S: Final = 1e10
LARGEST_ACC_G: Final = 1000.0
LARGEST_GYRO_DPS: Final = 100_000.0
"""What lies outside is no measurement of a foot pod, and counts as a missing sample: ten times what
any pod measures, and times up to seconds since 1970 (design default)."""


@dataclass(frozen=True, slots=True, eq=False)
class CsvRecording:
    """The samples of a CSV file.

    Attributes
    ----------
    path : Path
        The file.
    t_s : ndarray, shape (n,)
        Sample times in the file's own time base, strictly rising.
    acc_g : ndarray, shape (n, 3)
        Acceleration with gravity, in g.
    gyro_dps : ndarray, shape (n, 3), or None
        Angular velocity in degrees per second.
    fs_hz : float
        Nominal sampling rate, from the steps between the times.
    missing_slots : int
        Samples that are absent between the first and the last: holes in the times, and rows with
        a value that is not a number.
    duplicates, backwards : int
        Rows dropped because their time repeats the latest, or runs back behind it.
    is_restamped : bool
        The times in the file were arrivals; these are fitted, see ``sensors.stamps``.
    rows : int
        Rows in the file, also those that were dropped.
    """

    path: Path
    t_s: FloatArray
    acc_g: FloatArray
    gyro_dps: FloatArray | None
    fs_hz: float
    missing_slots: int
    duplicates: int
    backwards: int
    is_restamped: bool
    rows: int

    @property
    def unmeasured(self) -> int:
        """Rows dropped because their time or a value is no number, or no measurement."""
        return self.rows - len(self.t_s) - self.duplicates - self.backwards


def read_csv(path: Path) -> CsvRecording:
    """Read the samples of a CSV file.

    Parameters
    ----------
    path : Path
        UTF-8 text, header ``t_s,ax_g,ay_g,az_g`` or ``…,gx_dps,gy_dps,gz_dps``, one row a sample.

    Returns
    -------
    CsvRecording

    Raises
    ------
    UnreadableFileError
        Missing, empty, another header, a cell that is no number, fewer than two samples: one line
        with the file, the line and the cure.
    """
    try:
        if not path.is_file():
            what = "not a file" if path.exists() else "no such file"
            raise _refusal(path, what, "give a CSV file")
        table = _table(path)
    except OSError as error:
        what = f"cannot be read ({error.strerror or error})"
        raise _refusal(path, what, "check the disk and rights") from error

    rows = len(table)
    table = table[np.isfinite(table[:, 0]) & (np.abs(table[:, 0]) <= LARGEST_T_S)]
    if not len(table):
        raise _refusal(path, "no row has a time", "write t_s in seconds")
    try:
        base = time_base(table[:, 0], table[:, 1:])
    except ValueError as error:
        raise _refusal(path, str(error), "write the time of each sample in seconds") from error
    values = table[base.kept, 1:]
    is_measured = _is_measured(values)
    if np.count_nonzero(is_measured) < 2:
        raise _refusal(path, "fewer than two samples", "write accelerations in g, one row a sample")
    values = values[is_measured]
    return CsvRecording(
        path=path,
        t_s=base.t_s[is_measured],
        acc_g=np.ascontiguousarray(values[:, :3]),
        gyro_dps=np.ascontiguousarray(values[:, 3:]) if values.shape[1] > 3 else None,
        fs_hz=base.fs_hz,
        missing_slots=base.missing_slots + int(np.count_nonzero(~is_measured)),
        duplicates=base.duplicates,
        backwards=base.backwards,
        is_restamped=base.is_restamped,
        rows=rows,
    )


def _is_measured(values: FloatArray) -> NDArray[np.bool_]:
    limits = np.array([LARGEST_ACC_G] * 3 + [LARGEST_GYRO_DPS] * 3)[: values.shape[1]]
    # Comparing with NaN is False, which is what is wanted here.
    is_measured: NDArray[np.bool_] = np.all(np.abs(values) <= limits, axis=1)
    return is_measured


def _table(path: Path) -> FloatArray:
    columns = _column_count(path)
    try:
        # An open file: given a path, numpy would unpack what looks packed by its name.
        with path.open(encoding="utf-8-sig") as file:
            table: FloatArray = np.loadtxt(file, delimiter=",", skiprows=1, comments=None, ndmin=2)
    except (ValueError, OverflowError) as error:
        raise _faulty_line(path, columns) from error
    if table.shape[1] != columns:
        raise _faulty_line(path, columns)
    return table


def _column_count(path: Path) -> int:
    """Return the number of columns by the header; refuse a file without rows."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline(_HEADER_SIGNS)
            if not header:
                raise _refusal(path, "is empty", f"write the header {_HEADERS[0]} and rows")
            names = ",".join(name.strip() for name in header.split(","))
            if names not in _HEADERS:
                what = f"line 1: the header is {_excerpt(header)}"
                raise _refusal(path, what, f"write {_HEADERS[0]}, or {_HEADERS[1]}")
            if not any(line != "\n" for line in file):
                raise _refusal(path, "has a header and no rows", "write one row a sample")
    except UnicodeDecodeError as error:
        raise _faulty_line(path, None) from error
    return len(names.split(","))


def _faulty_line(path: Path, columns: int | None) -> UnreadableFileError:
    """Find the line that the fast way refused; only now, since it takes a look at every cell."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            fault = _line_fault(line, columns, is_header=number == 1)
            if fault is not None:
                return _refusal(path, f"line {number}: {fault[0]}", fault[1])
    return _refusal(path, "a row in it cannot be read", "write plain numbers, one row a sample")


def _line_fault(line: bytes, columns: int | None, *, is_header: bool) -> tuple[str, str] | None:
    try:
        text = line.decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        return "is not UTF-8 text", "save the file as UTF-8"
    if is_header or not text or columns is None:
        return None
    cells = text.split(",")
    if len(cells) != columns:
        return f"{len(cells)} columns instead of {columns}", "write every column in every row"
    for name, cell in zip(COLUMNS, cells, strict=False):
        try:
            float(cell)
        except ValueError:
            return (
                f"{_excerpt(cell)} in column {name} is not a number",
                "write a number, or nan where a sample is missing",
            )
    return None


def _excerpt(text: str) -> str:
    return ascii(text.strip()[:40])


def _refusal(path: Path, what: str, cure: str) -> UnreadableFileError:
    return UnreadableFileError(f"{disk.shown(path)}: {what}; {cure}")


def write_csv(
    path: Path, t_s: FloatArray, acc_g: FloatArray, gyro_dps: FloatArray | None = None
) -> None:
    """Write samples to a new CSV file, so that ``read_csv`` gives the same numbers again.

    Parameters
    ----------
    path : Path
        A file that does not exist; nobody else may read it.
    t_s : ndarray, shape (n,)
        Sample times in seconds.
    acc_g : ndarray, shape (n, 3)
        Acceleration with gravity, in g.
    gyro_dps : ndarray, shape (n, 3), or None
        Angular velocity in degrees per second.

    Raises
    ------
    UnwritableFileError
        The file exists, or cannot be written.
    """
    parts = (
        [t_s[:, np.newaxis], acc_g] if gyro_dps is None else [t_s[:, np.newaxis], acc_g, gyro_dps]
    )
    rows = np.hstack(parts).tolist()
    lines = [
        ",".join(COLUMNS[: 1 + 3 * (len(parts) - 1)]),
        *(",".join(map(repr, row)) for row in rows),
    ]
    try:
        with disk.create(path) as file:
            disk.write_at(file, 0, ("\n".join(lines) + "\n").encode())
    except FileExistsError as error:
        raise UnwritableFileError(
            f"{disk.shown(path)}: exists already; give another name, or remove it first"
        ) from error
    except OSError as error:
        raise UnwritableFileError(
            f"{disk.shown(path)}: cannot be written ({error.strerror}); free space on the disk,"
            " or give another folder"
        ) from error
