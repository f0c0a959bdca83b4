"""The heads beside the store: one small file for each chain, replaced whole or not at all."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final

from monitor.errors import StoreError
from monitor.store.chain import Chain, Row
from monitor.store.failures import file_sentence
from monitor.store.head import Head, empty_head, head_bytes
from sensors import disk

_SUFFIX: Final = ".head"


class HeadFiles:
    """The heads in one folder.

    Parameters
    ----------
    folder : Path
        Where they lie; made with the first head.
    key : bytes
        The record's key.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = key

    def path(self, chain: Chain) -> Path:
        """Return where a chain's head lies."""
        return self._folder / f"{chain.file_id}{_SUFFIX}"

    def read(self, chain: Chain) -> bytes | None:
        """Return the content of a chain's head; None where it is missing.

        Raises
        ------
        StoreError
            Where it cannot be read.
        """
        path = self.path(chain)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StoreError(
                file_sentence(path, "the record's head cannot be read", error)
            ) from error

    def read_all(self) -> dict[str, bytes]:
        """Return the content of every head by the ``file_id`` of its chain; raises StoreError."""
        try:
            return {path.stem: path.read_bytes() for path in self._folder.glob(f"*{_SUFFIX}")}
        except OSError as error:
            what = "the record's heads cannot be read"
            raise StoreError(file_sentence(self._folder, what, error)) from error

    def begin(self, rows: Iterable[Row]) -> None:
        """Write empty heads for chains that begin, so that a crash never leaves one without."""
        for row in rows:
            if row.seq == 1:
                self.empty(Chain(row.chain))

    def empty(self, chain: Chain) -> None:
        """Write a head that names no entry.

        Raises
        ------
        StoreError
            Where the disk refuses.
        """
        try:
            self._write(empty_head(chain.key))
        except OSError as error:
            what = "nothing was written to the record, its head cannot be written"
            raise StoreError(file_sentence(self.path(chain), what, error)) from error

    def write(self, rows: Iterable[Row]) -> str | None:
        """Bring the heads up to new rows.

        Returns
        -------
        str or None
            A sentence where the disk refused: the rows stand all the same, and the next append
            to the chain brings its head up.
        """
        for row in {row.chain: row for row in rows}.values():
            try:
                self._write(Head(row.chain, row.seq, row.hash))
            except OSError as error:
                what = "the entry is in the record, but the head beside it cannot be written"
                return file_sentence(self.path(Chain(row.chain)), what, error)
        return None

    def remove(self, chain: Chain) -> None:
        """Remove the head of an erased chain; an empty one that has to stay does no harm."""
        with suppress(OSError):
            self.path(chain).unlink(missing_ok=True)

    def _write(self, head: Head) -> None:
        disk.put(self.path(Chain(head.chain)), head_bytes(self._key, head))


def count_heads(folder: Path) -> int:
    """Return how many chains have a head in a folder."""
    return sum(1 for _ in folder.glob(f"*{_SUFFIX}"))
