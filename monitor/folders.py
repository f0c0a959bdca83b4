"""Where what a user keeps belongs: one folder for data, one for settings."""

import os
from pathlib import Path

import platformdirs

_NAME = "stridegate"


def data_folder() -> Path:
    """Return ``$STRIDEGATE_HOME``, or the system's folder for a user's data."""
    return _home() or Path(platformdirs.user_data_dir(_NAME))


def config_folder() -> Path:
    """Return ``$STRIDEGATE_HOME``, or the system's folder for a user's settings."""
    return _home() or Path(platformdirs.user_config_dir(_NAME))


def _home() -> Path | None:
    home = os.environ.get("STRIDEGATE_HOME")
    return Path(home) if home else None
