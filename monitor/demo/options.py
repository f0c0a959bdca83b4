"""What a demo is asked for: light, so that the first frame waits for nothing."""

from dataclasses import dataclass, field
from pathlib import Path

from monitor.live.options import WatchOptions


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """The options of ``stridegate demo``.

    Attributes
    ----------
    seconds : float
        Length of the plan in session seconds.
    speed : float
        Session seconds per real second.
    radio : str
        ``"virtual"``, ``"system"`` or a Bumble transport.
    seed : int
        Of the virtual gait.
    recording : Path or None
        Where the recording goes; None for the usual folder.
    watch : WatchOptions
        Who may watch.
    has_two_pods : bool
        Whether the patient wears a pod at each leg and one that counts steps.
    """

    seconds: float
    speed: float
    radio: str
    seed: int
    recording: Path | None
    watch: WatchOptions = field(default_factory=WatchOptions)
    has_two_pods: bool = False
