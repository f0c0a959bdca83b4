"""Broken files for every reader: only documented refusals, each one line, in bounded time.

``python tests/fuzz_readers.py --runs N [--seconds S] [--jobs J] [--write]`` breaks good files N
times for each reader, or for S seconds each, whatever is first, by J processes, and writes what was
run to docs/fuzz-readers.md.
"""

import argparse
import contextlib
import multiprocessing
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.record_message import RecordMessage
from fit_tool.profile.profile_type import FileType
from fit_tool.utils.crc import crc16
from recorded_files import some_items, write_finished, write_unfinished

from monitor.errors import ProgrammeError
from monitor.export.readfit import parse_fit
from monitor.gate.events import LogError
from monitor.gate.log import read_log
from monitor.programme.file import load_programme, parse_programme
from sensors.csvfile import read_csv
from sensors.errors import UnreadableFileError
from sensors.recording.reader import read_recording

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "fuzz-readers.md"

WHOLE = 1_000_000
"""Broken files a reader in the whole run."""

CHUNK = 20_000
"""Broken files that one process is given at once."""

SLOWEST_S = 1.0
"""s. No input may take longer, of the process's own time."""

FIT_HEAD = 12
"""bytes. A FIT header without a checksum of its own (FIT protocol)."""

LOG = b"""{"kind":"enrol","t":"2026-01-01T08:00:00Z","patient":"a","site":"sacrum",\
"programme":"hip-bsi"}
{"kind":"start","t":"2026-01-01T08:00:01Z","stage":"WR1","by":"x","ahead":true,"reason":"r"}
{"kind":"session","t":"2026-01-02T08:00:00Z","id":"1","stage":"WR1","valid_pct":99.5,"run_pct":100,\
"load_pct":100,"amber_pct":0,"red_events":0,"impact":true}
{"kind":"pain","t":"2026-01-02T09:00:00Z","session":"1","when":"after","site":0,"soreness":2}
{"kind":"red_flag","t":"2026-01-03T09:00:00Z","flag":"limp"}
"""

CSV = b"t_s,ax_g,ay_g,az_g\n" + b"".join(
    f"{i / 100:.2f},{0.01 * i:.3f},-1.0,{(-1) ** i}e-1\n".encode() for i in range(40)
)

TOKENS = (
    *(b"", b"\x00", b"\xff\xff\xff\xff", b"nan", b"inf", b"-1", b"1e999", b"9" * 30, b"\n", b","),
    *(
        b'"',
        b"{",
        b"}",
        b"[",
        b"]",
        b"null",
        b"true",
        b"\xe2\x80\xae",
        b"\xed\xa0\x80",
        b"\r",
        b"'",
    ),
)


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader, good files for it, and what it may raise."""

    name: str
    seeds: tuple[bytes, ...]
    read: Callable[[bytes], object]
    documented: tuple[type[Exception], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was run."""

    runs: int
    refused: int
    slowest_s: float


def broken(chance: random.Random, seed: bytes) -> bytes:
    """Return a file with one to six things wrong."""
    data = bytearray(seed)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.choice((0, 1, 1, 2, 4, 8, 64)))
        match chance.randrange(7):
            case 0:
                del data[at:end]
            case 1:
                data[at:end] = chance.choice(TOKENS)
            case 2:
                del data[at:]
            case 3:
                other = chance.randrange(len(data) + 1)
                data[at:at] = data[other : other + chance.choice((1, 8, 64, 256))]
            case 4 if end > at:
                data[at] ^= 1 << chance.randrange(8)
            case 5:
                data[at:end] = chance.randbytes(end - at)
            case _:
                data[at:at] = chance.randbytes(chance.choice((1, 2, 8)))
    return bytes(data[: 4 * len(seed) + 4096])


def readers(folder: Path) -> tuple[Reader, ...]:
    """Return every reader of files from elsewhere; ``folder`` is for those that want a path."""
    hip = load_programme("hip-bsi")
    demo = (ROOT / "monitor" / "programmes" / "demo.toml").read_bytes()
    target = folder / "broken"
    done, torn = folder / "done.mcap", folder / "torn.mcap"
    write_finished(done, some_items(12))
    write_unfinished(torn, [some_items(4), some_items(8)])

    def from_file(read: Callable[[Path], object]) -> Callable[[bytes], object]:
        def call(data: bytes) -> object:
            target.write_bytes(data)
            return read(target)

        return call

    return (
        Reader("CSV", (CSV,), from_file(read_csv), (UnreadableFileError,)),
        Reader(
            "FIT",
            # The library takes milliseconds for each record: the long one is one file of eight.
            (_fit(), *(_short_fit(),) * 7),
            read_fit_behind_crc,
            (UnreadableFileError,),
        ),
        Reader(
            "MCAP",
            (done.read_bytes(), torn.read_bytes()),
            from_file(read_recording),
            (UnreadableFileError,),
        ),
        Reader("TOML", (demo,), lambda data: parse_programme(data, "x.toml"), (ProgrammeError,)),
        Reader("JSONL", (LOG,), lambda data: read_log(data, hip), (LogError,)),
    )


