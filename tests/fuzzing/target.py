"""One decoder under atheris: ``python target.py KIND [libFuzzer's options]``."""

import sys

import atheris  # type: ignore[import-untyped]  # in an environment of its own

with atheris.instrument_imports(include=["sensors.pods", "sensors.errors"]):
    from fuzzing.harness import Bench

if __name__ == "__main__":
    kind = sys.argv.pop(1)
    atheris.Setup(sys.argv, Bench(kind).check)
    atheris.Fuzz()
