"""One patient's part of the record, as a session reads it and adds to it."""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.errors import StoreError
from monitor.people.casefile import Casefile, read_casefile
from monitor.people.outlook import Outlook, outlook_of
from monitor.people.zones import zone_of
from monitor.running.words import decision_lines
from monitor.store.chain import Chain, patient_chain
from monitor.store.gatelog import GateCheck
from monitor.store.store import Store
from monitor.store.writing import Record
from sensors.clock import utc_now_ns


@dataclass(frozen=True, slots=True)
class Standing:
    """A patient at one moment.

    Attributes
    ----------
    case : Casefile
        What the record says.
    outlook : Outlook
        What the gate says.
    zone : ZoneInfo
        Where the patient lives.
    now_s : int
        The moment, UTC seconds since 1970: never before the record's end.
    """

    case: Casefile
    outlook: Outlook
    zone: ZoneInfo
    now_s: int

    def lines(self) -> tuple[str, ...]:
        """Return the decision with every reason and what would unlock it."""
        return decision_lines(self.case.programme, self.case.patient, self.outlook, self.zone)


class PatientRecord:
    """The record of one patient; everything is derived anew at each call.

    Parameters
    ----------
    store : Store
        The record of all.
    name : str
        The pseudonym.
    now_ns : callable
        The clock: UTC in nanoseconds since 1970.
    """

    def __init__(self, store: Store, name: str, now_ns: Callable[[], int] = utc_now_ns) -> None:
        self.now_ns = now_ns
        self.chain: Chain = patient_chain(name)
        self._store = store
        self._name = name

    @property
    def head(self) -> str:
        """``COUNT:HASH`` of the chain."""
        return self._store.head(self.chain).outside

    def standing(self) -> Standing:
        """Return the patient as things stand now."""
        case = read_casefile(self._store, self._name)
        now_s = max(self.now_ns() // 10**9, case.patient.last_t_s)
        outlook = outlook_of(case.programme, case.patient.events, now_s)
        return Standing(case, outlook, zone_of(case.patient.enrolment.time_zone), now_s)

    def append(self, *records: Record) -> None:
        """Add entries, all or none; raises StoreError where they cannot be kept."""
        check = GateCheck(read_casefile(self._store, self._name).programme)
        self._store.append_all(self.chain, records, self.now_ns() // 10**9, check)

    def try_append(self, *records: Record) -> str:
        """Add entries, all or none; return what is in the way, empty where they are kept."""
        try:
            self.append(*records)
        except StoreError as error:
            return str(error)
        return ""
