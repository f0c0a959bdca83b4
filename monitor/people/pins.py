"""PINs and recovery codes: what may be one, and the hash that is kept of it."""

import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from monitor.errors import UsageError

MIN_DIGITS: Final = 6
"""Digits of a PIN at least. With the account locked after ``MAX_FAILURES`` guesses, one of six
digits is met in 5 of 1,000,000 tries. Design default."""

MIN_LETTERS: Final = 6
"""Characters of a passphrase at least; it is any text that is not of digits alone."""

MAX_LENGTH: Final = 1024
"""Characters of either at most: what is longer is likelier a file than a PIN."""

MAX_FAILURES: Final = 5
"""Wrong ones in a row lock the account. Design default."""

_CODE_SIGNS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without I, O, 0 and 1, which are read for each other."""

_CODE_LENGTH: Final = 20
_GROUP: Final = 5


class PinHasher:
    """Hashes and verifies by Argon2id.

    Parameters
    ----------
    hasher : PasswordHasher or None
        With other costs than the library's defaults (RFC 9106, the low-memory choice).
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = PasswordHasher() if hasher is None else hasher

    def hash(self, secret: str) -> str:
        """Return the hash of a PIN or code, in Argon2's own notation."""
        return self._hasher.hash(secret)

    def is_right(self, kept: str, secret: str) -> bool:
        """Return whether a hash is of this PIN or code."""
        try:
            return self._hasher.verify(kept, secret)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return False


def checked_pin(pin: str) -> str:
    """Return a new PIN; raises UsageError, which does not repeat it, where it can be none."""
    if len(pin) > MAX_LENGTH:
        raise UsageError(f"the PIN is longer than {MAX_LENGTH} characters: choose a shorter one")
    if not pin.isprintable():
        raise UsageError("the PIN holds a sign that cannot be typed again: choose another one")
    if pin.isdigit() and len(pin) < MIN_DIGITS:
        raise UsageError(
            f"the PIN has {len(pin)} digits: choose at least {MIN_DIGITS}, or a passphrase"
        )
    if len(pin.strip()) < MIN_LETTERS:
        raise UsageError(f"the PIN is too short: choose at least {MIN_DIGITS} digits")
    if len(set(pin)) == 1:
        raise UsageError("the PIN is one sign again and again: choose another one")
    return pin


def new_code() -> str:
    """Return a new recovery code of 100 bits, in groups."""
    signs = "".join(secrets.choice(_CODE_SIGNS) for _ in range(_CODE_LENGTH))
    return "-".join(signs[i : i + _GROUP] for i in range(0, _CODE_LENGTH, _GROUP))


def typed_code(text: str) -> str:
    """Return a recovery code as it was made, however a person types it."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    return "-".join(signs[i : i + _GROUP] for i in range(0, len(signs), _GROUP))


def delay_s(failures: int) -> float:
    """Return how long a try has to wait after so many wrong ones in a row: 1, 2, 4, 8 ... 60 s."""
    return 0.0 if failures == 0 else min(60.0, 2.0 ** (failures - 1))
