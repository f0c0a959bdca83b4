"""Big characters: complete, solid, and of a whole-number scale that fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Size

from monitor.snapshot import Word
from monitor.tui.bigfont import FONT, HEIGHT, bitmap, width_px
from monitor.tui.bigtext import fitting_scale, rows_of
from monitor.tui.hero import GAP, countdown_text, scales

WORDS = [word.value for word in Word]


def test_every_word_and_every_number_has_its_characters() -> None:
    assert set("".join(WORDS)) <= set(FONT)
    assert set("0123456789:.–≥") <= set(FONT)
    for rows in FONT.values():
        assert len(rows) == HEIGHT
        assert len({len(row) for row in rows}) == 1
        assert set("".join(rows)) <= {"#", "."}


def test_no_two_characters_look_alike() -> None:
    shapes = [rows for char, rows in FONT.items() if char not in "O0"]
    assert len(set(shapes)) == len(shapes)


@given(st.sampled_from([*WORDS, "0:38", "12:30", "–", "≥16.0"]), st.integers(1, 4))
def test_a_bitmap_is_the_font_scaled_by_whole_numbers(text: str, scale: int) -> None:
    once, scaled = bitmap(text, 1), bitmap(text, scale)
    assert len(once) == HEIGHT
    assert {len(row) for row in once} == {width_px(text)}
    assert scaled == ["".join(p * scale for p in row) for row in once for _ in range(scale)]


@given(
    st.sampled_from([*WORDS, "0:38", ""]),
    st.integers(0, 220),
    st.integers(0, 30),
    st.sampled_from(["left", "center", "right"]),
)
def test_rows_fill_their_room_exactly(text: str, width: int, height: int, align: str) -> None:
    rows = rows_of(text, Size(width, height), align)
    if height:
        assert [len(row) for row in rows] == [width] * height
    scale = fitting_scale(text, Size(width, height))
    if scale:
        assert width_px(text) * scale <= width
        assert HEIGHT * scale <= 2 * height


def test_small_print_where_big_characters_do_not_fit() -> None:
    assert rows_of("WALK NOW", Size(12, 1), "left") == ("WALK NOW    ",)
    assert "█" in "".join(rows_of("RUN", Size(20, 3), "left"))


@given(st.sampled_from(WORDS), st.integers(0, 300), st.integers(0, 20))
def test_word_and_countdown_stand_side_by_side(word: str, width: int, height: int) -> None:
    a, b = width_px(word), width_px("12:30")
    word_scale, countdown_scale = scales(a, b, width, height)
    if word_scale:
        assert a * word_scale + GAP + b * countdown_scale <= width
        assert max(word_scale, countdown_scale) * HEIGHT <= 2 * height
        assert 2 * countdown_scale >= word_scale


@pytest.mark.parametrize(
    ("left_s", "text"),
    [(60.0, "1:00"), (59.01, "1:00"), (37.2, "0:38"), (0.1, "0:01"), (0.0, "0:00"), (None, "–")],
)
def test_the_countdown_shows_0_at_the_end_only(left_s: float | None, text: str) -> None:
    assert countdown_text(left_s) == text
