"""How colours look with each kind of colour vision, and how far they are apart.

The matrices are those of Machado, Oliveira and Fernandes 2009 for a cone that is missing
(doi:10.1109/TVCG.2009.113), applied to linear RGB; the distance is that of CIE 1976 L*a*b*.
"""

from collections.abc import Sequence
from typing import Final

from textual.color import Color

Triple = tuple[float, float, float]

VISIONS: Final[dict[str, tuple[Triple, Triple, Triple]]] = {
    "normal": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}

_XYZ: Final = (
    (0.4124 / 0.95047, 0.3576 / 0.95047, 0.1805 / 0.95047),
    (0.2126, 0.7152, 0.0722),
    (0.0193 / 1.08883, 0.1192 / 1.08883, 0.9505 / 1.08883),
)
"""From linear sRGB to XYZ over the white of D65."""


def linear(colour: str) -> Triple:
    """Return red, green and blue of a colour, 0 to 1, as light."""
    parts = (x / 255 for x in Color.parse(colour).rgb)
    r, g, b = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return r, g, b


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2)."""

    def luminance(colour: str) -> float:
        r, g, b = linear(colour)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    light, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, vision: str) -> Triple:
    """Return a colour as somebody with a kind of vision sees it, in L*a*b*."""
    seen = [min(1.0, max(0.0, x)) for x in _times(VISIONS[vision], linear(colour))]
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in _times(_XYZ, seen))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(a: str, b: str, vision: str) -> float:
    """Return how far two colours are apart for a kind of vision: about 2.3 are just noticed."""
    pairs = zip(lab(a, vision), lab(b, vision), strict=True)
    return float(sum((x - y) ** 2 for x, y in pairs) ** 0.5)


def _times(matrix: Sequence[Triple], vector: Sequence[float]) -> list[float]:
    return [sum(x * y for x, y in zip(row, vector, strict=True)) for row in matrix]
