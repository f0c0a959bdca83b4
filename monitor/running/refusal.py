"""A session that may not begin: why, and what would change that."""

from monitor.errors import UsageError
from monitor.gate.decision import Decision


class RefusalError(UsageError):
    """The gate, or the patient's own answers, let no session begin.

    Attributes
    ----------
    lines : tuple of str
        Every reason with what unlocks it.
    decision : Decision
        The gate's.
    """

    def __init__(self, lines: tuple[str, ...], decision: Decision) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
        self.decision = decision
