"""Every fill is read with its ink, in each theme, and no state hangs on colour alone."""

from itertools import combinations

import pytest
from colour_vision import VISIONS, contrast, distance, lab
from textual.theme import Theme

from monitor.snapshot import Priority, Word
from monitor.tui.themes import THEMES, VARIABLES
from monitor.wording import GLYPHS, LINK_GLYPHS, LINK_SENTENCES, PRIORITY_GLYPHS
from sensors.linkstate import LinkState

FILLS = ["run", "walk", "amber", "red", "stop", "calm", "blank"]

TEXT_CONTRAST, FILL_CONTRAST = 4.5, 3.0
"""WCAG 2.2, 1.4.3 and 1.4.11, level AA."""

APART = 15.0
"""Distance in L*a*b* of any two states, for any vision: six times what is just noticed (2.3, Mahy
1994). Design default; a state has a word and a shape as well."""


def colours_of(theme: Theme) -> dict[str, str]:
    return {**VARIABLES, **theme.variables}


def test_contrast_of_black_and_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_ink_is_read_on_its_ground(theme: Theme) -> None:
    colours = colours_of(theme)
    for fill in FILLS:
        ratio = contrast(colours[f"{fill}-fill"], colours[f"{fill}-ink"])
        assert ratio >= TEXT_CONTRAST, fill
    for ground in (theme.background, theme.surface, theme.panel):
        assert ground is not None
        assert theme.foreground is not None
        assert contrast(theme.foreground, ground) >= TEXT_CONTRAST
        for name in ("soft", "footer-key-foreground"):
            assert contrast(colours[name], ground) >= TEXT_CONTRAST, (name, ground)
    assert theme.background is not None
    for name in ("step", "amber", "red"):
        assert contrast(colours[name], theme.background) >= TEXT_CONTRAST, name


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_fill_and_line_stands_out_from_the_ground(theme: Theme) -> None:
    colours = colours_of(theme)
    assert theme.background is not None
    for name in (*(f"{fill}-fill" for fill in FILLS), "line", "step-walk"):
        assert contrast(colours[name], theme.background) >= FILL_CONTRAST, name


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_states_are_told_apart_with_any_colour_vision(theme: Theme, vision: str) -> None:
    colours = colours_of(theme)
    for a, b in combinations(FILLS, 2):
        apart = distance(colours[f"{a}-fill"], colours[f"{b}-fill"], vision)
        assert apart >= APART, (a, b, apart)


def test_the_simulation_is_the_published_one() -> None:
    assert lab("#FFFFFF", "normal") == pytest.approx((100.0, 0.0, 0.0), abs=0.05)
    assert lab("#FF0000", "normal") == pytest.approx((53.2, 80.1, 67.2), abs=0.2)
    # Red and a green of the same yellow are one colour without the middle cones.
    assert distance("#B06000", "#5F8A00", "deuteranopia") < 15.0
    assert distance("#B06000", "#5F8A00", "normal") > 50.0
    for vision in VISIONS:
        assert lab("#808080", vision)[1:] == pytest.approx((0.0, 0.0), abs=0.1), "grey stays grey"


def test_words_links_and_priorities_have_shapes_of_their_own() -> None:
    assert set(GLYPHS) == set(Word)
    assert len(set(GLYPHS.values())) == len(Word)
    assert set(PRIORITY_GLYPHS) == set(Priority)
    assert len(set(PRIORITY_GLYPHS.values())) == len(Priority)
    assert set(LINK_GLYPHS) == set(LINK_SENTENCES) == set(LinkState)
