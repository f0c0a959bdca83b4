"""One line of the table in docs/reliability.md, and where the proofs put their files."""

import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """What was tried, at which size, and what came out."""

    proof: str
    test: str
    size: str
    result: str


def memory_folder() -> str:
    """Return a folder in memory where there is one: the disk itself is not what is tried."""
    shm = Path("/dev/shm")
    return str(shm) if shm.is_dir() else tempfile.gettempdir()
