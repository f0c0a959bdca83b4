"""How every app of this room looks: our themes, and the one that the user asked for."""

from os import environ
from typing import Any

from textual.app import App

from monitor.tui.themes import DARK, THEMES


def set_up_themes(app: App[Any]) -> None:
    """Register our themes and choose the wished one: ``$TEXTUAL_THEME``, or the dark one."""
    for theme in THEMES:
        app.register_theme(theme)
    wished = environ.get("TEXTUAL_THEME", "")
    app.theme = wished if wished in app.available_themes else DARK.name
