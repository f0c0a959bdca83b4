"""``make released``: a store and recordings as this release writes them, for all later releases.

Written once into ``fixtures/released/VERSION/`` and never changed: what a later release reads has
to be equal. Everything is made up.
"""

import hashlib
import json
import sys
import tempfile
import zipfile
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from made_runs import SHORT, home_places, made_patient
from made_sessions import inputs_of, made_setup, run_between_walks
from made_stores import NOW_S
from recorded_files import T0_UTC_NS, abandon

from analysis.step import Placement
from monitor.analysed import kept_of
from monitor.core import SessionCore
from monitor.gate import decide as gate_decide
from monitor.journal import Journal
from monitor.marks import Mark, MarkKind
from monitor.people.casefile import read_casefile
from monitor.people.sessions import SESSION_OPENED
from monitor.record import RecordedSession, RecordingSink, read_session
from monitor.replay import stepped
from monitor.result import result_of
from monitor.setup import PodSetup
from monitor.store.chain import patient_chain
from monitor.store.gatelog import GateCheck
from monitor.store.opening import open_store
from monitor.store.store import Store
from sensors.samples import Notification
from sensors.virtual.gait import GaitSource
from sensors.virtual.gait_script import GaitScript, run, walk

FOLDER = Path(__file__).parent.parent / "fixtures" / "released"
FS_HZ = 52
"""Hz. Slow, so that the recordings are small: no steps are found in them."""

LATER_S = NOW_S + 86_400
RECORDINGS = ("closed", "broken-off")


def store_values(store: Store) -> dict[str, Any]:
    """Return what a store says: of each chain the kinds and a hash of its texts, and the gate."""
    case = read_casefile(store, "anna")
    chains = {}
    for chain in store.chains():
        entries = store.entries(chain)
        text = "".join(f"{e.seq} {e.t_s} {json.dumps(e.record, sort_keys=True)}\n" for e in entries)
        chains[chain.key] = {
            "kinds": [entry.kind for entry in entries],
            "sha256": hashlib.sha256(text.encode()).hexdigest(),
            "head": store.head(chain).outside,
        }
    return {
        "chains": chains,
        "findings": [str(finding) for finding in store.audit().findings],
        "decision": gate_decide(SHORT, case.patient.events, LATER_S).as_dict(),
        "baselines_g": {which: b.median_g for which, b in case.patient.baselines.items()},
    }


def recording_values(session: RecordedSession) -> dict[str, Any]:
    """Return what a recording says."""
    items = list(session.inputs())
    raw = [item for item in items if isinstance(item, Notification)]
    payloads = hashlib.sha256(b"".join(item.payload for item in raw)).hexdigest()
    marks = [[m.t_s, m.kind, m.value] for m in items if isinstance(m, Mark)]
    header = json.dumps(session.recording.header, sort_keys=True)
    return {
        "inputs": len(items),
        "payloads_sha256": payloads,
        "times_s": [raw[0].t_s, raw[-1].t_s],
        "marks": marks,
        "header_sha256": hashlib.sha256(header.encode()).hexdigest(),
        "segments": [[s.gait, s.duration_s, s.part] for s in session.setup.segments],
        "decisions": [entry["text"] for entry in session.decisions],
        "result": session.result,
        "is_finished": session.recording.is_finished,
        "damage": list(session.recording.damage),
    }


def unpacked(release: Path, home: Path) -> Store:
    """Unpack a release's store and open it as this one does."""
    with zipfile.ZipFile(release / "record.zip") as packed:
        packed.extractall(home)
    return open_store(home_places(home))


def _make_store(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        store = made_patient(home_places(home))
        chain = patient_chain("anna")
        session = {
            "id": "s-1", "stage": "WR1", "valid_pct": 97.5, "run_pct": 100.0, "load_pct": 99.0,
            "amber_pct": 3.0, "red_events": 0, "impact": True,
        }  # fmt: skip
        pains = [
            ("pain", {"session": "s-1", "when": when, "site": 0})
            for when in ("before", "during", "after")
        ]
        opened = {"id": "s-2", "stage": "WR1", "sha256": SHORT.sha256, "recording": "/gone.mcap"}
        check = GateCheck(SHORT)
        store.append_all(chain, [("session", session), *pains], NOW_S + 3600, check)
        store.append_all(
            chain, [(SESSION_OPENED, opened), ("note", {"text": "ü–✓", "by": "dr-x"})], NOW_S + 7200
        )
        with zipfile.ZipFile(folder / "record.zip", "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(home.rglob("*")):
                if path.is_file() and path.suffix != ".lock":
                    packed.write(path, path.relative_to(home))


def _make_recording(path: Path, *, breaks_off: bool) -> None:
    pod = PodSetup("pod", "movesense", FS_HZ, Placement.SHANK)
    setup = replace(made_setup(run_between_walks(4.0, 2.0)), pods=(pod,))
    script = GaitScript((walk(2.0), run(4.0, impact_g=4.5), walk(4.0)))
    items = [*inputs_of(GaitSource(script, float(FS_HZ))), Mark(4.0, MarkKind.PAIN, 1)]
    whole = [replace(item, t_s=round(item.t_s * 1e9) / 1e9) for item in items]
    sink = RecordingSink(path, setup, T0_UTC_NS)
    core = SessionCore(setup, Journal(sink.entry))

    def kept() -> Any:
        for item in sorted(whole, key=lambda item: item.t_s):
            if breaks_off and item.t_s > 5.0:
                return
            sink.item(item)
            sink.flush()
            yield item

    for _ in stepped(core, kept()):
        pass
    if breaks_off:
        sink.flush()
        abandon(sink._writer)
        # The last flush was torn.
        path.write_bytes(path.read_bytes()[:-9])
        return
    sink.result(result_of(core), kept_of(core))
    sink.close()


def main() -> None:
    """Write the folder of this release."""
    folder = FOLDER / version("stridegate")
    if folder.exists():
        sys.exit(f"{folder}: exists already, and what was released is never changed")
    folder.mkdir(parents=True)
    _make_store(folder)
    for name in RECORDINGS:
        _make_recording(folder / f"{name}.mcap", breaks_off=name != "closed")
    with tempfile.TemporaryDirectory() as name:
        values = {
            "store": store_values(unpacked(folder, Path(name))),
            **{n: recording_values(read_session(folder / f"{n}.mcap")) for n in RECORDINGS},
        }
    text = json.dumps(values, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    (folder / "values.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
