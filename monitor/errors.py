"""The errors of this room: light to import, each a sentence that says how to mend it."""


class UsageError(Exception):
    """The command cannot do this: the sentence says what, where and how to mend it."""
