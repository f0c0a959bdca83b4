"""The cadence of a FIT activity of another make: never an impact, for the format has none."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fit_tool.fit_file import FitFile
from fit_tool.profile.messages.record_message import RecordMessage

from sensors.disk import shown
from sensors.errors import UnreadableFileError
from sensors.samples import StepReport

LARGEST_BYTES: Final = 32 * 1024 * 1024
"""bytes. A day of one record a second has fewer than 10 MB. Design default: bounds memory."""

LARGEST_CADENCE: Final = 255
"""strides/min. The format's own bound, and that of a step report."""

RUNS_FROM_PER_MIN: Final = 70
"""strides/min (140 steps/min). Above it a record is taken for running. Design default."""

LONGEST_S: Final = 86_400.0
"""s. What lies further from the first record is of another day, and is left out."""


def read_fit(path: Path) -> tuple[tuple[float, StepReport], ...]:
    """Return the cadence of each record.

    Returns
    -------
    tuple of tuple
        Seconds since the first record, rising, and a step report.

    Raises
    ------
    UnreadableFileError
        No such file, no FIT file, damaged, or without a cadence: one line.
    """
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= LARGEST_BYTES else b""
    except OSError as error:
        why = error.strerror or error
        raise UnreadableFileError(f"{shown(path)}: cannot be read ({why}): check it") from error
    if not content:
        raise UnreadableFileError(
            f"{shown(path)}: {size} bytes are no FIT activity: give one of at most "
            f"{LARGEST_BYTES // 2**20} MiB"
        )
    return parse_fit(content, shown(path))


def parse_fit(content: bytes, name: str) -> tuple[tuple[float, StepReport], ...]:
    """Return the same of a file's bytes; ``name`` is for the sentence."""
    try:
        reports = tuple(_reports(content))
    # The library raises whatever the bytes lead to, from IndexError to its own errors.
    except Exception as error:  # noqa: BLE001
        raise UnreadableFileError(
            f"{name}: damaged, or no FIT file ({type(error).__name__}): export it anew"
        ) from None
    if not reports:
        raise UnreadableFileError(f"{name}: it holds no cadence: give an activity with a foot pod")
    return reports


def _reports(content: bytes) -> Iterator[tuple[float, StepReport]]:
    first_ms: int | None = None
    last_s = -1.0
    for record in FitFile.from_bytes(content).records:
        message = record.message
        if not isinstance(message, RecordMessage):
            continue
        strides, at_ms = _strides_per_min(message), message.timestamp
        if strides is None or at_ms is None or not 0 <= round(strides) <= LARGEST_CADENCE:
            continue
        first_ms = at_ms if first_ms is None else first_ms
        t_s = (at_ms - first_ms) / 1000.0
        if not last_s < t_s <= LONGEST_S:
            continue
        last_s = t_s
        is_running = strides >= RUNS_FROM_PER_MIN
        yield t_s, StepReport(0.0, round(strides), is_running, None, None)


def _strides_per_min(message: RecordMessage) -> float | None:
    """Return the cadence with its fraction, which stands in a field of its own."""
    if message.cadence is None:
        return None
    return float(message.cadence) + float(message.fractional_cadence or 0.0)
