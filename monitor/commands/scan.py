"""``stridegate scan``: the pods in range, live, whose they are and what they can give."""

import asyncio
import json
import logging
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from rich.console import Console
from rich.live import Live
from rich.table import Table

from monitor.errors import StoreError
from monitor.linksource import real_radio
from monitor.people.ownpod import own_pod
from monitor.podtable import HEADINGS, PodRow, gives_text, owner_of, table_lines
from monitor.store.opening import open_store
from monitor.store.places import user_places
from monitor.text import as_ascii, is_ascii_terminal
from sensors.binding import PodBinding
from sensors.clock import SessionClock
from sensors.errors import LinkError
from sensors.meeting import Met, meet
from sensors.radio import Radio
from sensors.samples import PodIdentity
from sensors.scan import Sighting, listen


def run_scan(radio: str, seconds: float, *, battery: bool, as_json: bool) -> int:
    """Listen for pods and show them; returns the exit status.

    Parameters
    ----------
    radio : str
        ``"system"``, ``"virtual"`` or a Bumble transport.
    seconds : float
        How long to listen.
    battery : bool
        Whether to connect to each pod for a moment.
    as_json : bool
        Print one object at the end, and no table.

    Raises
    ------
    LinkError
        Where the radio cannot scan: the sentence says what to do.
    """
    owners = pod_owners()
    is_live = not as_json and sys.stdout.isatty() and not is_ascii_terminal()
    console = Console()

    async def scan() -> list[PodRow]:
        async with _opened(radio) as opened:
            if is_live:
                with Live(_table(()), console=console, transient=True) as live:
                    found = await listen(
                        opened, seconds, lambda seen: live.update(_table(_rows(seen, {}, owners)))
                    )
            else:
                found = await listen(opened, seconds)
            met = await _meet_all(found, opened) if battery else {}
        return _rows(found, met, owners)

    rows = asyncio.run(scan())
    if as_json:
        print(json.dumps({"seconds": seconds, "pods": [row.json for row in rows]}))
    elif is_live and rows:
        console.print(_table(rows))
    else:
        lines = table_lines(rows)
        print("\n".join(map(as_ascii, lines) if is_ascii_terminal() else lines))
    return 0


def pod_owners() -> Mapping[str, PodBinding]:
    """Return whose pod is whose by this computer's record; empty where there is none."""
    try:
        store = open_store(user_places())
        chains = [chain for chain in store.chains() if chain.patient is not None]
        bound = {str(chain.patient): own_pod(store.entries(chain)) for chain in chains}
    except StoreError:
        # A scan is for finding a pod: what is wrong with the record says ``stridegate doctor``.
        return {}
    return {patient: pod for patient, pod in bound.items() if pod is not None}


async def _meet_all(found: Sequence[Sighting], radio: Radio) -> dict[str, Met]:
    met = {}
    clock = SessionClock()
    for sighting in found:
        try:
            met[sighting.address] = await meet(sighting, radio, clock)
        except LinkError as error:
            print(f"stridegate: {sighting.name}: {error.sentence}", file=sys.stderr)
    return met


def _rows(
    found: Sequence[Sighting], met: Mapping[str, Met], owners: Mapping[str, PodBinding]
) -> list[PodRow]:
    rows = []
    for sighting in found:
        visit = met.get(sighting.address)
        pod = PodIdentity(sighting.pod.kind, sighting.name, sighting.address)
        asked = pod if visit is None else visit.identity
        bound_to, is_sure = owner_of(asked, visit is not None, owners)
        charge = sighting.charge_pct if visit is None else visit.charge_pct
        gives = gives_text(sighting.pod.abilities)
        rows.append(
            PodRow(
                sighting.name,
                sighting.address,
                sighting.pod.kind,
                gives,
                sighting.rssi_dbm,
                charge,
                asked.serial,
                bound_to,
                is_sure,
            )
        )
    return rows


def _table(rows: Sequence[PodRow]) -> Table:
    table = Table(*HEADINGS, title=None if rows else "listening ...")
    for row in rows:
        table.add_row(*row.cells)
    return table


@asynccontextmanager
async def _opened(radio: str) -> AsyncIterator[Radio]:
    if radio != "virtual":
        async with real_radio(radio) as opened:
            yield opened
        return
    logging.getLogger("bumble").setLevel(logging.CRITICAL)
    # Bumble only where it is asked for: it is slow to import.
    from sensors.virtual.peripheral import VirtualPod
    from sensors.virtual.radio import virtual_radio
    from sensors.virtual.rsc import RunningSpeed

    clock = SessionClock()
    pod = VirtualPod(RunningSpeed([]), clock, "StrideGate RSC")
    async with virtual_radio([pod]) as virtual:
        yield virtual
