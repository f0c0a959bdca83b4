"""What a program really asked of its disk, also out of C: its system calls, by strace."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from reliability.traced import Op, Trace

CALLS: Final = (
    "open,openat,creat,write,pwrite64,writev,pwritev,ftruncate,truncate,fallocate,fsync,fdatasync,"
    "rename,renameat,renameat2,link,unlink,unlinkat"
)
_LINE: Final = re.compile(r"\d+ +(\w+)\((.*)\) += (-?\d+)")
_HEX: Final = re.compile(r"(?:\\x[0-9a-f]{2})+")
_FILE: Final = re.compile(r"\d+<([^>]*)>")
_TEXT: Final = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
NOTE: Final = b"note "
"""What a program writes to its standard output so that it is noted: ``note NAME NUMBER``."""


def can_trace() -> bool:
    """Whether there is a strace that may trace."""
    if shutil.which("strace") is None:
        return False
    return (
        subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode == 0
    )


def traced(code: str, folder: Path, environment: Mapping[str, str]) -> Trace:
    """Run Python code and return what it did to the files in a folder, named from there.

    Folders count as there from the start. A file of SQLite's shared memory and locks are left out:
    they hold nothing that a power cut could take.
    """
    with tempfile.TemporaryDirectory() as elsewhere:
        log = Path(elsewhere) / "log"
        strace = ("strace", "-f", "-y", "-xx", "-s", "16777216", "-e", f"trace={CALLS}", "-o", log)
        subprocess.run(
            [*strace, sys.executable, "-c", code], check=True, capture_output=True, env=environment
        )
        return _Reader(folder).read(log.read_text("ascii"))


class _Reader:
    def __init__(self, folder: Path) -> None:
        self._folder = PurePosixPath(folder)
        self._trace = Trace()
        self._inodes: dict[str, int] = {}
        self._made = 0
        self._ends: dict[int, int] = {}

    def read(self, log: str) -> Trace:
        for line in log.splitlines():
            found = _LINE.match(line)
            if found is None:
                # Signals, ends; a call that another thread interrupts is none that is known here.
                assert "unfinished" not in line, line
                continue
            call, given, result = found[1], found[2], int(found[3])
            if result >= 0:
                self._call(call, given, result)
        return self._trace

    def _call(self, call: str, given: str, result: int) -> None:
        texts = [_bytes(text) for text, _ in _TEXT.findall(given)]
        if call == "write" and texts[0].startswith(NOTE):
            what, number = texts[0].decode().split()[1:]
            self._trace.note(**{what: float(number)})
            return
        opened = _FILE.match(given)
        if opened is not None:
            name = self._inside(_bytes(opened[1]))
            if name is not None:
                self._on_file(call, name, given, texts, result)
            return
        names = [self._inside(text) for text in texts]
        if names and names[0] is not None:
            self._on_name(call, names[0], names[-1], given)

    def _on_file(self, call: str, name: str, given: str, texts: list[bytes], result: int) -> None:
        ops, inode = self._trace.ops, self._inodes.get(name)
        if call in ("fsync", "fdatasync"):
            ops.append(Op("syncdir", name=name) if inode is None else Op("sync", inode))
            return
        assert inode is not None, (call, name)
        last = int(given.rsplit(", ", 1)[1])
        match call:
            case "write":
                at = self._ends.get(inode, 0)
                self._ends[inode] = at + result
                ops.append(Op("write", inode, at=at, data=texts[0][:result]))
            case "pwrite64":
                ops.append(Op("write", inode, at=last, data=texts[0][:result]))
            case "ftruncate":
                ops.append(Op("truncate", inode, at=last))
            case _:
                raise AssertionError(f"{call} of {name} is not known here")

    def _on_name(self, call: str, name: str, target: str | None, given: str) -> None:
        ops = self._trace.ops
        match call:
            case "open" | "openat":
                if "O_CREAT" in given and name not in self._inodes:
                    self._inodes[name] = self._made
                    self._made += 1
                    ops.append(Op("create", self._inodes[name], name))
            case "rename":
                assert target is not None, "it stays in the folder"
                self._inodes[target] = self._inodes.pop(name)
                ops += [Op("name", self._inodes[target], target), Op("forget", name=name)]
            case "unlink":
                del self._inodes[name]
                ops.append(Op("forget", name=name))
            case _:
                raise AssertionError(f"{call} of {name} is not known here")

    def _inside(self, path: bytes) -> str | None:
        place = PurePosixPath(path.decode())
        if not place.is_relative_to(self._folder) or place.name.endswith((".lock", "-shm")):
            return None
        return str(place.relative_to(self._folder))


def _bytes(text: str) -> bytes:
    return _HEX.sub(
        lambda found: bytes.fromhex(found[0].replace("\\x", "")).decode("latin-1"), text
    ).encode("latin-1")
