"""The codes of the FHIR export: LOINC where it has one, a code system of our own where not.

Source of the LOINC codes: programme, section 6. LOINC has none for cadence or impact of a step.
"""

from collections.abc import Mapping
from typing import Any, Final

LOINC: Final = "http://loinc.org"
UCUM: Final = "http://unitsofmeasure.org"
LOCAL: Final = "urn:stridegate:codes"
PSEUDONYM: Final = "urn:stridegate:pseudonym"
CLINICIAN: Final = "urn:stridegate:clinician"

LOINC_NOTICE: Final = (
    "This material contains content from LOINC (http://loinc.org). LOINC is copyright © "
    "Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes (LOINC) "
    "Committee and is available at no cost under the license at http://loinc.org/license. LOINC® "
    "is a registered United States trademark of Regenstrief Institute, Inc."
)
"""LOINC's own notice, which goes with every copy of its codes (LOINC licence)."""

STEPS: Final = {"system": LOINC, "code": "55423-8", "display": "Number of steps"}
DURATION: Final = {"system": LOINC, "code": "55411-3", "display": "Exercise duration"}
ACTIVITY: Final = {"system": LOINC, "code": "73985-4", "display": "Exercise activity"}
PAIN: Final = {
    "system": LOINC,
    "code": "72514-3",
    "display": "Pain severity - 0-10 verbal numeric rating [Score] - Reported",
}

OWN: Final[Mapping[str, str]] = {
    "cadence": "Cadence, steps per minute of both feet",
    "impact": "Median peak acceleration at the pod; it is not the load on a bone",
    "coverage": "Share of the main set that was measured",
    "run-time": "Run time done, of that planned",
    "load": "Session load in run-step equivalents, of that planned",
    "above-amber": "Steps above the amber limit, of those judged",
    "outcome": "What the session is worth by the gate",
    "lock-out": "Locked by the gate: the patient must not run",
    "soreness": "Soreness after the session, 0 to 10",
}
"""Our own codes: what the number is, and nothing more."""


def own(code: str) -> dict[str, str]:
    """Return one of our own codings."""
    return {"system": LOCAL, "code": code, "display": OWN[code]}


def code_system() -> dict[str, Any]:
    """Return our codes as a resource, with LOINC's notice."""
    return {
        "resourceType": "CodeSystem",
        "url": LOCAL,
        "name": "StrideGateCodes",
        "status": "active",
        "content": "complete",
        "copyright": LOINC_NOTICE,
        "description": "Not a medical device: a record of a graded return to running.",
        "concept": [{"code": code, "display": text} for code, text in OWN.items()],
    }


def quantity(value: float, unit: str, code: str) -> dict[str, Any]:
    """Return a quantity with its UCUM code."""
    return {"value": value, "unit": unit, "system": UCUM, "code": code}
