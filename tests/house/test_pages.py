"""The project's own text is whole: nothing half merged, no link that leads nowhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("analysis", "docs", "fixtures", "monitor", "sensors", "tests", ".ci")
KINDS = (".css", ".html", ".json", ".md", ".py", ".svg", ".tcss", ".toml", ".txt", ".yaml")
SIDE = re.compile(r"^(<{7}|>{7}|\|{7})( |$)", re.MULTILINE)
LINK = re.compile(r"\]\((?!\w+:)([^)#\s]+)")


def texts() -> list[Path]:
    """Return the files of text that the project keeps."""
    below = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*"))
    return [p for p in (*ROOT.glob("*.*"), *below) if p.suffix in KINDS and p.is_file()]


PAGES = [path for path in texts() if path.suffix == ".md"]


def test_no_file_holds_both_sides_of_a_merge() -> None:
    found = texts()
    assert len(found) > 500
    assert [p for p in found if SIDE.search(p.read_text("utf-8", errors="replace"))] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_link_of_a_page_leads_to_a_file(page: Path) -> None:
    targets = LINK.findall(page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
