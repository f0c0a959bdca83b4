"""Power cuts while the patient's record is written: its database and the heads beside it (T2)."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from made_stores import ANNA, BEN, CLEO, LATER_S, NOW_S, made_store
from reliability.row import Row, memory_folder
from reliability.systemcalls import can_trace, traced
from reliability.traced import Left, Trace, power_cuts

from monitor.errors import StoreError
from monitor.store.chain import CLINIC, patient_chain
from monitor.store.store import Store

TESTS = Path(__file__).parents[1]
PEOPLE = (CLINIC, ANNA, BEN, CLEO)
Hashes = dict[str, list[str]]


@dataclass(slots=True)
class Cuts:
    """What was found in all the states that power cuts left."""

    states: int = 0
    calls: int = 0
    unusable: int = 0
    blamed: int = 0
    lost: int = 0
    half: int = 0
    first: str = ""


def written(folder: Path, known: Path, rounds: int) -> None:
    """Write a record, as a process of its own, and note each thing that is acknowledged."""
    states: list[Hashes] = []

    def acknowledge() -> None:
        states.append(hashes(store))
        known.write_text(json.dumps(states), "utf-8")
        os.write(1, b"note acked %d\n" % (len(states) - 1))

    store = made_store(folder)
    acknowledge()
    store.append(CLINIC, "clinician", {"name": "dr-x"}, NOW_S)
    acknowledge()
    for n in range(rounds):
        for chain in (ANNA, BEN):
            notes = [{"n": n, "i": i, "note": "ran " * 200} for i in range(n + 1)]
            store.append_all(chain, [("note", note) for note in notes], NOW_S + n)
            acknowledge()
    store.erase(BEN, "dr-x", "asked for", NOW_S + rounds)
    acknowledge()
    store.append(CLEO, "note", {"note": "the first"}, NOW_S + rounds)
    acknowledge()


def hashes(store: Store) -> Hashes:
    """Return the hash of every entry of every chain."""
    return {c.key: [row.hash for row in store.rows(c)] for c in store.chains()}


def trace_of(rounds: int, home: Path) -> tuple[Trace, list[Hashes]]:
    """Return what writing a record asks of the disk, and what stood in it after each thing."""
    folder, known = home / "written", home / "known.json"
    folder.mkdir()
    code = (
        "from pathlib import Path; from reliability.recordcuts import written;"
        f"written(Path({str(folder)!r}), Path({str(known)!r}), {rounds})"
    )
    paths = {"PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}"}
    trace = traced(code, folder, {**os.environ, **paths})
    return trace, json.loads(known.read_text("utf-8"))


def cut(rounds: int, torn: int, *, every: int = 1, seed: int = 1) -> Cuts:
    """Write a record of some rounds and cut the power at every operation.

    ``torn`` is the chances a cut, ``every`` takes only one of so many states.
    """
    found = Cuts()
    with tempfile.TemporaryDirectory(dir=memory_folder()) as name:
        trace, known = trace_of(rounds, Path(name))
        found.calls = sum(op.kind != "note" for op in trace.ops)
        for n, left in enumerate(power_cuts(trace, seed, torn)):
            if n % every:
                continue
            found.states += 1
            with tempfile.TemporaryDirectory(dir=name) as home:
                what = _judge(Path(home), left, known, found)
            if what and not found.first:
                found.first = f"before call {left.at}, {left.how}: {what}"
    return found


def _judge(home: Path, left: Left, known: list[Hashes], found: Cuts) -> str:
    for path, content in left.files.items():
        (home / path).parent.mkdir(parents=True, exist_ok=True)
        (home / path).write_bytes(content)
    acked = int(left.known.get("acked", -1))
    allowed = [{}, known[0]] if acked < 0 else known[acked : acked + 2]
    try:
        # As the next start does; where there is a record, it is not made anew.
        store = made_store(home)
        findings = store.audit().findings
        there = hashes(store)
        for chain in (CLINIC, patient_chain("Dora"), *(c for c in PEOPLE if c.key in there)):
            store.append(chain, "note", {"note": "after the power cut"}, LATER_S)
        findings += store.audit().findings
    except StoreError as error:
        found.unusable += 1
        return str(error)
    if findings:
        found.blamed += 1
        return findings[0].text
    if there not in allowed:
        missing = acked >= 0 and any(
            there.get(key, [])[: len(entries)] != entries for key, entries in known[acked].items()
        )
        found.lost += missing
        found.half += not missing
        return f"{ {key: len(entries) for key, entries in there.items()} } entries at {acked}"
    return ""


def proof(rounds: int = 5, torn: int = 18) -> Iterator[Row]:
    """Write a record and cut, with ``torn`` chances a cut."""
    if not can_trace():
        sys.exit("reliability: the record's power cuts are traced by strace: install it")
    found = cut(rounds, torn)
    result = (
        f"{found.unusable} unusable, {found.blamed} blamed for tampering, {found.lost} lost what "
        f"was acknowledged, {found.half} hold half of what was not"
        f"{f'; {found.first}' if found.first else ''}"
    )
    size = f"{found.states:,} states at {found.calls} system calls"
    yield Row("T2", "power cuts while the patient's record is written", size, result)
