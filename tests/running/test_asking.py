"""What is typed, what is given beforehand, and what stays open."""

import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import UsageError
from monitor.marks import MarkKind
from monitor.programme.phases import Item
from monitor.running.asking import TOP_PAIN, Ask, Flow, Given, Tell, drive
from monitor.running.options import open_answers
from monitor.running.runner import GradedRunner
from monitor.running.terminal import COMMANDS, TerminalAnswers, obey, score_of

PAIN = Ask("during", "Pain?", proposed=2)
FLAGS = Ask("flags", "Any?", ("limp", "numbness"))


class Typed:
    """Lines that somebody types; None at their end."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = list(lines)

    def next_line(self) -> str | None:
        return self._lines.pop(0) if self._lines else None


def answered(ask: Ask, *lines: str, **beforehand: int) -> int | None:
    typed = Typed(lines)
    return TerminalAnswers(Given(beforehand), typed, io.StringIO())(ask)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ask", "lines", "answer"),
    [
        (PAIN, ["0"], 0),
        (PAIN, ["10"], 10),
        (PAIN, ["y"], 2),
        (PAIN, [""], None),
        (PAIN, [], None),
        (PAIN, ["11", "-1", "2.5", "²", "3"], 3),
        (Ask("after", "Pain?"), ["y", "4"], 4),
        (FLAGS, ["3", "2"], 2),
        (FLAGS, ["0"], 0),
    ],
)
def test_a_typed_answer_is_a_number_of_the_question_or_none(
    ask: Ask, lines: list[str], answer: int | None
) -> None:
    assert answered(ask, *lines) == answer


def test_what_was_given_is_not_asked() -> None:
    assert answered(PAIN, "7", during=0) == 0
    assert TerminalAnswers(Given(), None, io.StringIO())(PAIN) is None


def test_a_short_key_gives_way_to_the_whole_one() -> None:
    ask = Ask("s-1:during", "Pain?", short_key="open:during")
    assert Given({"open:during": 3}).answer(ask) == 3
    assert Given({"open:during": 3, "s-1:during": 1}).answer(ask) == 1
    assert Given({"s-2:during": 1}).answer(ask) is None


@given(st.text())
def test_a_score_is_a_whole_number_up_to_the_top_or_nothing(text: str) -> None:
    score = score_of(text)
    assert score is None or (0 <= score <= TOP_PAIN and int(text) == score)


def test_a_flow_is_told_and_asked_in_order() -> None:
    def flow() -> Flow[tuple[int | None, int | None]]:
        yield Tell(("first",))
        one = yield PAIN
        yield Tell(("second",))
        return one, (yield FLAGS)

    said: list[str] = []
    assert drive(flow(), said.extend, {PAIN: 1, FLAGS: None}.get) == (1, None)
    assert said == ["first", "second"]


def test_answers_of_the_command_line_name_their_question() -> None:
    assert open_answers(["during=1", "s-1:next_morning=10"]) == {
        "open:during": 1,
        "s-1:next_morning": 10,
    }
    for wrong in ("during", "during=", "during=11", "evening=1", "=3", "during=-1"):
        with pytest.raises(UsageError, match="write WHEN=N"):
            open_answers([wrong])


class Pressed:
    """A runner that keeps what it is told."""

    red_flags = (Item("limp", "limp"),)
    supervised_by: str | None = None
    publisher = None

    def __init__(self) -> None:
        self.done: list[tuple[object, ...]] = []

    def mark(self, kind: MarkKind, value: int | None = None, text: str = "") -> None:
        self.done.append((kind, value, text))

    def flag(self, flag: str) -> None:
        self.done.append(("flag", flag))

    let_go_on = GradedRunner.let_go_on


@pytest.mark.parametrize(
    ("line", "done"),
    [
        ("3", (MarkKind.PAIN, 3, "")),
        ("p 10", (MarkKind.PAIN, 10, "")),
        ("b", (MarkKind.START, None, "")),
        ("h", (MarkKind.HOLD, None, "")),
        ("r", (MarkKind.RESUME, None, "")),
        (" s ", (MarkKind.STOP, None, "")),
        ("a", (MarkKind.ACKNOWLEDGE, None, "")),
        ("m left\x07 shoe", (MarkKind.NOTE, None, "left shoe")),
        ("f limp", ("flag", "limp")),
    ],
)
def test_a_typed_line_is_a_key_press(line: str, done: tuple[object, ...]) -> None:
    runner = Pressed()
    assert obey(runner, line) == ""  # type: ignore[arg-type]
    assert runner.done == [done]


def test_a_line_that_says_nothing_does_nothing_and_helps() -> None:
    runner = Pressed()
    for line, said in (
        ("z", COMMANDS),
        ("p", COMMANDS),
        ("p 11", COMMANDS),
        ("f", "limp"),
        ("", ""),
    ):
        assert said in obey(runner, line)  # type: ignore[arg-type]
    assert runner.done == []


def test_only_a_clinician_lets_go_on() -> None:
    runner = Pressed()
    assert "nobody" in obey(runner, "g")  # type: ignore[arg-type]
    assert runner.done == []
    runner.supervised_by = "dr-x"
    assert obey(runner, "g") == ""  # type: ignore[arg-type]
    assert runner.done == [(MarkKind.LET_GO_ON, None, "dr-x")]
