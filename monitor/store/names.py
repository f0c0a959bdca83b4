"""Patients' pseudonyms: what may be one, and how one is shown where it may have been tampered with.

A name never becomes part of a path: files are named by a hash, see ``monitor.store.chain``.
"""

import unicodedata
from typing import Final

from monitor.errors import UsageError

MAX_LENGTH: Final = 64
"""Characters of a name. Design default: it has to fit on a line of the screen."""


def patient_name(text: str) -> str:
    """Return a patient's pseudonym as it is kept, see ``plain_name``."""
    return plain_name(text, "patient")


def plain_name(text: str, whose: str) -> str:
    """Return a name as it is kept: composed (NFC), single spaces, none around it.

    Any script, emoji and sign is welcome. What moves a cursor, turns the direction of writing or
    cannot be seen is not: a line break, a control character, an override of the direction.

    Raises
    ------
    UsageError
        Where the text can be no name.
    """
    name = " ".join(part for part in unicodedata.normalize("NFC", text).split(" ") if part)
    if not name:
        raise UsageError(f"the {whose}'s name is empty: give a pseudonym")
    if not name.isprintable():
        raise UsageError(
            f"the {whose}'s name {shown_name(text)} holds a line break, a control character or a "
            "sign that cannot be seen: give a pseudonym of letters, digits and spaces"
        )
    if len(name) > MAX_LENGTH:
        raise UsageError(
            f"the {whose}'s name has {len(name)} characters, at most {MAX_LENGTH} are kept: "
            "give a shorter pseudonym"
        )
    return name


def shown_name(text: str) -> str:
    """Return a text for one line of a terminal: shortened, what cannot be printed is a ``?``."""
    safe = "".join(sign if sign.isprintable() else "?" for sign in text[: MAX_LENGTH + 1])
    return safe if len(safe) <= MAX_LENGTH else f"{safe[:MAX_LENGTH]}…"
