"""Who may write now: one append at a time, and one session at a time for each patient."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from monitor.errors import StoreError
from monitor.store.chain import Chain
from monitor.store.places import Places
from sensors import disk

WAIT_S: Final = 10.0
"""s. How long one append waits for the others. Design default: an append takes some 10 ms."""

ACCOUNT_WAIT_S: Final = 120.0
"""s. Twice the longest delay after wrong PINs. Design default."""

_POLL_S: Final = 0.005


@contextmanager
def append_lock(places: Places) -> Iterator[None]:
    """Be the one who appends: from before the transaction until the head is written.

    Raises
    ------
    StoreError
        Where others do not give way in ``WAIT_S``.
    """
    busy = (
        f"{disk.shown(places.store)}: another program has been writing to the record for "
        f"{WAIT_S:.0f} s: wait until it is done, or end it"
    )
    with _held(places.locks / "append.lock", WAIT_S, busy):
        yield


@contextmanager
def session_lock(places: Places, chain: Chain) -> Iterator[None]:
    """Be the one who runs a session for a patient, until the block or the process ends.

    Raises
    ------
    StoreError
        At once, where another process of this computer runs one.
    """
    busy = (
        f"{chain.title}: somebody runs a session for this patient on this computer: look, without "
        "writing, with stridegate patient show, or wait until it ends"
    )
    with _held(places.locks / f"{chain.file_id}.session.lock", 0.0, busy):
        yield


@contextmanager
def account_lock(places: Places, account: str) -> Iterator[None]:
    """Be the one who tries the PIN of an account: side by side, more could be guessed than in turn.

    Raises
    ------
    StoreError
        Where others do not give way in ``ACCOUNT_WAIT_S``.
    """
    busy = "somebody else tries the PIN of this account: wait two minutes and try again"
    # Like a patient's, no name becomes a path.
    name = hashlib.sha256(account.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    with _held(places.locks / f"{name}.account.lock", ACCOUNT_WAIT_S, busy):
        yield


@contextmanager
def _held(path: Path, timeout_s: float, busy: str) -> Iterator[None]:
    try:
        disk.make_folder(path.parent)
        # An object of its own for each use, so that threads of one process exclude each other too.
        lock = FileLock(path, timeout=timeout_s, mode=disk.FILE_MODE, poll_interval=_POLL_S)
        lock.acquire()
    except Timeout:
        raise StoreError(busy) from None
    except OSError as error:
        raise StoreError(
            f"{disk.shown(path)}: the record cannot be locked ({error.strerror}): make room, or "
            "check the folder's permissions"
        ) from error
    try:
        yield
    finally:
        lock.release()
