"""A page in a real browser: what it draws, what its console says, what becomes of its text."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

NEEDED = "no headless browser: install the Debian package chromium"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the browser made of a page."""

    dom: str
    console: tuple[str, ...]
    picture: Path


def seen(page: Path, folder: Path) -> Seen:
    """Open a page; skip where there is no browser."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        pytest.skip(NEEDED)
    picture = folder / "page.png"
    options = [
        *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
        *("--disable-background-networking", "--disable-component-update", "--no-first-run"),
        *(f"--user-data-dir={folder / 'profile'}", "--enable-logging=stderr"),
        *("--window-size=800,3200", f"--screenshot={picture}", "--dump-dom", page.as_uri()),
    ]
    done = subprocess.run(options, capture_output=True, text=True, check=True, timeout=100)
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return Seen(done.stdout, tuple(console), picture)
