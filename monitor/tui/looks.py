"""What every app of this room has in common: its themes, and the settings of its user."""

from dataclasses import replace
from os import environ
from typing import Any

from textual.app import App

from monitor.tui.settings import Settings, read_settings, settings_path, write_settings
from monitor.tui.terminal import sturdy_driver
from monitor.tui.themes import DARK, THEMES, VARIABLES


class LookingApp(App[None]):
    """An app in our themes, that keeps what its user likes.

    Attributes
    ----------
    settings : Settings
        What holds now.
    """

    TITLE = "StrideGate"

    def __init__(self) -> None:
        super().__init__(driver_class=sturdy_driver())
        self.settings: Settings = read_settings(settings_path())
        for theme in THEMES:
            self.register_theme(theme)
        wished = environ.get("TEXTUAL_THEME", "") or self.settings.theme
        self.theme = wished if wished in self.available_themes else DARK.name

    def on_mount(self) -> None:
        """From here on a theme is one that the user chose: it is kept."""
        self.theme_changed_signal.subscribe(self, lambda theme: self.like(theme=theme.name))

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Give every theme our own colours, also Textual's themes."""
        return VARIABLES

    def like(self, **changes: Any) -> None:
        """Change settings and keep them; a file that cannot be written is told, no more."""
        wished = replace(self.settings, **changes)
        if wished == self.settings:
            return
        self.settings = wished
        try:
            write_settings(settings_path(), wished)
        except OSError as error:
            self.notify(f"This setting is not kept: {error.strerror}", severity="warning")
