"""Every case of the field has its row, and every test that a row names exists."""

from dataclasses import replace

import field_cases


def test_every_case_has_its_tests_or_says_that_it_is_not_shown() -> None:
    rows = field_cases.cases()
    assert field_cases.faults(rows) == []
    assert field_cases.PAGE.read_text(encoding="utf-8") == field_cases.page(rows), (
        "write the page anew: make field-cases"
    )


def test_a_wrong_row_is_found() -> None:
    first, *rest = field_cases.cases()
    gone = replace(first, tests=("house/test_field_cases.py::test_of_nothing",))
    (fault,) = field_cases.faults([gone, *rest])
    assert fault == "R1: there is no test house/test_field_cases.py::test_of_nothing"
    assert field_cases.faults(rest) == ["R1: no row"]
    empty = replace(first, shows="", tests=(), missing="")
    assert field_cases.faults([empty, *rest]) == [
        "R1: neither a test nor a word on why there is none"
    ]
    assert field_cases.faults([first, first, *rest]) == ["R1: not a case, or twice"] * 2
