"""What a failure of the radio means, and how long to wait before the next attempt."""

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakError,
    BleakGATTProtocolError,
    BleakGATTProtocolErrorCode,
)

from sensors import advice
from sensors.errors import LinkError, LinkFault

FIRST_BACKOFF_S = 0.5
MAX_BACKOFF_S = 10.0
"""Seconds between two attempts: doubled at each failure, up to 10 (design default). A pod that was
streaming is searched for at once: a search is itself a wait."""

RadioErrors = (BleakError, OSError, EOFError, TimeoutError)
"""What bleak's operations raise when radio, pod or the system's Bluetooth service fail."""


REFUSALS = (LinkFault.NOT_PERMITTED, LinkFault.STRANGER, LinkFault.LOCKED)
"""Reasons that no waiting and no second attempt mends: the link says REFUSED, not LOST."""


def backoff_s(failures: int, chance: float) -> float:
    """Return the pause before the next attempt.

    Parameters
    ----------
    failures : int
        Attempts in a row that brought no data.
    chance : float
        0 to 1. Shortens the pause by up to a half, so that two links do not march in step.

    Returns
    -------
    float
        Seconds, at most ``MAX_BACKOFF_S``; none where the last attempt brought data.
    """
    if failures == 0:
        return 0.0
    longest_s = min(MAX_BACKOFF_S, FIRST_BACKOFF_S * 2.0 ** min(failures - 1, 10))
    return longest_s * (1.0 - chance / 2.0)


def link_error(error: BaseException) -> LinkError:
    """Say what an error of bleak's or of the system's means.

    Parameters
    ----------
    error : BaseException
        What a Bluetooth operation raised.

    Returns
    -------
    LinkError
        With the reason, and a sentence that says what to do.
    """
    reasons = BleakBluetoothNotAvailableReason
    codes = BleakGATTProtocolErrorCode
    while isinstance(error, BleakError) and isinstance(error.__cause__, RadioErrors):
        # What wraps an error in one of its own, as bleak-retry-connector does, says less.
        error = error.__cause__
    match error:
        # BlueZ refuses at once, and tells a moment later that it is switched off.
        case (
            BleakBluetoothNotAvailableError(reason=reasons.POWERED_OFF)
            | BleakDBusError(dbus_error="org.bluez.Error.NotReady")
        ):
            return advice.advise(LinkFault.POWERED_OFF)
        case (
            BleakBluetoothNotAvailableError(
                reason=reasons.DENIED_BY_USER | reasons.DENIED_BY_SYSTEM | reasons.DENIED_BY_UNKNOWN
            )
            | PermissionError()
            | BleakDBusError(dbus_error="org.freedesktop.DBus.Error.AccessDenied")
        ):
            return advice.advise(LinkFault.NOT_PERMITTED)
        case (
            BleakBluetoothNotAvailableError()
            | FileNotFoundError()
            | ConnectionRefusedError()
            | BleakDBusError(
                dbus_error="org.freedesktop.DBus.Error.ServiceUnknown"
                | "org.freedesktop.DBus.Error.NoReply"
            )
        ):
            return advice.advise(LinkFault.NO_BLUETOOTH)
        case (
            BleakGATTProtocolError(
                code=codes.INSUFFICIENT_AUTHENTICATION
                | codes.INSUFFICIENT_AUTHORIZATION
                | codes.INSUFFICIENT_ENCRYPTION
                | codes.INSUFFICIENT_ENCRYPTION_KEY_SIZE
            )
            | BleakDBusError(dbus_error="org.bluez.Error.NotAuthorized")
        ):
            return advice.advise(LinkFault.LOCKED, str(error))
        case (
            ConnectionResetError()
            | BleakDBusError(dbus_error="org.freedesktop.DBus.Error.UnknownObject")
        ):
            return LinkError(LinkFault.CONNECT_FAILED, advice.BROKEN_OFF)
        case BleakDBusError(dbus_error="org.bluez.Error.InProgress"):
            return LinkError(LinkFault.CONNECT_FAILED, advice.STUCK)
        case BleakDBusError(dbus_error_details="No discovery started"):
            return LinkError(LinkFault.NOT_FOUND, advice.SEARCH_ENDED)
    return advice.advise(LinkFault.CONNECT_FAILED, str(error) or type(error).__name__)
