"""``stridegate patient pod``: whose pod is whose, bound and let go by a clinician's signature."""

import asyncio
from dataclasses import dataclass

from monitor.commands.desk import open_desk, show
from monitor.errors import UsageError
from monitor.people.entries import fields_of
from monitor.people.ownpod import POD, BoundPod, own_pod
from monitor.running.setups import RATES_HZ
from monitor.store.names import shown_name
from sensors.binding import PodBinding, is_device_address
from sensors.clock import SessionClock
from sensors.pods.registry import KINDS


@dataclass(frozen=True, slots=True)
class PodOptions:
    """What was given on the command line.

    Attributes
    ----------
    patient : str
        The pseudonym.
    kind, serial, address : str or None
        The pod, as it is typed.
    is_near : bool
        Whether it is the one pod in range, which is asked itself.
    radio : str
        Which Bluetooth hears it.
    seconds : float
        How long is listened for it.
    any_address : bool
        Whether its address changes by itself, so that its serial number alone binds it.
    is_release : bool
        Whether the pod is let go and none takes its place.
    reason : str or None
        Why.
    """

    patient: str
    kind: str | None = None
    serial: str | None = None
    address: str | None = None
    is_near: bool = False
    radio: str = "system"
    seconds: float = 10.0
    any_address: bool = False
    is_release: bool = False
    reason: str | None = None

    @property
    def is_question(self) -> bool:
        """Whether it is only asked which pod is the patient's."""
        return not (self.is_near or self.is_release or self.kind or self.serial or self.address)


def run_pod(options: PodOptions, by: str | None, *, pin_stdin: bool, as_json: bool) -> int:
    """Show, bind or let go a patient's pod; returns the exit status."""
    case = open_desk(pin_stdin=pin_stdin).case(options.patient)
    before = own_pod(case.file.entries)
    if options.is_question:
        show([_now_text(before)], _object(options.patient, before), as_json=as_json)
        return 0
    after = None if options.is_release else _wanted(options)
    if after == before:
        raise UsageError("it is so already: nothing was written")
    reason = (options.reason or "").strip() or None
    if before is not None and reason is None:
        raise UsageError(f"{before.title} is bound: another one needs a reason: give --reason")
    signer = case.desk.signer(by).id
    entry = BoundPod.of(after, by=signer, reason=reason)
    case.write([(POD, fields_of(entry))], case.unchanged)
    lines = [_now_text(after)]
    if before is not None and after is not None:
        lines.append("a baseline that was measured with the other pod is stale now")
    show(lines, _object(case.file.patient.name, after), as_json=as_json)
    return 0


def _wanted(options: PodOptions) -> PodBinding:
    if options.is_near:
        return _near(options)
    kind = options.kind or next(iter(KINDS))
    if kind not in KINDS:
        raise UsageError(f"--kind {shown_name(kind)}: use one of {', '.join(KINDS)}")
    address = (options.address or "").strip()
    if address and not is_device_address(address):
        raise UsageError(f"--address {shown_name(address)}: write it as AA:BB:CC:DD:EE:FF")
    serial = (options.serial or "").strip()
    if not serial.isprintable() or not (serial or address):
        raise UsageError("give the pod's --serial or --address, or --near for the one in range")
    return PodBinding(kind, serial, address.upper())


def _near(options: PodOptions) -> PodBinding:
    """Return the one pod in range, as it says itself who it is."""
    # Bluetooth only where it is asked for.
    from monitor.linksource import real_radio
    from sensors.meeting import meet
    from sensors.scan import listen

    async def find() -> PodBinding:
        clock = SessionClock()
        async with real_radio(options.radio) as radio:
            found = [
                sighting
                for sighting in await listen(radio, options.seconds)
                if options.kind in (None, sighting.pod.kind)
            ]
            if len(found) != 1:
                told = ", ".join(f"{one.name} at {one.address}" for one in found)
                raise UsageError(
                    f"{len(found)} pods are in range ({told}): put the others away"
                    if found
                    else "no pod was heard: tap it or take ten steps, and try again"
                )
            met = await meet(found[0], radio, clock)
        binding = PodBinding.of(met.identity, with_address=not options.any_address)
        if binding is None:
            raise UsageError(f"{found[0].name} says no serial number: it can be bound by address")
        return binding

    return asyncio.run(find())


def _now_text(bound: PodBinding | None) -> str:
    if bound is None:
        return "no pod is bound: after the next session the patient is asked about its pod"
    rate = RATES_HZ.get(bound.kind)
    gives = "impact and timing" if rate else "cadence alone"
    return f"bound to {bound.title}, {bound.kind}: it gives {gives}; no other pod is taken"


def _object(patient: str, bound: PodBinding | None) -> dict[str, object]:
    pod = (
        None
        if bound is None
        else {
            "kind": bound.kind,
            "serial": bound.serial or None,
            "address": bound.address or None,
            "name": bound.name or None,
        }
    )
    return {"patient": patient, "pod": pod}
