"""Where the parts of the record lie: the store, its heads and locks; the key elsewhere."""

from dataclasses import dataclass
from pathlib import Path

from monitor.folders import config_folder, data_folder


@dataclass(frozen=True, slots=True)
class Places:
    """The files and folders of one record.

    Attributes
    ----------
    store : Path
        The SQLite file.
    heads, locks : Path
        Folders with a file for each chain.
    key : Path
        The key's file, outside the store's folder wherever the system has a folder for settings.
    """

    store: Path
    heads: Path
    locks: Path
    key: Path


def user_places() -> Places:
    """Return the places of this user: in ``$STRIDEGATE_HOME``, or the system's folders."""
    root = data_folder() / "record"
    return Places(
        root / "record.sqlite", root / "heads", root / "locks", config_folder() / "record.key"
    )
