"""File operations of the recording as a log, and what a power cut can leave of them.

The model of the disk: what was synchronised stays. Of everything else each sector of 512 bytes
arrives or does not, in any order; a file has any length between the old and the new one, zeros
where nothing arrived; new names, renames and removals take effect in their order up to any of them.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sensors import disk

SECTOR = 512


@dataclass(frozen=True, slots=True)
class Op:
    """One operation on a file (``inode``) or a name; a note is what the program knew by then."""

    kind: str
    inode: int = -1
    name: str = ""
    at: int = 0
    data: bytes = b""
    note: Mapping[str, float] = field(default_factory=dict)


class Trace:
    """The log of everything that a program asked of its disk."""

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.fails: Callable[[str], None] = lambda _: None
        self._inodes: dict[int, int] = {}
        self._names: dict[str, int] = {}

    def note(self, **known: float) -> None:
        """Mark what the program knows now."""
        self.ops.append(Op("note", note=known))

    def file(self, path: Path, *, is_new: bool, length: int = 0) -> "TracedFile":
        """Open a file that is traced."""
        file = TracedFile(path, "x" if is_new else "r+")
        file.trace = self
        if is_new:
            self._names[path.name] = len(self._inodes)
            self.ops.append(Op("create", self._names[path.name], path.name))
        file.inode = self._names.setdefault(path.name, len(self._inodes))
        self._inodes[file.fileno()] = self._inodes[-1 - file.inode] = file.inode
        if not is_new:
            file.truncate(length)
            self.synchronise(file.fileno())
        return file

    def base(self, path: Path) -> None:
        """Begin with a file that is on the disk already."""
        inode = self._names[path.name] = len(self._inodes)
        self._inodes[-1 - inode] = inode
        self.ops += [
            Op("create", inode, path.name),
            Op("write", inode, at=0, data=path.read_bytes()),
            Op("sync", inode),
            Op("syncdir"),
        ]

    def synchronise(self, descriptor: int) -> None:
        """Take note of a synchronisation."""
        self.fails("sync")
        self.ops.append(Op("sync", self._inodes[descriptor]))

    def rename(self, old: str, new: str) -> None:
        """Take note of a renaming."""
        self._names[new] = self._names.pop(old)
        self.ops.append(Op("name", self._names[new], new))
        self.ops.append(Op("forget", name=old))

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Trace what the recording's writer does."""
        replace, unlink = Path.replace, Path.unlink

        def renamed(path: Path, target: Path) -> Path:
            self.fails("rename")
            done = replace(path, target)
            self.rename(path.name, target.name)
            return done

        def unlinked(path: Path, missing_ok: bool = False) -> None:
            if path.exists():
                self.ops.append(Op("forget", name=path.name))
            unlink(path, missing_ok=missing_ok)

        def created(path: Path) -> TracedFile:
            self.fails("create")
            return self.file(path, is_new=True)

        def folder(_: Path) -> None:
            self.fails("folder")
            self.ops.append(Op("syncdir"))

        with (
            patch.object(disk, "create", created),
            patch.object(disk, "reopen", lambda p, n: self.file(p, is_new=False, length=n)),
            patch.object(disk, "_synchronise", self.synchronise),
            patch.object(disk, "synchronise_folder", folder),
            patch.object(Path, "replace", renamed),
            patch.object(Path, "unlink", unlinked),
        ):
            yield


class TracedFile(FileIO):
    """A file whose writes are logged, and refused where the trace says so."""

    trace: Trace
    inode: int

    def write(self, data: Any) -> int:
        """Write, and log what was taken."""
        self.trace.fails("write")
        at = self.tell()
        taken = super().write(data)
        assert taken is not None, "a file on a disk takes what it is given"
        self.trace.ops.append(Op("write", self.inode, at=at, data=bytes(data[:taken])))
        return taken

    def truncate(self, size: int | None = None) -> int:
        """Cut, and log it."""
        self.trace.fails("truncate")
        assert size is not None, "always given"
        self.trace.ops.append(Op("truncate", self.inode, at=size))
        return super().truncate(size)


class _File:
    """What of one file is on the disk, and what was asked since."""

    def __init__(self) -> None:
        self.synced = bytearray()
        self.pending: list[Op] = []

    def sync(self) -> None:
        for op in self.pending:
            _apply(self.synced, op)
        self.pending.clear()

    def left(self, chance: random.Random, how: str) -> bytes:
        content = bytearray(self.synced)
        if how == "nothing":
            return bytes(content)
        whole = bytearray(content)
        for op in self.pending:
            _apply(whole, op)
            if how == "everything":
                _apply(content, op)
            elif op.kind == "truncate":
                if chance.random() < 0.5:
                    _apply(content, op)
            else:
                for start in range(op.at // SECTOR * SECTOR, op.at + len(op.data), SECTOR):
                    if chance.random() < 0.5:
                        low, high = max(start, op.at), min(start + SECTOR, op.at + len(op.data))
                        part = op.data[low - op.at : high - op.at]
                        _apply(content, Op("write", at=low, data=part))
        if how == "torn" and len(content) < len(whole) and chance.random() < 0.5:
            # The new length arrived, and the data did not.
            content += bytes(chance.randint(0, len(whole) - len(content)))
        return bytes(content)


def _apply(content: bytearray, op: Op) -> None:
    if op.kind == "truncate":
        del content[op.at :]
        content += bytes(op.at - len(content))
    else:
        content += bytes(max(0, op.at - len(content)))
        content[op.at : op.at + len(op.data)] = op.data


@dataclass(frozen=True, slots=True)
class Left:
    """What a power cut leaves: files by their names, and what the program had known."""

    at: int
    how: str
    files: Mapping[str, bytes]
    known: Mapping[str, float]


def power_cuts(trace: Trace, seed: int, torn: int) -> Iterator[Left]:
    """Yield what cuts before every operation can leave.

    Parameters
    ----------
    trace : Trace
        What was asked of the disk.
    seed : int
        Of the chance by which sectors arrive.
    torn : int
        States a cut, beside the two where nothing and where everything arrived.
    """
    chance = random.Random(seed)
    files: dict[int, _File] = {}
    names: dict[str, int] = {}
    pending_names: list[Op] = []
    known: dict[str, float] = {}
    for at, op in enumerate(trace.ops):
        if op.kind == "note":
            known.update(op.note)
            continue
        for how in ("nothing", "everything", *["torn"] * torn):
            took = {"nothing": 0, "everything": len(pending_names)}.get(
                how, chance.randint(0, len(pending_names))
            )
            seen = dict(names)
            for name_op in pending_names[:took]:
                _name(seen, name_op)
            content = {n: files[i].left(chance, how) for n, i in seen.items()}
            yield Left(at, how, content, dict(known))
        match op.kind:
            case "create":
                files.setdefault(op.inode, _File())
                pending_names.append(op)
            case "name" | "forget":
                pending_names.append(op)
            case "syncdir":
                # Of one folder, or of all where it has no name.
                meant = [p for p in pending_names if op.name in ("", str(Path(p.name).parent))]
                pending_names = [p for p in pending_names if p not in meant]
                for name_op in meant:
                    _name(names, name_op)
            case "sync":
                files[op.inode].sync()
            case _:
                files[op.inode].pending.append(op)


def _name(names: dict[str, int], op: Op) -> None:
    if op.kind == "forget":
        names.pop(op.name, None)
    else:
        names[op.name] = op.inode
