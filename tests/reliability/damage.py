"""Recordings cut at every byte, and with every bit flipped (T3, T4)."""

import os
import random
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from recorded_files import some_items, write_finished, write_unfinished
from reliability.row import Row, memory_folder

from sensors.errors import UnreadableFileError
from sensors.recording.layout import RecordedItem
from sensors.recording.reader import Recording, read_recording
from sensors.samples import Notification

SIZE = 64 * 1024


@dataclass(slots=True)
class Flips:
    """What became of the flipped bits."""

    flips: int = 0
    found: int = 0
    wrong: int = 0
    harmless: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class CutsAt:
    """What was read of the pieces."""

    cuts: int = 0
    refused: int = 0
    wrong: int = 0


def flushes(bytes_: int) -> list[list[RecordedItem]]:
    """Return items that fill about so many bytes of a growing recording, five a flush."""
    items = some_items(bytes_ // 180, 220)
    return [items[start : start + 5] for start in range(0, len(items), 5)]


def cut_everywhere(path: Path, lengths: list[int], truth: list[int], every: int = 1) -> CutsAt:
    """Cut a growing recording at every byte, or at one in ``every``.

    Parameters
    ----------
    path : Path
        The recording.
    lengths, truth : list of int
        Its length after each flush, and how many items are in it by then.
    """
    found = CutsAt()
    whole = read_recording(path).items
    data = path.read_bytes()
    cut = path.with_name("cut.mcap")
    cut.write_bytes(data)
    with cut.open("r+b") as file:
        for length in reversed(range(0, len(data), every)):
            file.truncate(length)
            found.cuts += 1
            whole_by = [n for end, n in zip(lengths, truth, strict=True) if end <= length]
            due = max(whole_by, default=0)
            try:
                items = read_recording(cut).items
            except UnreadableFileError:
                found.refused += 1
                found.wrong += due > 0
                continue
            found.wrong += len(items) < due or items != whole[: len(items)]
    return found


def flip(path: Path, places: Iterable[int]) -> Flips:
    """Flip each bit of the bytes at ``places``; the file is as before after it."""
    found = Flips()
    truth = read_recording(path)
    heads = _heads(path.read_bytes()) if not truth.is_finished else {}
    with path.open("r+b", buffering=0) as file:
        for place in places:
            file.seek(place)
            (value,) = file.read(1)
            for bit in range(8):
                file.seek(place)
                file.write(bytes([value ^ 1 << bit]))
                found.flips += 1
                match _judge(path, truth):
                    case "found":
                        found.found += 1
                    case "wrong":
                        found.wrong += 1
                    case _:
                        found.harmless[heads.get(place, "the names of profile and library")] += 1
            file.seek(place)
            file.write(bytes([value]))
    return found


def flip_shared(path: Path, places: Sequence[int]) -> Flips:
    """Flip as ``flip`` does, with a process for each processor and a copy of the file for each."""
    shares = os.cpu_count() or 1
    copies = [path.with_name(f"{path.stem}-{n}.mcap") for n in range(shares)]
    for copy in copies:
        copy.write_bytes(path.read_bytes())
    whole = Flips()
    with ProcessPoolExecutor(shares) as pool:
        for part in pool.map(flip, copies, [places[n::shares] for n in range(shares)]):
            whole.flips += part.flips
            whole.found += part.found
            whole.wrong += part.wrong
            whole.harmless += part.harmless
    return whole


def _judge(path: Path, truth: Recording) -> str:
    try:
        now = read_recording(path)
    except UnreadableFileError:
        return "found"
    if (now.header, now.t0_utc_ns) != (truth.header, truth.t0_utc_ns):
        return "wrong"
    if now.damage or now.is_finished != truth.is_finished:
        return "found" if now.items == truth.items[: len(now.items)] else "wrong"
    return "harmless" if now.items == truth.items else "wrong"


def _heads(data: bytes) -> dict[int, str]:
    """Return which bytes of a growing recording are the times in the heads of its chunks."""
    found: dict[int, str] = {}
    place = 8
    while place < len(data):
        length = int.from_bytes(data[place + 1 : place + 9], "little")
        if data[place] == 6:
            found |= dict.fromkeys(range(place + 9, place + 25), "times in heads of chunks")
        place += 9 + length
    return found


def growing(folder: Path, bytes_: int) -> tuple[Path, list[int], list[int]]:
    """Write a growing recording; return it, its length after each flush and the items by then."""
    made = flushes(bytes_)
    path = folder / "growing.mcap"
    lengths = write_unfinished(path, made)
    return path, lengths, [5 * (n + 1) for n in range(len(made) - 1)] + [sum(map(len, made))]


def closed(folder: Path, bytes_: int) -> Path:
    """Write a closed recording of at least ``bytes_`` bytes that cannot be packed."""
    chance = random.Random(1)
    items = [
        replace(item, payload=chance.randbytes(220)) if isinstance(item, Notification) else item
        for flush in flushes(bytes_)
        for item in flush
    ]
    path = folder / "closed.mcap"
    write_finished(path, items)
    return path


def proof(every: int = 1) -> Iterator[Row]:
    """Cut and flip at every byte, or at one in ``every``."""
    at = "every byte" if every == 1 else f"one byte in {every}"
    with tempfile.TemporaryDirectory(dir=memory_folder()) as name:
        folder = Path(name)
        path, lengths, truth = growing(folder, SIZE)
        cuts = cut_everywhere(path, lengths, truth, every)
        result = (
            f"{cuts.wrong} where a whole chunk before the cut was not read or another error came; "
            f"{cuts.refused} before the end of the header, which are refused"
        )
        yield Row("T3", f"a growing recording cut at {at}", f"{cuts.cuts:,} cuts", result)
        for what, file in (("closed", closed(folder, SIZE)), ("growing", path)):
            found = flip_shared(file, range(0, file.stat().st_size, every))
            names = ", ".join(f"{n:,} in {where}" for where, n in found.harmless.items())
            result = f"{found.found:,} found, {found.wrong} wrong data; harmless: {names or 'none'}"
            test = f"every bit of a {what} recording at {at}"
            yield Row("T4", test, f"{found.flips:,} flips", result)
