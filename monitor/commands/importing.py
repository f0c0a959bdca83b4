"""``stridegate import``: a CSV, a FIT activity or a recording from elsewhere as a recording here.

What was not recorded here counts nowhere: the pod is marked as a virtual one, whatever it was.
"""

import json
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Final

from analysis.step import Gait, Placement
from monitor.analysed import kept_of
from monitor.core import Input
from monitor.errors import UsageError
from monitor.limits import StageLimits
from monitor.marks import Mark, MarkKind
from monitor.newfile import write_new
from monitor.programme.model import Part, Segment
from monitor.record import RecordingSink, read_session
from monitor.replay import decide
from monitor.result import result_of
from monitor.setup import MAX_SESSION_S, PodSetup, Purpose, SessionSetup
from sensors import disk
from sensors.clock import utc_now_ns
from sensors.csvfile import read_csv
from sensors.pods.movesense_start import IMU6_REFERENCE
from sensors.pods.rsc import MEASUREMENT_UUID
from sensors.samples import LinkEvent, LinkState, Notification, PodIdentity, PodReport

SLOT: Final = "pod"
_START_S: Final = 1.0
_ATT_PAYLOAD: Final = 244
_RATES_HZ: Final = (13, 26, 52, 104, 208, 416, 833, 1666)
"""Rates of the pod in whose packets samples are kept (Movesense's list)."""


def run_import(path: Path, output: Path, placement: str | None, *, as_json: bool) -> int:
    """Import a file as a new recording; returns the exit status.

    Raises
    ------
    UsageError
        Where the file is of no kind that is known, or the new one exists.
    UnreadableFileError
        Where it cannot be read: one line.
    """
    if output.exists():
        raise UsageError(f"{disk.shown(output)} exists and is not overwritten: name a new file")
    if output.suffix != ".mcap":
        raise UsageError(f"{disk.shown(output)}: name a new .mcap file")
    match path.suffix.lower():
        case ".csv":
            what = _import_csv(path, output, placement)
        case ".fit":
            what = _import_fit(path, output)
        case ".mcap":
            read_session(path)
            write_new(output, path.read_bytes())
            what = "a recording of StrideGate, unchanged"
        case _:
            raise UsageError(f"{disk.shown(path)}: give a .csv, a .fit or a .mcap file")
    result = {"file": str(path), "recording": str(output), "holds": what}
    print(json.dumps(result) if as_json else f"{disk.shown(output)}: {what}")
    return 0


def _import_csv(path: Path, output: Path, placement: str | None) -> str:
    from sensors.virtual.gsp import DATA_UUID, encode, split
    from sensors.virtual.player import ArraySource

    try:
        worn = Placement(placement or Placement.FOOT)
    except ValueError:
        raise UsageError(f"--placement {placement}: say {' or '.join(Placement)}") from None
    csv = read_csv(path)
    rate_hz = min(_RATES_HZ, key=lambda rate: abs(rate - csv.fs_hz))
    source = ArraySource(csv.t_s - csv.t_s[0], csv.acc_g, csv.gyro_dps, csv.fs_hz)
    has_gyro = csv.gyro_dps is not None

    def items() -> Iterator[Input]:
        for block in source.blocks():
            body = encode(round(block.t_s * 1000.0), block, with_gyro=has_gyro)
            t_s = _START_S + block.t_s + len(block.acc_g) / csv.fs_hz
            for payload in split(IMU6_REFERENCE, body, _ATT_PAYLOAD):
                yield Notification(round(t_s, 9), SLOT, DATA_UUID, payload)

    if not has_gyro:
        raise UsageError(
            f"{disk.shown(path)}: a recording keeps samples with a gyroscope: add gx_dps,gy_dps,"
            "gz_dps, or use stridegate analyse on the CSV itself"
        )
    pod = PodSetup(SLOT, "movesense", rate_hz, worn, is_virtual=True)
    _record(output, pod, f"from the CSV {path.name}", float(csv.t_s[-1] - csv.t_s[0]), items())
    return f"{len(csv.t_s)} samples of a CSV at {csv.fs_hz:.1f} Hz, worn on the {worn.value}"


def _import_fit(path: Path, output: Path) -> str:
    from monitor.export.readfit import read_fit
    from sensors.virtual.rsc import encode

    reports = read_fit(path)
    items = (
        Notification(round(_START_S + t_s, 9), SLOT, MEASUREMENT_UUID, encode(report))
        for t_s, report in reports
    )
    pod = PodSetup(SLOT, "rsc", None, Placement.FOOT, is_virtual=True)
    _record(output, pod, f"cadence alone, from the FIT file {path.name}", reports[-1][0], items)
    return f"{len(reports)} cadences of a FIT file; no impact: the format has none"


def _record(
    output: Path, pod: PodSetup, title: str, length_s: float, items: Iterable[Input]
) -> None:
    if not length_s + _START_S < MAX_SESSION_S:
        raise UsageError(f"{length_s:.0f} s of data: a recording holds a day at most: cut it")
    setup = SessionSetup(
        purpose=Purpose.DEMO,
        patient="imported",
        programme="import",
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
    identity = PodIdentity(pod.kind, "import", "", "", "imported file", "", "")
    opening: tuple[Input, ...] = (
        PodReport(0.0, SLOT, identity),
        LinkEvent(0.0, SLOT, LinkState.STREAMING),
        Mark(_START_S, MarkKind.START),
    )
    fed = list(chain(opening, items))
    sink = RecordingSink(output, setup, utc_now_ns())
    try:
        for item in fed:
            sink.item(item)
        core = decide(setup, fed)
        for entry in core.journal.entries:
            sink.entry(entry)
        sink.result(result_of(core), kept_of(core))
    except BaseException:
        sink.close()
        output.unlink(missing_ok=True)
        raise
    sink.close()
