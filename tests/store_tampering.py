"""Ways to tamper with a record without its key: each says what an audit has to find.

A way takes a source of chance and a place, does its harm, and returns the chain that has to be
blamed, the faults of which one has to be named, and the entry that has to be named (None for any).
"""

import json
import random
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from made_stores import ANNA, BEN, CLEO, LENGTHS, hands, rows_of

from monitor.store.chain import CLINIC, GENESIS, Chain, entry_hash
from monitor.store.findings import Fault
from monitor.store.head import Head, head_bytes
from monitor.store.places import Places

CHAINS = (ANNA, BEN, CLEO, CLINIC)
_FAR = 1_000_000


@dataclass(frozen=True)
class Expected:
    """What an audit has to say: the chain (None for the record), one of the faults, the entry."""

    chain: Chain | None
    faults: frozenset[Fault]
    seq: int | None = None


@dataclass(frozen=True)
class Scene:
    """A store to be harmed, the bytes of an older copy of it, and chance."""

    places: Places
    older: bytes
    chance: random.Random

    def chain(self) -> Chain:
        return self.chance.choice(CHAINS)

    def patient(self) -> Chain:
        return self.chance.choice((ANNA, BEN, CLEO))

    def seq(self, chain: Chain, *, last: bool = True) -> int:
        length = LENGTHS.get(chain, 4)
        return self.chance.randint(1, length if last else length - 1)

    def head(self, chain: Chain) -> Path:
        return self.places.heads / f"{chain.file_id}.head"

    def random_hash(self) -> str:
        return f"{self.chance.getrandbits(256):064x}"

    def update(self, chain: Chain, seq: int, column: str, value: object) -> None:
        with hands(self.places.store) as connection:
            _set(connection, chain, seq, column, value)


def _set(
    connection: sqlite3.Connection, chain: Chain, seq: int, column: str, value: object
) -> None:
    change = f"UPDATE entries SET {column} = ? WHERE chain = ? AND seq = ?"
    assert connection.execute(change, (value, chain.key, seq)).rowcount == 1


def _expect(chain: Chain | None, *faults: Fault, seq: int | None = None) -> Expected:
    return Expected(chain, frozenset(faults), seq)


def edit_text(scene: Scene) -> Expected:
    chain = scene.chain()
    seq = scene.seq(chain)
    with hands(scene.places.store) as connection:
        text = rows_of(connection, chain)[seq - 1][2]
        at = scene.chance.randrange(len(text))
        sign = scene.chance.choice([s for s in 'abc09 {}"–' if s != text[at]])
        _set(connection, chain, seq, "text", text[:at] + sign + text[at + 1 :])
    return _expect(chain, Fault.EDITED, seq=seq)


def edit_text_to_other_json(scene: Scene) -> Expected:
    chain = scene.chain()
    seq = scene.seq(chain)
    with hands(scene.places.store) as connection:
        record = json.loads(rows_of(connection, chain)[seq - 1][2])
        record["t"] = "2025-01-01T00:00:00Z"
        _set(connection, chain, seq, "text", json.dumps(record, sort_keys=True))
    return _expect(chain, Fault.EDITED, seq=seq)


def edit_text_to_no_text(scene: Scene) -> Expected:
    chain = scene.chain()
    seq = scene.seq(chain)
    with hands(scene.places.store) as connection:
        change = "UPDATE entries SET text = CAST(X'FF00FE' AS TEXT) WHERE chain = ? AND seq = ?"
        connection.execute(change, (chain.key, seq))
    return _expect(chain, Fault.EDITED, seq=seq)


def edit_hash(scene: Scene) -> Expected:
    chain = scene.chain()
    seq = scene.seq(chain)
    scene.update(chain, seq, "hash", scene.random_hash())
    return _expect(chain, Fault.EDITED, Fault.RECOMPUTED, seq=seq)


def edit_previous(scene: Scene) -> Expected:
    chain = scene.chain()
    seq = scene.seq(chain)
    scene.update(chain, seq, "previous", scene.random_hash())
    return _expect(chain, Fault.EDITED, seq=seq)


def edit_seq(scene: Scene) -> Expected:
    chain = scene.chain()
    seq = scene.seq(chain)
    value = scene.chance.choice(
        [0, -3, LENGTHS.get(chain, 4) + 1, _FAR + scene.chance.randrange(9)]
    )
    scene.update(chain, seq, "seq", value)
    return _expect(chain, Fault.MOVED, seq=seq)


