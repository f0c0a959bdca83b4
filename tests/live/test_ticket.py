"""The one line that opens a session from another computer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import LiveError
from monitor.live.ticket import Ticket, read_ticket

PIN = "0123456789abcdef" * 4


@given(
    host=st.sampled_from(["127.0.0.1", "clinic.local", "::1", "fe80::1"]),
    port=st.integers(1, 65535),
    token=st.text(min_size=1, alphabet=st.characters(codec="utf-8")),
    pin=st.sampled_from(["", PIN]),
)
def test_a_ticket_is_read_as_it_was_printed(host: str, port: int, token: str, pin: str) -> None:
    ticket = Ticket(host, port, token, pin)
    assert read_ticket(str(ticket)) == ticket
    assert read_ticket(f"  {ticket}\n") == ticket


@pytest.mark.parametrize(
    "text",
    [
        "",
        "127.0.0.1:8765",
        "https://127.0.0.1:8765/token/",
        "stridegate://127.0.0.1/token/",
        "stridegate://127.0.0.1:8765",
        "stridegate://127.0.0.1:8765/",
        "stridegate://127.0.0.1:99999/token/",
        "stridegate://[::1:8765/token/",
        f"stridegate://127.0.0.1:8765/token/{PIN}0",
        f"stridegate://127.0.0.1:8765/token/{PIN}/more",
        "stridegate://127.0.0.1:8765/token/xyz",
    ],
)
def test_what_is_no_ticket_says_what_to_copy(text: str) -> None:
    with pytest.raises(LiveError, match="copy the whole line"):
        read_ticket(text)


def test_a_token_is_not_in_the_words_of_an_error() -> None:
    assert "secret" not in repr(Ticket("h", 1, "secret", PIN))
