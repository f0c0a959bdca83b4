"""Every fill is read with its ink, in both themes, and no state hangs on colour alone."""

import pytest
from textual.color import Color
from textual.theme import Theme

from monitor.snapshot import Priority, Word
from monitor.tui.themes import THEMES, VARIABLES
from monitor.wording import GLYPHS, LINK_GLYPHS, LINK_SENTENCES, PRIORITY_GLYPHS
from sensors.linkstate import LinkState

FILLS = ["run", "walk", "amber", "red", "stop", "calm", "blank"]


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2)."""

    def luminance(colour: str) -> float:
        parts = [x / 255 for x in Color.parse(colour).rgb]
        r, g, b = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_ink_is_read_on_its_ground(theme: Theme) -> None:
    colours = {**VARIABLES, **theme.variables}
    for fill in FILLS:
        assert contrast(colours[f"{fill}-fill"], colours[f"{fill}-ink"]) >= 4.5, fill
    assert theme.background is not None
    for name in ("soft", "step", "amber", "red"):
        assert contrast(colours[name], theme.background) >= 4.5, name


def test_words_links_and_priorities_have_shapes_of_their_own() -> None:
    assert set(GLYPHS) == set(Word)
    assert len(set(GLYPHS.values())) == len(Word)
    assert set(PRIORITY_GLYPHS) == set(Priority)
    assert len(set(PRIORITY_GLYPHS.values())) == len(Priority)
    assert set(LINK_GLYPHS) == set(LINK_SENTENCES) == set(LinkState)