def edit_chain_to_nobody(scene: Scene) -> Expected:
    chain = scene.chain()
    seq = scene.seq(chain)
    scene.update(chain, seq, "chain", scene.chance.choice(["patient:Nobody", "clinik", "", "../x"]))
    return _expect(chain, Fault.MOVED, seq=seq)


def delete_inside(scene: Scene) -> Expected:
    chain = scene.chain()
    seq = scene.seq(chain, last=False)
    with hands(scene.places.store) as connection:
        connection.execute("DELETE FROM entries WHERE chain = ? AND seq = ?", (chain.key, seq))
    return _expect(chain, Fault.DELETED, seq=seq)


def delete_and_close_the_gap(scene: Scene) -> Expected:
    chain = scene.chain()
    seq = scene.seq(chain, last=False)
    with hands(scene.places.store) as connection:
        connection.execute("DELETE FROM entries WHERE chain = ? AND seq = ?", (chain.key, seq))
        for later in range(seq + 1, LENGTHS.get(chain, 4) + 1):
            _set(connection, chain, later, "seq", later - 1)
    return _expect(chain, Fault.DELETED, seq=seq)


def cut_tail(scene: Scene) -> Expected:
    chain = scene.chain()
    seq = scene.seq(chain)
    with hands(scene.places.store) as connection:
        connection.execute("DELETE FROM entries WHERE chain = ? AND seq >= ?", (chain.key, seq))
    return _expect(chain, Fault.CUT_OFF, seq=seq)


def swap_places(scene: Scene) -> Expected:
    chain = scene.chain()
    one, two = sorted(scene.chance.sample(range(1, LENGTHS.get(chain, 4) + 1), 2))
    with hands(scene.places.store) as connection:
        _set(connection, chain, one, "seq", _FAR)
        _set(connection, chain, two, "seq", one)
        _set(connection, chain, _FAR, "seq", two)
    return _expect(chain, Fault.MOVED, seq=scene.chance.choice([one, two]))


def swap_texts(scene: Scene) -> Expected:
    chain = scene.chain()
    one, two = scene.chance.sample(range(1, LENGTHS.get(chain, 4) + 1), 2)
    with hands(scene.places.store) as connection:
        rows = rows_of(connection, chain)
        _set(connection, chain, one, "text", rows[two - 1][2])
        _set(connection, chain, two, "text", rows[one - 1][2])
    return _expect(chain, Fault.EDITED, seq=one)


def move_to_another_patient(scene: Scene) -> Expected:
    chain, other = scene.chance.sample(CHAINS, 2)
    seq = scene.seq(chain)
    with hands(scene.places.store) as connection:
        place = LENGTHS.get(other, 4) + 1
        if seq == 1:  # its previous hash is taken there
            connection.execute("DELETE FROM entries WHERE chain = ? AND seq = 1", (other.key,))
            place = 1
        change = "UPDATE entries SET chain = ?, seq = ? WHERE chain = ? AND seq = ?"
        connection.execute(change, (other.key, place, chain.key, seq))
    return _expect(chain, Fault.MOVED, seq=seq)


def copy_to_another_patient(scene: Scene) -> Expected:
    chain, other = scene.chance.sample(CHAINS, 2)
    seq = scene.chance.randint(2, LENGTHS.get(chain, 4))
    place = LENGTHS.get(other, 4) + 1
    with hands(scene.places.store) as connection:
        _, previous, text, digest = rows_of(connection, chain)[seq - 1]
        values = (other.key, place, previous, text, digest)
        connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", values)
    return _expect(other, Fault.MOVED, seq=place)


def insert_at_the_end(scene: Scene) -> Expected:
    chain = scene.chain()
    place = LENGTHS.get(chain, 4) + 1
    with hands(scene.places.store) as connection:
        *_, text, digest = rows_of(connection, chain)[-1]
        values = (chain.key, place, digest, text, scene.random_hash())
        connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", values)
    return _expect(chain, Fault.INSERTED, seq=place)


def insert_inside(scene: Scene) -> Expected:
    chain = scene.chain()
    place = scene.seq(chain)
    with hands(scene.places.store) as connection:
        _, previous, text, _ = rows_of(connection, chain)[place - 1]
        for later in range(LENGTHS.get(chain, 4), place - 1, -1):
            _set(connection, chain, later, "seq", later + 1)
        new = scene.random_hash()
        _set(connection, chain, place + 1, "previous", new)
        values = (chain.key, place, previous, text, new)
        connection.execute("INSERT INTO entries VALUES (?, ?, ?, ?, ?)", values)
    return _expect(chain, Fault.INSERTED, Fault.EDITED, Fault.RECOMPUTED, Fault.MOVED)


def recompute(scene: Scene) -> Expected:
    """Edit an entry and recompute the chain from there, with the head or not, with another key."""
    chain = scene.chain()
    first = scene.seq(chain)
    key = secrets.token_bytes(32)
    with hands(scene.places.store) as connection:
        rows = rows_of(connection, chain)
        previous = GENESIS if first == 1 else rows[first - 2][3]
        for seq, _, text, _ in rows[first - 1 :]:
            text = text.replace("ran", "walked")
            digest = entry_hash(key, chain.key, seq, previous, text)
            _set(connection, chain, seq, "text", text)
            _set(connection, chain, seq, "previous", previous)
            _set(connection, chain, seq, "hash", digest)
            previous = digest
    if scene.chance.random() < 0.5:
        content = head_bytes(key, Head(chain.key, len(rows), previous))
        scene.head(chain).write_bytes(content)
    return _expect(chain, Fault.RECOMPUTED, seq=first)


def roll_back(scene: Scene) -> Expected:
    scene.places.store.write_bytes(scene.older)
    chain = scene.patient()
    return _expect(chain, Fault.CUT_OFF, seq=LENGTHS[chain] // 2 + 1)


def edit_head(scene: Scene) -> Expected:
    chain = scene.chain()
    path = scene.head(chain)
    value = json.loads(path.read_bytes())
    name = scene.chance.choice(sorted(value))
    wrong: object = {"count": value["count"] - 1, "chain": "patient:Dora"}.get(name)
    value[name] = scene.random_hash() if wrong is None else wrong
    path.write_text(json.dumps(value), encoding="utf-8")
    return _expect(chain, Fault.HEAD_EDITED)


def garble_head(scene: Scene) -> Expected:
    chain = scene.chain()
    junk = [b"", b"{}", b"[1]", b"\xff\xfe", b"null", b'{"count": 1e999}', b"[" * 100_000]
    scene.head(chain).write_bytes(scene.chance.choice(junk))
    return _expect(chain, Fault.HEAD_EDITED)


def give_the_head_of_another(scene: Scene) -> Expected:
    chain, other = scene.chance.sample(CHAINS, 2)
    scene.head(chain).write_bytes(scene.head(other).read_bytes())
    return _expect(chain, Fault.HEAD_EDITED)


def delete_head(scene: Scene) -> Expected:
    chain = scene.chain()
    scene.head(chain).unlink()
    return _expect(chain, Fault.HEAD_MISSING)


def cut_tail_and_delete_head(scene: Scene) -> Expected:
    expected = cut_tail(scene)
    assert expected.chain is not None
    with hands(scene.places.store) as connection:
        rest = len(rows_of(connection, expected.chain))
    scene.head(expected.chain).unlink()
    if rest or expected.chain == CLINIC:
        chain = CLINIC if not rest else expected.chain
        return _expect(chain, Fault.HEAD_MISSING, Fault.CUT_OFF)
    return _expect(None, Fault.CHAIN_GONE)


def delete_a_whole_patient(scene: Scene) -> Expected:
    chain = scene.patient()
    with hands(scene.places.store) as connection:
        connection.execute("DELETE FROM entries WHERE chain = ?", (chain.key,))
    scene.head(chain).unlink()
    return _expect(None, Fault.CHAIN_GONE)


WAYS: tuple[Callable[[Scene], Expected], ...] = (
    edit_text,
    edit_text_to_other_json,
    edit_text_to_no_text,
    edit_hash,
    edit_previous,
    edit_seq,
    edit_chain_to_nobody,
    delete_inside,
    delete_and_close_the_gap,
    cut_tail,
    swap_places,
    swap_texts,
    move_to_another_patient,
    copy_to_another_patient,
    insert_at_the_end,
    insert_inside,
    recompute,
    roll_back,
    edit_head,
    garble_head,
    give_the_head_of_another,
    delete_head,
    cut_tail_and_delete_head,
    delete_a_whole_patient,
)
