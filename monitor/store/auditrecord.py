"""The audit of the whole record: every chain, and that none is missing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.store.audit import against_copy, audit_chain
from monitor.store.chain import CLINIC, Chain, Row, entry_of
from monitor.store.findings import Fault, Finding
from monitor.store.head import Head, HeadFaultError, empty_head, head_of
from monitor.store.names import shown_name
from monitor.store.roster import opened_chains
from monitor.store.whereabouts import Whereabouts

_OTHER_KEY: Final = (
    "not one entry and not one head was written with this key: the key's file was replaced, or "
    "everything else; put back the key that belongs to the record"
)

_GONE: Final = (
    "all entries of a patient (files {}) are gone: the clinic's chain knows that there were "
    "some, and of no erasure"
)
_BACK: Final = "the patient was erased, and entries are there again"


@dataclass(frozen=True, slots=True)
class Audit:
    """What an audit found.

    Attributes
    ----------
    ends : tuple of Head
        How many entries stand in each chain and the hash of the last: where nothing is wrong,
        its head.
    findings : tuple of Finding
        What is wrong, chain by chain.
    """

    ends: tuple[Head, ...]
    findings: tuple[Finding, ...]


def audit_record(
    key: bytes, rows: Sequence[Row], heads: Mapping[str, bytes], copies: Sequence[Head] = ()
) -> Audit:
    """Verify every chain of a record.

    Parameters
    ----------
    key : bytes
        The record's key.
    rows : sequence of Row
        All rows, each chain in order, read after the heads.
    heads : mapping of str to bytes
        The content of every head's file by ``Chain.file_id``.
    copies : sequence of Head
        Copies of heads that were kept outside.
    """
    named = _genuine(key, heads)
    ends: dict[Chain, Head] = {}
    for row in rows:
        chain = Chain(row.chain)
        ends[chain] = Head(chain.key, ends.get(chain, empty_head(chain.key)).count + 1, row.hash)
    chains = sorted(
        {*ends, *named, *(Chain(copy.chain) for copy in copies)},
        key=lambda chain: (chain != CLINIC, chain.key),
    )
    standing = tuple(ends.get(chain, empty_head(chain.key)) for chain in chains)
    where = Whereabouts(key, rows, [named.get(c, empty_head(c.key)) for c in chains])
    if rows and not named and all(where.place(row) is None for row in rows):
        return Audit(standing, (Finding(None, Fault.OTHER_KEY, None, None, _OTHER_KEY),))
    findings: list[Finding] = []
    related = _related(rows, where)
    for chain in chains:
        its = related.get(chain, [])
        findings += audit_chain(key, chain, its, heads.get(chain.file_id), where)
        for copy in copies:
            if copy.chain == chain.key:
                findings += against_copy(chain, its, copy)
    findings += _unowned_heads(chains, heads)
    opened = opened_chains(map(entry_of, _clinic(rows, where)))
    findings += _roster(opened, chains, related, findings)
    return Audit(standing, tuple(findings))


def _genuine(key: bytes, heads: Mapping[str, bytes]) -> dict[Chain, Head]:
    """Return the heads that were written with the key, under whatever file name."""
    genuine: dict[Chain, Head] = {}
    for content in heads.values():
        try:
            head = head_of(key, content)
        except HeadFaultError:
            continue
        genuine[Chain(head.chain)] = head
    return genuine


def _related(rows: Sequence[Row], where: Whereabouts) -> dict[Chain, list[Row]]:
    """Return for each chain the rows that stand in it or belong to it."""
    related: dict[Chain, list[Row]] = defaultdict(list)
    for row in rows:
        stands = Chain(row.chain)
        related[stands].append(row)
        place = where.place(row)
        if place is not None and place[0] != stands.key:
            related[Chain(place[0])].append(row)
    return related


def _unowned_heads(chains: Sequence[Chain], heads: Mapping[str, bytes]) -> list[Finding]:
    known = {chain.file_id for chain in chains}
    return [
        Finding(
            None,
            Fault.HEAD_EDITED,
            None,
            None,
            f"the head's file {shown_name(name)} belongs to no chain of the store: it was edited, "
            "and its chain is gone",
        )
        for name in heads
        if name not in known
    ]


def _clinic(rows: Sequence[Row], where: Whereabouts) -> list[Row]:
    """Return the clinic's genuine rows in order, wherever they stand."""
    located = [(where.place(row), row) for row in rows]
    clinic = [(place[1], row) for place, row in located if place and place[0] == CLINIC.key]
    return [row for _, row in sorted(clinic, key=lambda pair: pair[0])]


def _roster(
    opened: Mapping[str, bool],
    chains: Sequence[Chain],
    related: Mapping[Chain, Sequence[Row]],
    findings: Sequence[Finding],
) -> list[Finding]:
    """Return what the clinic's chain says of the patients' chains, and they of it."""
    blamed = {finding.chain for finding in findings if finding.chain is not None}
    named = {chain.file_id: chain for chain in chains}
    there = {chain.file_id for chain in related}
    more = [
        Finding(named.get(files), Fault.CHAIN_GONE, None, None, _GONE.format(files))
        for files, is_open in opened.items()
        if is_open and files not in there and named.get(files) not in blamed
    ]
    for chain in related:
        if opened.get(chain.file_id) is False:
            more.append(Finding(chain, Fault.ERASED_IS_BACK, None, None, _BACK))
        elif chain.patient and chain.file_id not in opened and not {chain, CLINIC} & blamed:
            what = f"the entry that opened {chain.title} is gone: an older copy was put back"
            more.append(Finding(CLINIC, Fault.CUT_OFF, None, None, what))
    return more
