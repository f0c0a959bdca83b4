"""The gate: whether a patient may run, on which stage, and why not. ``decide`` is all of it."""

from monitor.gate.decision import Decision, decide
from monitor.gate.events import LogError
from monitor.gate.log import read_log

__all__ = ["Decision", "LogError", "decide", "read_log"]
