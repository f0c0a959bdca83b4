"""What a user likes on the screen: theme, sound, flashing, view; kept in one small file."""

import tomllib
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any, Final

from monitor.folders import config_folder

FILE: Final = "screen.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of the screen.

    Attributes
    ----------
    theme : str
        Its name; empty for the usual one.
    sound : bool
        Whether cues are heard.
    flash : bool
        Whether the highest alarms flash, once a second; the colour stands still without.
    view : str
        What a session opens in: ``"patient"``, ``"physio"``, or empty for the usual one.
    """

    theme: str = ""
    sound: bool = True
    flash: bool = True
    view: str = ""


def settings_path() -> Path:
    """Return the file of this user."""
    return config_folder() / FILE


def read_settings(path: Path) -> Settings:
    """Read the settings; what is missing or cannot be read is as usual.

    A screen must open, whatever stands in the file.
    """
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Settings()
    usual = Settings()
    known: dict[str, Any] = {
        field.name: found[field.name]
        for field in fields(Settings)
        if type(found.get(field.name)) is type(getattr(usual, field.name))
    }
    return replace(usual, **known)


def write_settings(path: Path, settings: Settings) -> None:
    """Keep the settings; the user's own comments in the file stay.

    Raises
    ------
    OSError
        Where the file cannot be written; the old one stands.
    """
    # Only where something is kept: the first frame does not wait for it.
    import tomlkit

    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        document = tomlkit.document()
    document.update(asdict(settings))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(tomlkit.dumps(document), encoding="utf-8")
    fresh.replace(path)
