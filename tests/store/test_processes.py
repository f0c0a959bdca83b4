"""Several processes at one record, and processes that are killed in the middle of writing."""

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import pytest
from made_stores import ANNA, BEN, NOW_S, made_store, places_in

from monitor.errors import StoreError
from monitor.store import store as module
from monitor.store.chain import CLINIC
from monitor.store.lock import session_lock
from monitor.store.opening import open_store

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"

BEGIN = """
import os, signal, sys
from pathlib import Path
from made_stores import ANNA, NOW_S, made_store, places_in
"""


def python(code: str, *argv: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", BEGIN + code, *argv],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(TESTS)},
    )


APPEND_25 = """
store = made_store(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for i in range(25):
    store.append(ANNA, "note", {"who": sys.argv[2], "i": i}, NOW_S)
"""


def test_four_processes_appending_at_once_fork_nothing_and_lose_nothing(tmp_path: Path) -> None:
    """Also the making of store and key is a race between the four."""
    writers = [python(APPEND_25, str(tmp_path), str(n)) for n in range(4)]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
    assert [writer.returncode for writer in writers] == [0] * 4
    store = open_store(places_in(tmp_path))
    entries = store.entries(ANNA)
    assert [entry.seq for entry in entries] == list(range(1, 101))
    for n in range(4):
        mine = [e.record["i"] for e in entries if e.record["who"] == str(n)]
        assert mine == list(range(25))
    assert not store.audit().findings
    assert len(store.entries(CLINIC)) == 1


DIE_AT = """
import monitor.store.headfiles as heads
import monitor.store.store as module
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
store = made_store(Path(sys.argv[1]))
where, real = sys.argv[2], heads.HeadFiles._write
if where == "after-commit":
    heads.HeadFiles.write = die
elif where == "between-heads":
    heads.HeadFiles.write = lambda self, rows: die() if real(self, heads.Head(
        rows[-1].chain, rows[-1].seq, rows[-1].hash)) is None else None
elif where == "before-commit":
    insert = module._insert
    module._insert = lambda *given: (insert(*given), die())
elif where == "in-the-head":
    heads.Path.replace = die
store.append_all(ANNA, [("note", {"i": i}) for i in range(3)], NOW_S)
"""


@pytest.mark.parametrize(
    ("where", "before"),
    [
        ("after-commit", 0),
        ("after-commit", 2),
        ("between-heads", 0),
        ("before-commit", 0),
        ("in-the-head", 0),
        ("in-the-head", 2),
    ],
)
def test_a_kill_leaves_all_or_nothing_and_no_false_alarm(
    tmp_path: Path, where: str, before: int
) -> None:
    store = made_store(tmp_path)
    for _ in range(before):
        store.append(ANNA, "note", {}, NOW_S)
    writer = python(DIE_AT, str(tmp_path), where)
    writer.communicate(timeout=60)
    assert writer.returncode == -signal.SIGKILL
    # With a first entry, "in-the-head" comes before the commit: an empty head is being written.
    written = where in ("after-commit", "between-heads") or (where == "in-the-head" and before > 0)
    after = before + (3 if written else 0)
    assert not store.audit().findings
    assert len(store.entries(ANNA)) == after
    store.append(ANNA, "note", {"after": "the crash"}, NOW_S)
    store.append(BEN, "note", {}, NOW_S)
    assert [e.seq for e in store.entries(ANNA)] == list(range(1, after + 2))
    assert not store.audit().findings
    assert len(store.entries(CLINIC)) == 2


HOLD_SESSION = """
from monitor.store.lock import session_lock
with session_lock(places_in(Path(sys.argv[1])), ANNA):
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_one_session_at_a_time_for_each_patient_and_none_after_a_kill(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    holder = python(HOLD_SESSION, str(tmp_path))
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(StoreError) as refused, session_lock(places, ANNA):
        pytest.fail("two sessions for one patient")
    assert "Anna" in str(refused.value)
    assert "stridegate patient show" in str(refused.value)
    for _ in range(99):
        with pytest.raises(StoreError), session_lock(places, ANNA):
            pytest.fail("two sessions for one patient")
    with session_lock(places, BEN):
        made_store(tmp_path).append(ANNA, "note", {}, NOW_S)
    holder.kill()
    holder.communicate(timeout=60)
    with session_lock(places, ANNA):
        pass
    with session_lock(places, ANNA):
        pass


@pytest.mark.parametrize("has_lock", [True, False])
def test_threads_append_in_turn_and_the_transaction_alone_is_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_lock: bool
) -> None:
    """Where a file system knows no locks, BEGIN IMMEDIATE still forks and loses nothing."""
    store = made_store(tmp_path)
    if not has_lock:
        monkeypatch.setattr(module, "append_lock", lambda _: nullcontext())

    def append() -> None:
        for i in range(10):
            store.append(ANNA, "note", {"i": i}, NOW_S)

    with ThreadPoolExecutor(3) as threads:
        for done in [threads.submit(append) for _ in range(3)]:
            done.result()
    assert len(store.entries(ANNA)) == 30
    assert not store.audit().findings