def read_fit_behind_crc(data: bytes) -> object:
    """Read a FIT file whose sizes and checksums fit again: the others look at these first."""
    if len(data) < FIT_HEAD + 2:
        return parse_fit(data, "x.fit")
    body = data[FIT_HEAD:-2]
    head = bytes((FIT_HEAD,)) + data[1:4] + len(body).to_bytes(4, "little") + b".FIT"
    whole = head + body
    return parse_fit(whole + crc16(whole).to_bytes(2, "little"), "x.fit")


def _fit() -> bytes:
    from monitor.export.fit import fit_bytes
    from monitor.record import read_session
    from monitor.report.session import session_facts

    return fit_bytes(session_facts(read_session(ROOT / "fixtures" / "rsc.mcap")))


def _short_fit() -> bytes:
    """Return the shortest activity that is read."""
    builder = FitFileBuilder(auto_define=True)
    about = FileIdMessage()
    about.type = FileType.ACTIVITY
    builder.add(about)
    record = RecordMessage()
    record.timestamp, record.cadence = 1_700_000_000_000, 84
    builder.add(record)
    return bytes(builder.build().to_bytes())


def fuzz(reader: Reader, runs: int, seed: int = 1, seconds: float = 1e9) -> Figures:
    """Break files until the number or the time is reached.

    Raises
    ------
    AssertionError
        Where a reader raises what is not documented, says more than a line, or takes too long.
    """
    chance = random.Random(f"{reader.name}{seed}")
    refused, slowest_s, done = 0, 0.0, 0
    with contextlib.suppress(Exception):
        # What is loaded for the first file is not the time of a broken one.
        reader.read(reader.seeds[0])
    ends_s = time.monotonic() + seconds
    while done < runs and time.monotonic() < ends_s:
        data = broken(chance, chance.choice(reader.seeds))
        began_s = time.process_time()
        try:
            reader.read(data)
        except reader.documented as error:
            refused += 1
            told = error.sentences if isinstance(error, ProgrammeError) else (str(error),)
            assert all(told), (reader.name, data)
            assert not any("\n" in line for line in told), (reader.name, told, data)
        except Exception as error:
            raise AssertionError(f"{reader.name}: {error!r} of {data!r}") from error
        took_s = time.process_time() - began_s
        assert took_s < SLOWEST_S, (reader.name, took_s, data)
        slowest_s = max(slowest_s, took_s)
        done += 1
    return Figures(done, refused, slowest_s)


def chunk(task: tuple[str, int, int, float]) -> tuple[str, Figures]:
    """Fuzz one reader with a seed of its own; returns its name with the figures."""
    name, seed, runs, seconds = task
    with tempfile.TemporaryDirectory() as folder:
        (reader,) = (one for one in readers(Path(folder)) if one.name == name)
        return name, fuzz(reader, runs, seed, seconds)


def main() -> int:
    """Run; returns the exit status."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=WHOLE)
    parser.add_argument("--seconds", type=float, default=1e9, help="at most so long a reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        names = [reader.name for reader in readers(Path(folder))]
    starts = range(0, asked.runs, CHUNK)
    tasks = [
        (name, asked.seed + start, min(CHUNK, asked.runs - start), asked.seconds / len(starts))
        for name in names
        for start in starts
    ]
    found: dict[str, list[Figures]] = {name: [] for name in names}
    with multiprocessing.get_context("spawn").Pool(asked.jobs) as pool:
        for name, figures in pool.imap_unordered(chunk, tasks):
            found[name].append(figures)
            if len(found[name]) == len(starts):
                print(_row(name, found[name]), flush=True)
    if asked.write:
        is_whole = all(sum(one.runs for one in each) >= WHOLE for each in found.values())
        PAGE.write_text(_page([_row(*each) for each in found.items()], is_whole), encoding="utf-8")
    return 0


def _row(name: str, found: list[Figures]) -> str:
    runs, refused = sum(one.runs for one in found), sum(one.refused for one in found)
    slowest_s = max(one.slowest_s for one in found)
    return f"| {name} | {runs:,} | {refused:,} | {slowest_s * 1000:.0f} |"


def _page(rows: list[str], is_whole: bool) -> str:
    so_far = "" if is_whole else " so far (the whole million a reader is still to be run)"
    return (
        "# Broken files\n\n"
        "`make fuzz-readers` breaks good files of every format that is read (bytes cut, swapped, "
        "repeated,\nput in) and lets the reader loose on them. It passes where nothing is raised "
        "but the refusal that\nthe reader documents, in one line, within one second of processor "
        "time an input. Code:\n`tests/fuzz_readers.py`; a short form runs with the tests.\n\n"
        f"What was really run{so_far}:\n\n"
        "| reader | broken files | refused | slowest, ms |\n|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n\nWhat is not refused was read with what is left of it: a hole, a dropped row, a torn "
        "end that is told.\n"
    )


if __name__ == "__main__":
    sys.exit(main())
