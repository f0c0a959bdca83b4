"""The errors of this room: light to import, each a sentence that says how to mend it."""


class UsageError(Exception):
    """The command cannot do this: the sentence says what, where and how to mend it."""


class StoreError(UsageError):
    """The patient's record cannot be used, or takes no more: nothing was half-written."""


class LiveError(UsageError):
    """A running session cannot be looked at, or does not do what a viewer asks."""


class ProgrammeError(Exception):
    """A programme file that cannot be used.

    Attributes
    ----------
    sentences : tuple of str
        Every mistake on a line of its own: ``FILE:LINE: key: what is wrong: how to mend it``.
    """

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences
