"""Do the gate's tests notice when a rule, a number or a word of it is wrong?

``python tests/gate_mutation.py [MODULE…]`` changes one comparison, number, truth value, logical
word, sign, call or statement of the gate at a time, imports the gate with that change, runs the
worked examples and the damaged logs, and has it judge made histories, whose decisions the second
evaluator gave. What nothing notices is listed; ``EQUIVALENT`` says why it cannot be noticed. The
exit status is 1 where fewer than 95 % of the other mutants were noticed.
"""

import ast
import importlib
import itertools
import signal
import sys
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, Final

import mutation
import pytest
from gate_by_text import Line, Reading, seconds
from gate_histories import make_history

from monitor.programme.file import load_programme

ROOT: Final = Path(__file__).resolve().parent.parent
MODULES: Final = (
    "times",
    "fields",
    "jsonline",
    "log",
    "ladder",
    "outcome",
    "history",
    "position",
    "course",
    "decision",
)
TESTS: Final = ("test_gate_rules", "test_gate_log")
HISTORIES: Final = 300
CUTS: Final = 3
ENOUGH: Final = 0.95
TIMEOUT_S: Final = 20.0

EQUIVALENT: Final = {
    label: group["reason"]
    for group in tomllib.loads(
        (ROOT / "tests" / "gate_equivalents.toml").read_text(encoding="utf-8")
    )["group"]
    for label in group["mutants"]
}
"""Mutants that nothing can notice, and why: ``module: line: code -> changed code``."""

Change = Callable[[Any], None]
Case = tuple[bytes, str, Line, dict[str, str]]


def main(modules: tuple[str, ...] = MODULES) -> int:
    """Run every mutant; return 0 where enough are noticed."""
    sys.path.append(str(ROOT / "tests" / "gate"))
    cases = made_cases()
    if not is_right(None, None, cases):
        print("the gate is judged wrong without any change: mend that first")
        return 2
    killed = explained = 0
    survivors = []
    for name in modules:
        target = f"monitor.gate.{name}"
        source = (ROOT / "monitor" / "gate" / f"{name}.py").read_text(encoding="utf-8")
        for label, tree in mutants(name, source):
            if not is_right(target, tree, cases):
                killed += 1
            elif label in EQUIVALENT:
                explained += 1
            else:
                survivors.append(label)
                print(f"survived  {label}", flush=True)
    total = killed + len(survivors)
    share = killed / total if total else 1.0
    print(
        f"{total} mutants, {killed} noticed ({100 * share:.1f} %), {explained} equivalent besides"
    )
    return int(share < ENOUGH)


