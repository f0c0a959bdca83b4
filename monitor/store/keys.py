"""The key of the record: made once, kept outside the store, never overwritten."""

import errno
import os
import secrets
from pathlib import Path
from typing import Final

from monitor.errors import StoreError
from sensors import disk

KEY_BYTES: Final = 32
"""As long as the hash it is for (RFC 2104, section 3: a shorter one is weaker, a longer no use)."""


def read_key(path: Path) -> bytes:
    """Return the key.

    Raises
    ------
    StoreError
        Where the file is missing, cannot be read, or holds no key.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise StoreError(
            f"{disk.shown(path)}: the record's key is missing, without it nothing in the record "
            "can be verified: put it back from a copy"
        ) from None
    except OSError as error:
        raise StoreError(
            f"{disk.shown(path)}: the record's key cannot be read ({error.strerror}): check its "
            "permissions"
        ) from error
    try:
        key = bytes.fromhex(content.decode("ascii"))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise StoreError(f"{disk.shown(path)}: this is no key of a record: put it back from a copy")
    return key


def make_key(path: Path) -> bytes:
    """Make a new key; the caller knows that no record exists and that nobody else makes one.

    Raises
    ------
    StoreError
        Where a key is there already, or the file cannot be written.
    """
    key = secrets.token_bytes(KEY_BYTES)
    try:
        # An empty one was made for no record.
        if path.exists() and path.stat().st_size:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        disk.put(path, f"{key.hex()}\n".encode("ascii"))
    except OSError as error:
        raise StoreError(
            f"{disk.shown(path)}: the record's key cannot be written ({error.strerror}): make room "
            "or check the folder's permissions"
        ) from error
    return key
