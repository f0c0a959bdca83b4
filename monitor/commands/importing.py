"""``stridegate import``: a CSV, a FIT activity or a recording from elsewhere as a recording here.

What was not recorded here counts nowhere: the pod is marked as a virtual one, whatever it was.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np

from analysis.step import Gait, Placement
from analysis.steps import MIN_RATE_HZ
from monitor.analysed import kept_of
from monitor.core import Input
from monitor.errors import UsageError
from monitor.limits import StageLimits
from monitor.marks import Mark, MarkKind
from monitor.newfile import new_name, write_new
from monitor.programme.model import Part, Segment
from monitor.record import RecordingSink, read_session
from monitor.replay import decide
from monitor.result import result_of
from monitor.setup import IMPORTED, MAX_SESSION_S, PodSetup, Purpose, SessionSetup
from sensors import disk
from sensors.clock import utc_now_ns
from sensors.csvfile import CsvRecording, read_csv
from sensors.errors import UnwritableFileError
from sensors.pods.movesense import FULL_SCALE_DPS, FULL_SCALE_G, RATES_HZ
from sensors.pods.movesense_start import IMU6_REFERENCE
from sensors.pods.rsc import MEASUREMENT_UUID
from sensors.samples import FloatArray, LinkEvent, LinkState, Notification, PodIdentity, PodReport

SLOT: Final = "pod"
_START_S: Final = 1.0
_ATT_PAYLOAD: Final = 244
_FASTEST_HZ: Final = 1.03 * max(RATES_HZ)
"""Hz. What is faster is none of the rates: a pod's clock is off by a few per cent at most."""

_FLUSH_ITEMS: Final = 1024
"""Items after which the disk gets what there is: what waits for it in memory is bounded."""

_SATURATED: Final = f"set to the ±{FULL_SCALE_G:g} g or ±{FULL_SCALE_DPS:g} °/s that a pod has"


@dataclass(frozen=True, slots=True)
class _Imported:
    """What a file became: in words, in numbers for a machine, and what is missing in it."""

    holds: str
    counts: Mapping[str, int] = field(default_factory=dict)
    damage: tuple[str, ...] = ()


def run_import(path: Path, output: Path, placement: str | None, *, as_json: bool) -> int:
    """Import a file as a new recording; returns the exit status: 1 where it is damaged.

    Raises
    ------
    UsageError
        Where the file is of no kind that is known, or the new one exists.
    UnreadableFileError
        Where it cannot be read: one line.
    UnwritableFileError
        Where the disk does not take the new one: nothing is left half-written.
    """
    if output.exists():
        raise UsageError(f"{disk.shown(output)} exists and is not overwritten: name a new file")
    if output.suffix != ".mcap":
        raise UsageError(f"{disk.shown(output)}: name a new .mcap file")
    match path.suffix.lower():
        case ".csv":
            done = _import_csv(path, output, placement)
        case ".fit":
            done = _import_fit(path, output)
        case ".mcap":
            done = _copy(path, output)
        case _:
            raise UsageError(f"{disk.shown(path)}: give a .csv, a .fit or a .mcap file")
    for sentence in done.damage:
        print(f"stridegate: {disk.shown(path)}: {sentence}", file=sys.stderr)
    result = {"file": str(path), "recording": str(output), "holds": done.holds, **done.counts}
    if as_json:
        print(json.dumps({**result, "damage": list(done.damage)}))
    else:
        print(f"{disk.shown(output)}: {done.holds}")
    return 1 if done.damage else 0


def _copy(path: Path, output: Path) -> _Imported:
    damage = read_session(path).recording.damage
    write_new(output, path.read_bytes())
    holds = "a recording of StrideGate, unchanged"
    return _Imported(f"{holds}, and damaged as it was" if damage else holds, damage=damage)


def _import_csv(path: Path, output: Path, placement: str | None) -> _Imported:
    try:
        worn = Placement(placement or Placement.FOOT)
    except ValueError:
        raise UsageError(f"--placement {placement}: say {' or '.join(Placement)}") from None
    csv = read_csv(path)
    rate_hz = _pod_rate_hz(csv)
    if csv.gyro_dps is None:
        raise UsageError(
            f"{disk.shown(path)}: a recording keeps samples with a gyroscope: add gx_dps,gy_dps,"
            "gz_dps, or use stridegate analyse on the CSV itself"
        )
    acc_g = np.clip(csv.acc_g, -FULL_SCALE_G, FULL_SCALE_G)
    gyro_dps = np.clip(csv.gyro_dps, -FULL_SCALE_DPS, FULL_SCALE_DPS)
    is_beyond = np.any((acc_g != csv.acc_g) | (gyro_dps != csv.gyro_dps), axis=1)
    pod = PodSetup(SLOT, "movesense", rate_hz, worn, is_virtual=True)
    _record(path, output, pod, "from the CSV {}", _packets(csv, acc_g, gyro_dps), _length_s(csv))
    return _told(csv, worn, int(np.count_nonzero(is_beyond)))


