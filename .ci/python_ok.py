"""Say in one line what this Python lacks for building the environment, or say nothing."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036  (this file must run on an old Python to say so)
    sys.exit(
        "StrideGate needs Python 3.11 or newer, this is {}.{}: install one and call "
        "`make PYTHON=python3.12 ...`".format(*sys.version_info[:2])
    )
try:
    import ensurepip
    import venv
except ImportError:
    sys.exit(
        "This Python lacks venv: install it (Debian, Ubuntu: sudo apt install python3-venv), "
        "or install uv, and try again"
    )
del ensurepip, venv
