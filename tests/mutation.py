"""Do the tests notice when a number or a comparison of the limits or the alarm rule is wrong?

``python tests/mutation.py`` changes one comparison, number, truth value or logical word of
``monitor/limits.py`` and ``monitor/alarms.py`` at a time, loads the changed module in place of the
real one and runs the tests of both until the first one fails. A mutant that no test notices is
listed, and the exit status is 1 unless ``EQUIVALENT`` says why it cannot be noticed.
``--every 5`` tries each fifth mutant.
"""

import argparse
import ast
import importlib
import inspect
import itertools
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent
TARGETS: Final = ("monitor.limits", "monitor.alarms")
TESTS: Final = ("test_limits", "test_alarms_boundaries", "test_alarms_sequences")

EQUIVALENT: Final[dict[str, str]] = {
    "monitor.alarms: self._steps = [step for step in (*self._steps, *known) "
    "if step.t_ic_s >= _seconds(oldest)]: step.t_ic_s >= _seconds(oldest) -> "
    "step.t_ic_s > _seconds(oldest)": "only forgets: window and evidence have bounds of their own",
}
"""Mutants that no test can notice, and why: ``module: line: code -> changed code``."""

SWAPS: Final[dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]]] = {
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}


def main(every: int = 1) -> int:
    """Run every so-manieth mutant; return 0 where each one is noticed or explained."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "monitor")]
    tested = survived = 0
    if (failed := first_failure()) is not None:
        print(f"the tests fail without any change, in {failed}: mend that first")
        return 2
    for target in TARGETS:
        source = (ROOT / f"{target.replace('.', '/')}.py").read_text(encoding="utf-8")
        for name, tree in itertools.islice(mutants(target, source), 0, None, every):
            tested += 1
            if first_failure(target, tree) is None:
                reason = EQUIVALENT.get(name)
                survived += reason is None
                print(f"{'survived  ' if reason is None else 'equivalent'} {name}")
    print(f"{tested} mutants, {survived} survived without an explanation")
    return min(survived, 1)


def mutants(target: str, source: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield each changed module, named by the line, the code before and the code after."""
    tree, lines = ast.parse(source), source.splitlines()
    # How a dataclass is made is not a decision of the rule.
    made = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
        for inner in ast.walk(decorator)
    }
    for index, node in enumerate(ast.walk(tree)):
        for change in () if node in made else changes(node):
            changed = deepcopy(tree)
            twin = next(itertools.islice(ast.walk(changed), index, None))
            change(twin)
            line = lines[getattr(node, "lineno", 1) - 1].strip()
            name = f"{target}: {line}: {ast.unparse(node)} -> {ast.unparse(twin)}"
            yield name, ast.fix_missing_locations(changed)


def changes(node: ast.AST) -> Iterator[Callable[[ast.AST], None]]:
    """Yield what can be changed in a node of the syntax tree."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            for other in SWAPS.get(type(operator), ()):
                yield lambda twin, place=place, other=other: _swap(twin, place, other)  # type: ignore[misc]  # defaults bind the loop's values
    elif isinstance(node, ast.BoolOp):
        other_word = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
        yield lambda twin: setattr(twin, "op", other_word)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        flipped = not node.value
        yield lambda twin: setattr(twin, "value", flipped)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        small = 1 if isinstance(node.value, int) else 0.01
        for value in (node.value - small, node.value + small):
            yield lambda twin, value=value: setattr(twin, "value", value)  # type: ignore[misc]  # as above


def _swap(twin: ast.AST, place: int, other: type[ast.cmpop]) -> None:
    assert isinstance(twin, ast.Compare)
    twin.ops[place] = other()


def first_failure(target: str = "", tree: ast.Module | None = None) -> str | None:
    """Return the first test that fails with the changed module; None where all pass."""
    for name in (*TARGETS, *TESTS):
        sys.modules.pop(name, None)
    try:
        for name in TARGETS:
            if name == target and tree is not None:
                _load(name, tree)
            else:
                importlib.import_module(name)
        for test, run in itertools.chain.from_iterable(
            _tests(importlib.import_module(name)) for name in TESTS
        ):
            try:
                run()
            except (Exception, pytest.fail.Exception):  # noqa: BLE001 - any failure is a notice
                return test
    except Exception as error:  # noqa: BLE001 - a module that cannot be loaded is noticed too
        return f"loading ({error})"
    return None


def _load(name: str, tree: ast.Module) -> None:
    module = ModuleType(name)
    module.__file__ = f"<mutant of {name}>"
    sys.modules[name] = module
    setattr(importlib.import_module("monitor"), name.rpartition(".")[2], module)
    exec(compile(tree, module.__file__, "exec"), module.__dict__)


def _tests(module: ModuleType) -> Iterator[tuple[str, Callable[[], None]]]:
    for name, test in inspect.getmembers(module, inspect.isfunction):
        if not name.startswith("test_"):
            continue
        rows: list[dict[str, object]] = [{}]
        for mark in getattr(test, "pytestmark", []):
            names = mark.args[0] if isinstance(mark.args[0], tuple) else (mark.args[0],)
            values = [row if len(names) > 1 else (row,) for row in mark.args[1]]
            rows = [
                {**row, **dict(zip(names, value, strict=True))} for row in rows for value in values
            ]
        for row in rows:
            yield f"{name} {row}", lambda test=test, row=row: test(**row)  # type: ignore[misc]  # as above


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="Change the rules; do the tests notice?")
    options.add_argument("--every", type=int, default=1, help="try one mutant in so many")
    sys.exit(main(options.parse_args().every))
