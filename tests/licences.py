"""The licences of what is installed with StrideGate: written to NOTICE, or held against it.

``python tests/licences.py`` writes NOTICE; with ``--check`` it changes nothing and exits 1 where
NOTICE is not what would be written, or a licence is none of those that are allowed at run time.
"""

import re
import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
NOTICE = ROOT / "NOTICE"
LOCK = ROOT / ".ci" / "constraints.txt"

ALLOWED = (
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "HPND", "ISC", "MIT", "MIT-0",
    "MIT-CMU", "MPL-2.0", "PSF-2.0", "Unlicense", "Zlib",
)  # fmt: skip
"""Licences of run-time packages that bind nobody who uses or passes on the program."""

WEAK = {
    "libusb1": "LGPL-2.1-or-later",
    "libusb-package": "Apache-2.0; holds libusb, which is LGPL-2.1-or-later",
}
"""The only packages under the LGPL: Bumble's USB transport, a library of its own that can be
replaced. Nothing of it is in this program."""

WORDS = {
    r"apache": "Apache-2.0",
    r"\bmit\b": "MIT",
    r"bsd.*(2|simplified)": "BSD-2-Clause",
    r"bsd": "BSD-3-Clause",
    r"python software foundation|psf|matplotlib": "PSF-2.0",
    r"mozilla|mpl": "MPL-2.0",
    r"historical permission|hpnd": "HPND",
    r"isc": "ISC",
    r"unlicense": "Unlicense",
}
"""What older metadata say in words, by its SPDX name."""

LOINC = (
    "The FHIR export contains content from LOINC, which is copyright Regenstrief Institute, Inc. "
    "and the\nLOINC Committee, and available at no cost under the license at "
    "http://loinc.org/license. Its notice\nstands in every exported bundle.\n"
)


def canonical(name: str) -> str:
    """Return a package's name as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def run_time() -> dict[str, Distribution]:
    """Return every package that an installation of StrideGate brings here, itself left out."""
    found: dict[str, Distribution] = {}
    waiting = set(_required(distribution("stridegate"), ""))
    seen: set[tuple[str, str]] = set()
    while waiting:
        name, extra = waiting.pop()
        seen.add((name, extra))
        try:
            package = distribution(name)
        except PackageNotFoundError:
            # Of another system, or of an extra that nobody asked for.
            continue
        found[canonical(name)] = package
        waiting |= set(_required(package, extra)) - seen
    return dict(sorted(found.items()))


def _required(package: Distribution, extra: str) -> Iterator[tuple[str, str]]:
    for text in package.requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
            yield requirement.name, ""
            yield from ((requirement.name, more) for more in requirement.extras)


def licence_of(name: str, package: Distribution) -> str:
    """Return a package's licence by its SPDX name; empty where nothing tells it."""
    if name in WEAK:
        return WEAK[name]
    told = package.metadata
    if told["License-Expression"]:
        return str(told["License-Expression"])
    classifiers = [c for c in told.get_all("Classifier") or () if c.startswith("License :: ")]
    words = [c.split(" :: ")[-1] for c in classifiers if "OSI Approved" in c] or [
        (told["License"] or "").splitlines()[0] if told["License"] else ""
    ]
    spdx = [
        next((s for w, s in WORDS.items() if re.search(w, text, re.IGNORECASE)), "")
        for text in words
        if text
    ]
    return " OR ".join(dict.fromkeys(s for s in spdx if s))


def is_allowed(name: str, licence: str) -> bool:
    """Return whether a package may come with the program: one allowed choice, or the named LGPL."""
    if name in WEAK:
        return True
    choices = re.split(r"\s+OR\s+", licence.replace("(", "").replace(")", ""))
    return any(all(part in ALLOWED for part in re.split(r"\s+AND\s+", c)) for c in choices)


def locked() -> dict[str, str]:
    """Return the locked version of every package."""
    lines = (line for line in LOCK.read_text(encoding="utf-8").splitlines() if "==" in line)
    return {canonical(name): version for name, version in (line.split("==") for line in lines)}


def notice(packages: dict[str, Distribution]) -> str:
    """Return the text of NOTICE."""
    rows = [f"{name:26} {licence_of(name, package)}" for name, package in packages.items()]
    return (
        "StrideGate\nCopyright The StrideGate authors. Licensed under the Apache License 2.0.\n\n"
        f"{LOINC}\n"
        "An installation brings these packages, each under its own licence. None of them is part\n"
        "of this distribution, and none is under the GPL or AGPL. libusb1 and the libusb in\n"
        "libusb-package (LGPL) are loaded for Bumble's USB transport alone and can be replaced.\n\n"
        + "\n".join(rows)
        + "\n"
    )


def faults(packages: dict[str, Distribution]) -> list[str]:
    """Return what is wrong, a sentence each."""
    wrong = [
        f"{name}: licence {licence_of(name, package) or 'not told'} is none that is allowed"
        for name, package in packages.items()
        if not is_allowed(name, licence_of(name, package))
    ]
    return wrong + [f"{name}: not locked: make lock" for name in packages if name not in locked()]


def main() -> int:
    """Write or check; returns the exit status."""
    packages = run_time()
    wrong = faults(packages)
    text = notice(packages)
    if "--check" not in sys.argv:
        NOTICE.write_text(text, encoding="utf-8")
    elif not NOTICE.is_file() or NOTICE.read_text(encoding="utf-8") != text:
        wrong.append("NOTICE is not what is installed: make licences")
    print("\n".join(wrong) or f"{len(packages)} run-time packages, each under an allowed licence")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