def made_cases() -> list[Case]:
    """Return logs with the time and the decision that the text asks for."""
    programme = load_programme("hip-bsi")
    cases = []
    for seed in range(HISTORIES):
        history = make_history(programme, 10_000 + seed)
        size = len(history.lines)
        for cut in sorted({1 + size * part // CUTS for part in range(1, CUTS)} - {size}):
            lines = history.lines[:cut]
            at = history.lines[cut]["t"] if cut < size else history.at
            content = b"".join(history.content.splitlines(keepends=True)[:cut])
            cases.append((content, at, *told(lines, at)))
        cases.append((history.content, history.at, *told(history.lines, history.at)))
    return cases


def told(lines: list[Line], at: str) -> tuple[Line, dict[str, str]]:
    """Return the decision and the outcomes of the sessions that the text asks for."""
    reading = Reading(lines)
    for _ in lines:
        reading.read_line()
    outcomes = dict(reading.outcomes)
    return reading.decision(seconds(at)), outcomes


def mutants(name: str, source: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield each changed module, named by its line, the code before and the code after."""
    tree, lines = ast.parse(source), source.splitlines()
    skipped = set()
    for node in ast.walk(tree):
        # How a dataclass is made, what a type checker is told and how a message reads is no rule.
        if isinstance(node, ast.ClassDef):
            skipped |= {inner for deco in node.decorator_list for inner in ast.walk(deco)}
        if isinstance(node, ast.Assert | ast.Raise | ast.JoinedStr | ast.Import | ast.ImportFrom):
            skipped |= set(ast.walk(node))
    for index, node in enumerate(ast.walk(tree)):
        for change in () if node in skipped else changes(node):
            changed = deepcopy(tree)
            twin = next(itertools.islice(ast.walk(changed), index, None))
            change(twin)
            line = lines[getattr(node, "lineno", 1) - 1].strip()
            yield f"{name}: {line}: {difference(node, twin)}", ast.fix_missing_locations(changed)


def difference(node: ast.AST, twin: ast.AST) -> str:
    """Return the first line that a change makes another one, before and after."""
    before, after = (ast.unparse(ast.fix_missing_locations(n)).splitlines() for n in (node, twin))
    pairs = itertools.zip_longest(before, after, fillvalue="")
    return next((f"{a.strip()} -> {b.strip()}" for a, b in pairs if a != b), "no difference")


def changes(node: ast.AST) -> Iterator[Change]:
    """Yield what can be changed in a node of the syntax tree."""
    yield from mutation.changes(node)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        other = ast.Sub() if isinstance(node.op, ast.Add) else ast.Add()
        yield lambda twin: setattr(twin, "op", other)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        swapped = {"max": "min", "min": "max", "any": "all", "all": "any"}.get(node.func.id)
        if swapped is not None:
            yield lambda twin: setattr(twin.func, "id", swapped)
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield lambda twin: setattr(twin, "test", ast.UnaryOp(ast.Not(), twin.test))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda twin: setattr(twin, "op", ast.UAdd())
    if isinstance(node, ast.BoolOp) and len(node.values) > 1:
        for place in range(len(node.values)):
            yield lambda twin, place=place: twin.values.pop(place)  # type: ignore[misc]  # defaults bind the loop's values
    if isinstance(node, ast.FunctionDef | ast.If | ast.For | ast.While | ast.match_case):
        for place, statement in enumerate(node.body):
            if is_removable(statement):
                yield lambda twin, place=place: twin.body.__setitem__(place, ast.Pass())  # type: ignore[misc]  # as above


def is_removable(statement: ast.stmt) -> bool:
    """Return whether a statement can go and leave a module that can be run."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Call | ast.Yield)
    if isinstance(statement, ast.Assign):
        return any(
            isinstance(target, ast.Attribute | ast.Subscript) for target in statement.targets
        )
    return isinstance(statement, ast.AugAssign)


class _Finder(MetaPathFinder, Loader):
    """Imports one changed module in place of the real one."""

    def __init__(self, target: str, tree: ast.Module) -> None:
        self._target, self._tree = target, tree

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        return spec_from_loader(fullname, self) if fullname == self._target else None

    def create_module(self, *_: object) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._tree, f"<mutant of {module.__name__}>", "exec"), module.__dict__)


def is_right(target: str | None, tree: ast.Module | None, cases: list[Case]) -> bool:
    """Return whether the gate, perhaps with a changed module, still judges everything right."""
    for name in [n for n in sys.modules if n.startswith("monitor.gate") or n in TESTS]:
        del sys.modules[name]
    finders = [] if target is None or tree is None else [_Finder(target, tree)]
    sys.meta_path[:0] = finders
    # A change can make a loop endless.
    signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, TIMEOUT_S)
    try:
        for name in TESTS:
            for _, run in mutation._tests(importlib.import_module(name)):
                run()
        gate = importlib.import_module("monitor.gate")
        time_s = importlib.import_module("monitor.gate.times").time_s
        programme = load_programme("hip-bsi")
        follow = importlib.import_module("monitor.gate.decision").follow
        for content, at, expected, outcomes in cases:
            events = gate.read_log(content, programme)
            if gate.decide(programme, events, time_s(at)).as_dict() != expected:
                return False
            records = follow(programme, events).history.records
            if {record.session.id: record.outcome.name for record in records} != outcomes:
                return False
    except (Exception, pytest.fail.Exception):  # noqa: BLE001 - whatever is raised is a notice
        return False
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for finder in finders:
            sys.meta_path.remove(finder)
    return True


def _too_long(signum: int, frame: FrameType | None) -> None:
    raise TimeoutError


if __name__ == "__main__":
    sys.exit(main(tuple(sys.argv[1:]) or MODULES))
