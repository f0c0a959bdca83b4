"""Steps and samples as tables: CSV for anybody, Parquet for who has many."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from monitor.errors import UsageError
from monitor.report.session import SessionFacts
from sensors.csvfile import COLUMNS, CsvRecording
from sensors.samples import FloatArray

STEP_COLUMNS: Final = (
    *("t_ic_s", "t_tc_s", "contact_ms", "stride_s", "cadence_spm"),
    *("impact_g", "impact_at_least_g", "impact_reason", "gait", "flags"),
)
"""The columns of a table of steps; what is not known is empty, never 0."""


@dataclass(frozen=True, slots=True)
class Columns:
    """A table: names, and for each a list of values of one type, None where not known."""

    names: tuple[str, ...]
    values: tuple[Sequence[Any], ...]


def step_table(facts: SessionFacts) -> Columns:
    """Return one row a contact of the foot with the pod, in session seconds."""
    rows = [
        (
            s.t_ic_s,
            s.t_tc_s,
            None if s.contact_s is None else 1000.0 * s.contact_s,
            s.stride_s,
            s.cadence_spm,
            s.impact_g,
            s.impact_at_least_g,
            None if s.impact_reason is None else s.impact_reason.value,
            s.gait.value,
            " ".join(s.flags),
        )
        for s in facts.steps
    ]
    columns = tuple(zip(*rows, strict=True)) if rows else ((),) * len(STEP_COLUMNS)
    return Columns(STEP_COLUMNS, columns)


def sample_table(facts: SessionFacts) -> Columns:
    """Return one row a sample on the session's clock; raises UsageError where there are none."""
    if not facts.samples:
        raise UsageError("the pod sent no samples: export --steps, or --fit for its cadence")
    has_gyro = all(piece.gyro_dps is not None for piece in facts.samples)
    t_s = np.concatenate([piece.t_s for piece in facts.samples])
    acc_g = np.concatenate([piece.acc_g for piece in facts.samples])
    gyro_dps = None
    if has_gyro:
        gyro_dps = np.concatenate([p.gyro_dps for p in facts.samples if p.gyro_dps is not None])
    return _samples(t_s, acc_g, gyro_dps)


def csv_samples(recording: CsvRecording) -> Columns:
    """Return the samples of a CSV, as they were read."""
    return _samples(recording.t_s, recording.acc_g, recording.gyro_dps)


def _samples(t_s: FloatArray, acc_g: FloatArray, gyro_dps: FloatArray | None) -> Columns:
    arrays = [t_s, *acc_g.T, *([] if gyro_dps is None else gyro_dps.T)]
    return Columns(COLUMNS[: len(arrays)], tuple(array.tolist() for array in arrays))


def csv_bytes(table: Columns) -> bytes:
    """Return a table as CSV: UTF-8, one head, numbers with all their digits."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.names)
    # The module writes None as an empty cell, and a float so that it comes back bit for bit.
    writer.writerows(zip(*table.values, strict=True))
    return out.getvalue().encode("utf-8")


def write_parquet(table: Columns, path: Path) -> None:
    """Write a table as Parquet to a file of the caller's."""
    from arro3.core import Array, DataType, Table
    from arro3.io import write_parquet as write

    texts = ("impact_reason", "gait", "flags")
    arrays: dict[str, Any] = {
        name: Array(list(values), DataType.string() if name in texts else DataType.float64())
        for name, values in zip(table.names, table.values, strict=True)
    }
    write(Table.from_pydict(arrays), path)
