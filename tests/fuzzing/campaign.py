"""``make fuzz``: every decoder of the registry under hypothesis and atheris; writes the page."""

import argparse
import hashlib
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from fuzzing.harness import Bench, Fed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sensors.pods.registry import KINDS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "fuzzing.md"
KEPT = ROOT / "build" / "fuzzing"

INTRODUCTION = """# Decoders fed anything

`make fuzz` runs every decoder of the registry under two fuzzers with one harness
(`tests/fuzzing/harness.py`). Its short form is in the tests (`tests/sensors/test_fuzzing.py`).

What has to hold, whatever the bytes:

- a decoder raises `BadPacketError` or nothing;
- no part of a packet is taken for the whole: nothing comes of it where the packet says its own
  length or has but one; fewer samples than the whole has, where the length is all there is
  (Movesense, Polar, WitMotion);
- what comes out is finite, of the right shape, on the counter's range;
- after anything, a good packet is read again at the latest at the fourth time. Where an answer of
  the configuration came among the bytes, such as another range or the end of the stream, the pod
  may have to be configured anew first.

Each decoder is driven as a connection drives it: it has heard what a pod answers to its
configuration (`before` in `tests/fuzzing/specimens.py`) when the bytes come. Drawn are
notifications of any bytes on every characteristic that the pod notifies or reads, and good packets
and answers cut short, with a changed byte, or with bytes behind. hypothesis draws blindly and
shrinks; atheris follows the branches of `sensors.pods`.

"""

FOUND = """
## Found

- Open pod: a packet whose counter was exactly half a turn ahead of the newest was refused until the
  counter moved on. Found by atheris in its first seconds; now a named example in the tests.
- Polar: an offer with one changed byte made 514 g the full scale, so that no sample would have
  counted as clipped. Found by hypothesis; only the ranges that these pods have are believed now.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one kind."""

    kind: str
    code: str
    examples: int
    refused: int
    decoded: int
    cuts: int
    runs: int
    seconds: int
    cpu_s: int
    branches: int
    faults: int


def hypothesis_examples(bench: Bench, examples: int) -> Fed:
    """Run so many examples against a decoder; return what came of the notifications."""
    total = Fed()

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.binary(max_size=120))
    def run(data: bytes) -> None:
        fed = bench.check(data)
        total.decoded += fed.decoded
        total.refused += fed.refused

    run()
    return total


def atheris_runs(kind: str, seconds: int, python: str) -> tuple[int, int, int, int]:
    """Run atheris on one decoder; return executions, branches, faults, and processor seconds."""
    before_s = os.times().children_user
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [python, "-m", "fuzzing.target", kind, f"-max_total_time={seconds}",
             f"-artifact_prefix={folder}/", "-max_len=400"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        faults = len(list(Path(folder).iterdir()))
    lines = re.findall(r"^#(\d+)\s+\w+\s+cov: (\d+)", done.stderr, re.MULTILINE)
    if not lines or (done.returncode and not faults):
        raise SystemExit(f"fuzz: {kind}: atheris did not run:\n{done.stderr[-2000:]}")
    if faults:
        print(done.stderr[-4000:], file=sys.stderr)
    cpu_s = os.times().children_user - before_s
    return int(lines[-1][0]), int(lines[-1][1]), faults, round(cpu_s)


def row_of(kind: str, examples: int, seconds: int, python: str) -> Row:
    """Run everything on one decoder."""
    bench = Bench(kind)
    cuts = bench.check_cuts()
    fed = hypothesis_examples(bench, examples)
    began_s = time.perf_counter()
    runs, branches, faults, cpu_s = atheris_runs(kind, seconds, python)
    took_s = round(time.perf_counter() - began_s)
    return Row(
        kind,
        code(),
        examples,
        fed.refused,
        fed.decoded,
        cuts,
        runs,
        took_s,
        cpu_s,
        branches,
        faults,
    )


def code() -> str:
    """Return what tells one state of the decoders and of this harness from another."""
    digest = hashlib.sha256()
    for file in sorted((*ROOT.glob("sensors/pods/*.py"), *ROOT.glob("tests/fuzzing/*.py"))):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()


def kept_row(kind: str, examples: int, seconds: int, python: str) -> Row:
    """Return a decoder's figures; those of an earlier run where the same code was run as long.

    A whole campaign takes two hours of the processor: what is done is not done again.
    """
    kept = KEPT / f"{kind}.json"
    if kept.exists():
        row = Row(**json.loads(kept.read_text(encoding="utf-8")))
        if row.code == code() and row.examples >= examples and row.seconds >= seconds:
            return row
    row = row_of(kind, examples, seconds, python)
    KEPT.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(asdict(row)), encoding="utf-8")
    print(f"{kind}: {row.runs:,} runs in {row.seconds} s, {row.faults} faults", flush=True)
    return row


def page(rows: list[Row]) -> str:
    """Return the page."""
    head = (
        "| pod | hypothesis: examples | refused | read | cut packets | atheris: runs | seconds |"
        " processor s | branches | faults |\n|---|---|---|---|---|---|---|---|---|---|\n"
    )
    body = "".join(
        f"| {r.kind} | {r.examples:,} | {r.refused:,} | {r.decoded:,} | {r.cuts:,} | {r.runs:,} |"
        f" {r.seconds:,} | {r.cpu_s:,} | {r.branches} | {r.faults} |\n"
        for r in rows
    )
    where = (
        f"Python {platform.python_version()}, {platform.machine()}, one process a decoder. What was"
        " run stands in\nthe table; `make fuzz` asks for 100,000 examples and 600 s of atheris each"
        ". Seconds are of the\nwall: on a machine busy with other work the processor's are far"
        " fewer, and so are the runs."
    )
    return f"{INTRODUCTION}## Figures\n\n{where}\n\n{head}{body}{FOUND}"


def main() -> None:
    """Run the campaign and write the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=600, help="of atheris for each decoder")
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--python", required=True, help="of the environment that has atheris")
    parser.add_argument("--kinds", nargs="*", default=sorted(KINDS))
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="decoders at a time")
    given_ = parser.parse_args()
    row = partial(kept_row, examples=given_.examples, seconds=given_.seconds, python=given_.python)
    with ProcessPoolExecutor(given_.jobs) as pool:
        rows = list(pool.map(row, given_.kinds))
    given_.page.write_text(page(rows), encoding="utf-8")
    raise SystemExit(any(row.faults for row in rows))


if __name__ == "__main__":
    main()
