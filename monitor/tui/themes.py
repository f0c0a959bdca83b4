"""Three themes in colours that people with any colour vision tell apart.

The colours are those of Okabe and Ito's palette: blue, orange, yellow and vermillion; green is not
used. On a light ground they are darker, so that a fill stands out from it. A state is never told by
its colour alone: it has a word and a glyph as well. ``tests/tui/test_themes.py`` computes contrast
and distance.
"""

from textual.theme import Theme

SKY_BLUE = "#56B4E9"
BLUE = "#0072B2"
ORANGE = "#E69F00"
YELLOW = "#F0E442"
VERMILLION = "#D55E00"

VARIABLES = {
    "run-fill": SKY_BLUE,
    "run-ink": "#000000",
    "walk-fill": BLUE,
    "walk-ink": "#FFFFFF",
    "amber-fill": YELLOW,
    "amber-ink": "#000000",
    "red-fill": ORANGE,
    "red-ink": "#000000",
    "stop-fill": VERMILLION,
    "stop-ink": "#000000",
    "calm-fill": "#667079",
    "calm-ink": "#FFFFFF",
    "blank-fill": "#FFFFFF",
    "blank-ink": "#000000",
    "soft": "#9AA4AE",
    "line": "#56606B",
    "step": SKY_BLUE,
    "step-walk": "#7C8894",
    "amber": YELLOW,
    "red": ORANGE,
}
"""Our own names for colours; a fill always comes with the ink that is read on it."""

DARK = Theme(
    name="clinic-dark",
    primary=SKY_BLUE,
    secondary="#8FA3B5",
    accent=ORANGE,
    warning=YELLOW,
    error=VERMILLION,
    success=SKY_BLUE,
    foreground="#F2F5F7",
    background="#0B0E11",
    surface="#151A1F",
    panel="#1F262D",
    dark=True,
    variables={"footer-key-foreground": SKY_BLUE},
)

LIGHT = Theme(
    name="clinic-light",
    primary=BLUE,
    secondary="#43525F",
    accent=VERMILLION,
    warning=ORANGE,
    error=VERMILLION,
    success=BLUE,
    foreground="#0B0E11",
    background="#FFFFFF",
    surface="#F1F4F6",
    panel="#EDF1F4",
    dark=False,
    variables={
        "footer-key-foreground": BLUE,
        "run-fill": BLUE,
        "run-ink": "#FFFFFF",
        "walk-fill": "#00406B",
        "amber-fill": "#A89000",
        "red-fill": "#9A3D00",
        "red-ink": "#FFFFFF",
        "stop-fill": "#551200",
        "stop-ink": "#FFFFFF",
        "calm-fill": "#6C7680",
        "blank-fill": "#0B0E11",
        "blank-ink": "#FFFFFF",
        "soft": "#5B6670",
        "line": "#7D8893",
        "step": BLUE,
        "step-walk": "#6C7883",
        "amber": "#7D6900",
        "red": "#9A3D00",
    },
)

CONTRAST = Theme(
    name="clinic-contrast",
    primary=SKY_BLUE,
    secondary="#FFFFFF",
    accent=ORANGE,
    warning="#FFF04D",
    error="#FF7043",
    success=SKY_BLUE,
    foreground="#FFFFFF",
    background="#000000",
    surface="#000000",
    panel="#000000",
    dark=True,
    variables={
        "footer-key-foreground": "#FFF04D",
        "walk-fill": "#005C9E",
        "amber-fill": "#FFF04D",
        "red-fill": "#FFA500",
        "stop-fill": "#FF7043",
        "calm-fill": "#8E979F",
        "calm-ink": "#000000",
        "soft": "#D5DADE",
        "line": "#B0B7BD",
        "step-walk": "#D5DADE",
        "amber": "#FFF04D",
        "red": "#FFA500",
    },
)
"""For bad light and for weak eyes: black ground, no shades between."""

THEMES = (DARK, LIGHT, CONTRAST)
