"""BlueZ's errors: their names, and the texts that bleak reads the cause from."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from bumble.att import ATT_Error
from bumble.core import BaseBumbleError

T = TypeVar("T")

UNLIKELY = 0x0E
"""The ATT error that BlueZ gives for everything that a lost link takes with it."""


class BlueZError(Exception):
    """What a method of BlueZ's answers where it fails.

    Parameters
    ----------
    name : str
        The last word of ``org.bluez.Error.…``.
    text : str
        What BlueZ says with it.
    """

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name = f"org.bluez.Error.{name}"
        self.text = text


def in_progress() -> BlueZError:
    """Return what BlueZ says while it does, or believes it does, the same thing already."""
    return BlueZError("InProgress", "Operation already in progress")


def not_ready() -> BlueZError:
    """Return what an adapter says that is switched off."""
    return BlueZError("NotReady", "Resource Not Ready")


def att_error(code: int) -> BlueZError:
    """Return what ``create_gatt_dbus_error`` in BlueZ makes of an ATT error."""
    match code:
        case 0x02:
            return BlueZError("NotPermitted", "Read not permitted")
        case 0x03:
            return BlueZError("NotPermitted", "Write not permitted")
        case 0x05 | 0x0C | 0x0F:
            return BlueZError("NotPermitted", "Not paired")
        case 0x06:
            return BlueZError("NotSupported", "Operation is not supported")
        case 0x07:
            return BlueZError("InvalidArguments", "Invalid offset")
        case 0x08:
            return BlueZError("NotAuthorized", "Operation Not Authorized")
        case 0x0D:
            return BlueZError("InvalidArguments", "Invalid Length")
    return BlueZError("Failed", f"Operation failed with ATT error: 0x{code:02x}")


async def answered(work: Awaitable[T]) -> T:
    """Await an operation on the pod; raises what BlueZ would answer where it fails."""
    try:
        return await work
    except ATT_Error as error:
        raise att_error(error.error_code) from error
    except (BaseBumbleError, ConnectionError, TimeoutError) as error:
        raise att_error(UNLIKELY) from error
    except asyncio.CancelledError:
        # Bumble cancels what waits for an answer when the link is lost; nobody cancelled this task.
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise att_error(UNLIKELY) from None
