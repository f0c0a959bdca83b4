"""What a screen needs of its app to be heard."""

from typing import Any, Protocol, runtime_checkable

from monitor.sound.speaker import Speaker
from monitor.tui.settings import Settings


@runtime_checkable
class SoundingApp(Protocol):
    """An app with a loudspeaker and settings."""

    speaker: Speaker
    settings: Settings

    def like(self, **changes: Any) -> None:
        """Change settings and keep them."""
        ...
