"""Clinics and patients for tests: a signed programme, an enrolment, sessions with their answers."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from made_stores import NOW_S, made_store

from monitor.gate.times import time_text
from monitor.people.clinic import PROGRAMME_SIGNED
from monitor.programme.file import load_programme
from monitor.programme.model import Programme
from monitor.store.chain import CLINIC, Chain, Entry, patient_chain
from monitor.store.gatelog import GateCheck
from monitor.store.store import Store

HIP: Programme = load_programme("hip-bsi")
HIP_TEXT = files("monitor").joinpath("programmes", "hip-bsi.toml").read_text(encoding="utf-8")
DAY_S = 86_400
HOUR_S = 3600

Record = tuple[int, str, Mapping[str, Any]]
"""Seconds after ``NOW_S``, kind, fields."""

ENROL: Mapping[str, Any] = {
    "patient": "anna",
    "site": "sacrum",
    "side": "left",
    "diagnosed": "2026-09-01",
    "time_zone": "Europe/Zurich",
    "programme": "hip-bsi",
    "version": HIP.version,
    "sha256": HIP.sha256,
    "programme_file": "hip-bsi",
    "by": "dr-x",
    "preset": None,
    "min_days": {},
    "hard_blocks": [item.id for item in HIP.hard_blocks],
    "soft_blocks": {},
    "is_demo": False,
}

SHOE: Mapping[str, Any] = {
    "shoe": "blue",
    "pod": "movesense",
    "serial": "1234",
    "firmware": "2.1",
    "placement": "shank",
    "surface": "treadmill",
    "full_scale_g": 16.0,
    "cadence": None,
}

CLEAN: Mapping[str, Any] = {
    "valid_pct": 100,
    "run_pct": 100,
    "load_pct": 100,
    "amber_pct": 0,
    "red_events": 0,
    "impact": True,
}


def signed_store(folder: Path) -> Store:
    """Return a store whose clinic has signed the hip programme."""
    store = made_store(folder)
    signature = {"programme": HIP.id, "version": HIP.version, "sha256": HIP.sha256}
    fields = {**signature, "by": "dr-x", "text": HIP_TEXT}
    store.append(CLINIC, PROGRAMME_SIGNED, fields, NOW_S)
    return store


def enrolled_store(folder: Path) -> Store:
    """Return the same with one patient, anna."""
    store = signed_store(folder)
    store.append(patient_chain("anna"), "enrol", ENROL, NOW_S, check=GateCheck(HIP))
    return store


def chain_of(records: Sequence[Record], name: str = "anna") -> list[Entry]:
    """Return entries without a store: seconds after ``NOW_S``, kind and fields of each."""
    chain: Chain = patient_chain(name)
    entries = []
    for seq, (after_s, kind, fields) in enumerate(records, 1):
        t_s = NOW_S + after_s
        record = {**fields, "kind": kind, "t": time_text(t_s)}
        entries.append(Entry(chain, seq, t_s, kind, record, "", ""))
    return entries