def _pod_rate_hz(csv: CsvRecording) -> int:
    """Return the pod's rate that is next to a file's; refuses a file that no pod could send."""
    if csv.fs_hz < MIN_RATE_HZ:
        raise UsageError(
            f"{disk.shown(csv.path)}: {csv.fs_hz:.1f} Hz is too slow to find steps: give one that "
            f"was recorded at {MIN_RATE_HZ:g} Hz or more"
        )
    if csv.fs_hz > _FASTEST_HZ:
        raise UsageError(
            f"{disk.shown(csv.path)}: {csv.fs_hz:.1f} Hz is more than a recording's pod sends: "
            f"resample it to {max(RATES_HZ)} Hz, or use stridegate analyse on the CSV itself"
        )
    return min(RATES_HZ, key=lambda rate: abs(rate - csv.fs_hz))


def _length_s(csv: CsvRecording) -> float:
    return float(csv.t_s[-1] - csv.t_s[0])


def _packets(csv: CsvRecording, acc_g: FloatArray, gyro_dps: FloatArray) -> Iterator[Input]:
    """Yield a file's samples as the pod sends them."""
    from sensors.virtual.gsp import DATA_UUID, encode, split
    from sensors.virtual.player import ArraySource

    source = ArraySource(csv.t_s - csv.t_s[0], acc_g, gyro_dps, csv.fs_hz)
    for block in source.blocks():
        body = encode(round(block.t_s * 1000.0), block, with_gyro=True)
        t_s = _START_S + block.t_s + len(block.acc_g) / csv.fs_hz
        for payload in split(IMU6_REFERENCE, body, _ATT_PAYLOAD):
            yield Notification(round(t_s, 9), SLOT, DATA_UUID, payload)


def _told(csv: CsvRecording, worn: Placement, saturated: int) -> _Imported:
    """Tell what a CSV became: what was changed and what was left out is told with its number."""
    left_out = {
        "unmeasured": csv.unmeasured,
        "backwards": csv.backwards,
        "repeated": csv.duplicates,
    }
    holds = f"{len(csv.t_s)} samples of a CSV at {csv.fs_hz:.1f} Hz, worn on the {worn.value}"
    if saturated:
        holds += f"; {saturated} of them beyond a pod's range, {_SATURATED}"
    if any(left_out.values()):
        holds += (
            f"; rows left out: {csv.unmeasured} without a measurement, {csv.backwards} back in "
            f"time, {csv.duplicates} with a time that was there before"
        )
    counts = {"samples": len(csv.t_s), "saturated": saturated}
    return _Imported(holds, counts | {f"left_out_{why}": n for why, n in left_out.items()})


def _import_fit(path: Path, output: Path) -> _Imported:
    from monitor.export.readfit import read_fit
    from sensors.virtual.rsc import encode

    reports = read_fit(path)
    items = (
        Notification(round(_START_S + t_s, 9), SLOT, MEASUREMENT_UUID, encode(report))
        for t_s, report in reports
    )
    pod = PodSetup(SLOT, "rsc", None, Placement.FOOT, is_virtual=True)
    _record(path, output, pod, "cadence alone, from the FIT file {}", items, reports[-1][0])
    return _Imported(f"{len(reports)} cadences of a FIT file; no impact: the format has none")


def _record(
    path: Path,
    output: Path,
    pod: PodSetup,
    title: str,
    items: Iterable[Input],
    length_s: float,
) -> None:
    if not length_s + _START_S < MAX_SESSION_S:
        raise UsageError(
            f"{disk.shown(path)}: {length_s:.0f} s of data, and a recording holds a day at most: "
            "cut it"
        )
    setup = _setup(pod, title.format(path.name), length_s)
    identity = PodIdentity(pod.kind, "import", "", "", "imported file", "", "")
    opening: tuple[Input, ...] = (
        PodReport(0.0, SLOT, identity),
        LinkEvent(0.0, SLOT, LinkState.STREAMING),
        Mark(_START_S, MarkKind.START),
    )
    fed = list(chain(opening, items))
    with new_name(output, is_made=False) as draft:
        try:
            _write(draft, setup, fed)
        except UnwritableFileError as error:
            # The draft's name says nothing to a person.
            sentence = error.sentence.replace(disk.shown(draft), disk.shown(output))
            raise UnwritableFileError(sentence) from error


def _setup(pod: PodSetup, title: str, length_s: float) -> SessionSetup:
    return SessionSetup(
        purpose=Purpose.DEMO,
        patient="imported",
        programme=IMPORTED,
        programme_title="Imported",
        programme_version="1",
        programme_sha256="",
        is_draft=True,
        stage="IMPORT",
        stage_title="".join(sign if sign.isprintable() else "?" for sign in title),
        segments=(Segment(Gait.WALK, max(1.0, length_s), Part.MAIN),),
        judged=None,
        limits=StageLimits(),
        stop_pain=2,
        pods=(pod,),
        software=version("stridegate"),
    )


def _write(draft: Path, setup: SessionSetup, fed: list[Input]) -> None:
    sink = RecordingSink(draft, setup, utc_now_ns())
    try:
        for count, item in enumerate(fed, start=1):
            sink.item(item)
            if count % _FLUSH_ITEMS == 0:
                sink.flush()
        core = decide(setup, fed)
        for entry in core.journal.entries:
            sink.entry(entry)
        sink.result(result_of(core), kept_of(core))
        sink.close()
    finally:
        sink.abandon()
