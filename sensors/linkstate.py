"""Where the link to a pod stands: apart from the samples, so that a screen need not load numpy."""

from enum import StrEnum


class LinkState(StrEnum):
    """Where the link to one pod stands."""

    SEARCHING = "searching"
    CONNECTING = "connecting"
    CONFIGURING = "configuring"
    STREAMING = "streaming"
    SILENT = "silent"
    LOST = "lost"
    CLOSED = "closed"
