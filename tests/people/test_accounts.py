"""Clinicians' accounts: every failure is on record before it is told, and five lock."""

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_stores import NOW_S, made_store, pragma

from monitor.errors import StoreError, UsageError
from monitor.people.accounts import Accounts
from monitor.people.clinic import clinic_of
from monitor.people.pins import MAX_FAILURES, PinHasher, checked_pin, delay_s, new_code, typed_code
from monitor.store.chain import CLINIC

PIN = "482913"


@pytest.fixture
def waits_s() -> list[float]:
    return []


@pytest.fixture
def accounts(tmp_path: Path, cheap: None, waits_s: list[float]) -> Accounts:
    accounts = Accounts(made_store(tmp_path), NOW_S, PinHasher(), waits_s.append)
    accounts.add("dr-x", "Dr X", PIN, None)
    return accounts


def kinds(accounts: Accounts) -> list[str]:
    return [entry.kind for entry in accounts.store.entries(CLINIC)]


def refused(accounts: Accounts, pin: str) -> str:
    with pytest.raises(UsageError) as told:
        accounts.admit("dr-x", pin)
    return str(told.value)


def test_a_right_pin_admits_and_writes_nothing(accounts: Accounts, waits_s: list[float]) -> None:
    assert accounts.admit("dr-x", PIN).name == "Dr X"
    assert kinds(accounts) == ["clinician"]
    assert waits_s == [0.0]


def test_five_wrong_ones_in_a_row_wait_longer_each_and_lock(
    accounts: Accounts, waits_s: list[float]
) -> None:
    for left in (4, 3, 2, 1):
        assert f"{left} more and the account is locked" in refused(accounts, "000001")
    assert "the account is locked" in refused(accounts, "000001")
    assert waits_s == [0.0, 1.0, 2.0, 4.0, 8.0]
    assert kinds(accounts) == ["clinician", *["pin_failed"] * 5, "clinician_locked"]
    told = refused(accounts, PIN)
    assert "locked after 5 wrong PINs" in told
    assert "recovery code" in told
    assert len(kinds(accounts)) == 7


def test_a_right_one_between_them_counts_anew(accounts: Accounts) -> None:
    for _ in range(3):
        for _ in range(MAX_FAILURES - 1):
            refused(accounts, "000001")
        accounts.admit("dr-x", PIN)
    assert not accounts.known("dr-x").is_locked
    assert kinds(accounts).count("pin_right") == 3


def test_a_failure_that_cannot_be_written_is_not_told(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        pragma(patch, "PRAGMA query_only=ON")
        with pytest.raises(StoreError, match="cannot be written") as told:
            accounts.admit("dr-x", "000001")
    assert "wrong" not in str(told.value)
    assert kinds(accounts) == ["clinician"]


def test_side_by_side_no_more_can_be_guessed_than_in_turn(accounts: Accounts) -> None:
    told: list[str] = []
    threads = [
        threading.Thread(target=lambda i=i: told.append(refused(accounts, f"00000{i}")))
        for i in range(9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 9
    assert kinds(accounts).count("pin_failed") == MAX_FAILURES
    assert kinds(accounts).count("clinician_locked") == 1


def test_a_name_typed_in_another_way_is_the_same_account(accounts: Accounts) -> None:
    accounts.add("Dr Ü", "Dr Ü", "135790", "dr-x")
    for typed in ("Dr U\u0308", " Dr  Ü "):
        with pytest.raises(UsageError, match="wrong PIN"):
            accounts.admit(typed, "000001")
    assert accounts.known("Dr Ü").failures == 2


def test_another_clinician_unlocks_and_nobody_the_own_account(accounts: Accounts) -> None:
    accounts.add("dr-y", "Dr Y", "passphrase of y", "dr-x")
    with pytest.raises(UsageError, match="not locked"):
        accounts.unlock("dr-x", "dr-y")
    for _ in range(MAX_FAILURES):
        refused(accounts, "000001")
    with pytest.raises(UsageError, match="own account"):
        accounts.unlock("dr-x", "dr-x")
    accounts.unlock("dr-x", "dr-y")
    assert accounts.admit("dr-x", PIN).failures == 0


def test_a_recovery_code_opens_once(tmp_path: Path, cheap: None) -> None:
    accounts = Accounts(made_store(tmp_path), NOW_S, PinHasher(), lambda _: None)
    code, _ = accounts.add("dr-x", "Dr X", PIN, None)
    for _ in range(MAX_FAILURES):
        refused(accounts, "000001")
    with pytest.raises(UsageError, match="wrong recovery code"):
        accounts.recover("dr-x", new_code(), "135790")
    assert accounts.known("dr-x").is_locked
    fresh, _ = accounts.recover("dr-x", code.lower().replace("-", " "), "135790")
    assert accounts.admit("dr-x", "135790").id == "dr-x"
    with pytest.raises(UsageError, match="wrong PIN"):
        accounts.admit("dr-x", PIN)
    with pytest.raises(UsageError, match="wrong recovery code"):
        accounts.recover("dr-x", code, "246802")
    accounts.recover("dr-x", fresh, "246802")


def test_no_secret_stands_in_the_record(accounts: Accounts) -> None:
    code, _ = accounts.add("dr-y", "Dr Y", "passphrase of y", "dr-x")
    accounts.change_pin("dr-x", "135790")
    refused(accounts, "987654")
    texts = " ".join(entry.text for entry in accounts.store.entries(CLINIC))
    for secret in (PIN, "passphrase of y", "135790", "987654", code):
        assert secret not in texts
    assert texts.count("$argon2id$") == 5


def test_the_first_is_one_and_a_name_is_given_once(accounts: Accounts) -> None:
    with pytest.raises(StoreError, match="added meanwhile"):
        accounts.add("dr-y", "Dr Y", "135790", None)
    with pytest.raises(StoreError, match="already"):
        accounts.add("dr-x", "Dr Y", "135790", "dr-x")
    with pytest.raises(UsageError, match=r"not in the record: use one of dr-x"):
        accounts.admit("dr-z", PIN)
    assert list(clinic_of(accounts.store.entries(CLINIC)).clinicians) == ["dr-x"]


@pytest.mark.parametrize(
    "pin", ["", "12345", "      ", "aaaaaa", "111111", "12345\n", "abc", "x" * 2000, "\udc80abcdef"]
)
def test_what_can_be_no_pin(pin: str) -> None:
    with pytest.raises(UsageError) as told:
        checked_pin(pin)
    assert not pin.strip() or pin not in str(told.value)


@pytest.mark.parametrize("pin", ["123456", "Führt zu Fuß", "👟 im Regen"])
def test_what_can_be_one(pin: str) -> None:
    assert checked_pin(pin) == pin


@given(st.integers(0, 10**6))
def test_the_wait_grows_up_to_a_minute(failures: int) -> None:
    assert 0.0 <= delay_s(min(failures, 1000)) <= delay_s(min(failures, 1000) + 1) <= 60.0


def test_a_recovery_code_is_read_however_it_is_typed() -> None:
    code = new_code()
    assert typed_code(f"  {code.lower().replace('-', ' ')} ") == code
    assert len({new_code() for _ in range(50)}) == 50


def test_a_text_that_is_no_unicode_is_a_wrong_pin(cheap: None) -> None:
    hasher = PinHasher()
    assert not hasher.is_right(hasher.hash(PIN), "\udc80")
    assert not hasher.is_right("no hash", PIN)
