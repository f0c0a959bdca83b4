"""Where the link to a pod stands: apart from the samples, so that a screen need not load numpy."""

from enum import StrEnum


class LinkState(StrEnum):
    """Where the link to one pod stands.

    ``SEARCHING`` scans; ``CONNECTING`` and ``CONFIGURING`` are on the way to ``STREAMING``;
    ``SILENT`` is connected without data; ``LOST`` waits for the next attempt. ``BUSY``: a pod that
    is known shows itself no more, or the system says that another program holds it; the search
    goes on. ``REFUSED``: something that waiting does not mend, such as a stranger in the pod's
    place, a pod that lets nobody set it up, or a permission; it is tried again all the same.
    """

    SEARCHING = "searching"
    CONNECTING = "connecting"
    CONFIGURING = "configuring"
    STREAMING = "streaming"
    SILENT = "silent"
    LOST = "lost"
    BUSY = "busy-elsewhere"
    REFUSED = "refused"
    CLOSED = "closed"
