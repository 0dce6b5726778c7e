"""Finders for `test_shape`: what a module's syntax tree says, whatever its text looks like."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRODUCT = ("connector", "shops", "accounting")
EVERYTHING = (*PRODUCT, "sandbox", "script", "tests")

Nodes = Sequence[ast.AST]
"""A module's syntax, every node of it."""
Finder = Callable[[Nodes], Iterator[int]]
"""Gives the lines of what it looks for."""

READERS = frozenset({"filter", "exclude", "get", "Q", "When", "aggregate", "begin", "sign_in_url"})
"""Calls in which `state=` asks, or is another thing's state, and writes no job's."""
STOPS = frozenset({"NeedsSetup", "Rejected", "Unsupported", "Temporary", "OutcomeUnknown", "ShopAway", "Finding"})
"""Made with a reason's code first."""
CODE_AT = {"Known": 2, "Wait": 1, "Close": 2}
"""Made with a reason's code at another place, or as `reason`."""


@cache
def nodes(path: Path) -> Nodes:
    """A module's syntax. Read and walked once, since every rule asks for it."""
    return nodes_of(path.read_text())


def nodes_of(source: str) -> Nodes:
    """The syntax of a source text; the module itself comes first."""
    return tuple(ast.walk(ast.parse(source)))


def modules(*roots: str) -> list[Path]:
    """Every module of these folders; migrations are written by Django."""
    found = [path for root in roots for path in sorted((ROOT / root).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def named(path: Path) -> str:
    """The module's path from the project's folder."""
    return path.relative_to(ROOT).as_posix()


def where(finder: Finder, *roots: str) -> dict[str, list[int]]:
    """Module → lines, for every module of these folders in which the finder finds something."""
    found = {named(path): list(finder(nodes(path))) for path in modules(*roots)}
    return {name: lines for name, lines in found.items() if lines}


def called(node: ast.AST) -> str:
    """The last name of what a call calls; empty for anything else."""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def strings(parts: Iterable[ast.AST]) -> Iterator[str]:
    """Every text among these nodes."""
    for part in parts:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


# --- finders ------------------------------------------------------------------------------------------------------
def state_writes(found_in: Nodes) -> Iterator[int]:
    """Where a row's state is set: by attribute, by a call, by a dict that may be passed on, by SQL."""
    for node in found_in:
        match node:
            case ast.Attribute(attr="state", ctx=ast.Store(), lineno=line):
                yield line
            case ast.Call(lineno=line) if called(node) not in READERS and _writes_by_call(node):
                yield line
            case ast.Dict(keys=keys, lineno=line) if any(getattr(key, "value", "") == "state" for key in keys):
                yield line
            case ast.Constant(value=str(said), lineno=line) if _writes_by_sql(said):
                yield line


def _writes_by_call(node: ast.Call) -> bool:
    by_keyword = any(keyword.arg == "state" for keyword in node.keywords)
    return by_keyword or (called(node) == "setattr" and "state" in strings(node.args))


def _writes_by_sql(said: str) -> bool:
    return "sync_syncjob" in said and "state" in said and ("INSERT" in said or "UPDATE" in said)


def floats(found_in: Nodes) -> Iterator[int]:
    """Numbers with a fraction, and float()."""
    for node in found_in:
        if (isinstance(node, ast.Constant) and isinstance(node.value, float)) or called(node) == "float":
            yield node.lineno


def raw_database(found_in: Nodes) -> Iterator[int]:
    """What goes past the scoped managers: cursors, raw and extra queries, base managers, scopes switched off."""
    for node in found_in:
        is_raw = called(node) in ("cursor", "raw", "extra", "RawSQL", "scopes_disabled")
        if is_raw or (isinstance(node, ast.Attribute) and node.attr in ("_base_manager", "_default_manager")):
            yield node.lineno


def environment(found_in: Nodes) -> Iterator[int]:
    """Reading or setting what the machine says."""
    for node in found_in:
        match node:
            case ast.Attribute(attr="environ" | "getenv" | "putenv", lineno=line):
                yield line
            case ast.Import(names=names, lineno=line) | ast.ImportFrom(names=names, lineno=line):
                yield from (line for alias in names if alias.name == "environ")


def imports_of(module: str) -> Finder:
    """A finder of imports of this module or of names out of it."""
    package, _, last = module.rpartition(".")

    def finder(found_in: Nodes) -> Iterator[int]:
        for node in found_in:
            if isinstance(node, ast.Import) and module in [alias.name for alias in node.names]:
                yield node.lineno
            elif isinstance(node, ast.ImportFrom):
                from_package = node.module == package and last in [alias.name for alias in node.names]
                if from_package or node.module == module:
                    yield node.lineno

    return finder


def named_anywhere(name: str) -> Finder:
    """A finder of a name, used or imported."""

    def finder(found_in: Nodes) -> Iterator[int]:
        for node in found_in:
            imported = isinstance(node, ast.ImportFrom) and name in [alias.name for alias in node.names]
            if imported or name in (getattr(node, "id", ""), getattr(node, "attr", "")):
                yield node.lineno  # type: ignore[attr-defined]

    return finder


def provider_writes(found_in: Nodes) -> Iterator[int]:
    """Where the books are changed: `….provider.send(…)` and `….provider.discard(…)`."""
    for node in found_in:
        if called(node) in ("send", "discard") and isinstance(node, ast.Call):
            owner = node.func.value if isinstance(node.func, ast.Attribute) else None
            if getattr(owner, "attr", getattr(owner, "id", "")) == "provider":
                yield node.lineno


def unfinished(found_in: Nodes) -> Iterator[int]:
    """What is left for later."""
    for node in found_in:
        if isinstance(node, ast.Raise) and "NotImplementedError" in ast.dump(node):
            yield node.lineno


def reason_codes(found_in: Nodes) -> Iterator[tuple[int, str]]:
    """(line, code) of every reason that is made here."""
    for node in found_in:
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        place = 0 if name in STOPS else CODE_AT.get(name, len(node.args))
        parts = [*node.args[place : place + 1], *(word.value for word in node.keywords if word.arg == "reason")]
        if name in STOPS or name in CODE_AT:
            yield from ((node.lineno, code) for part in parts for code in strings(ast.walk(part)) if code)


def long_functions(path: Path, most: int) -> list[str]:
    """The functions of a module that are longer. Only definitions are looked into: walking everything takes seconds."""
    return list(_longer(ast.parse(path.read_text()).body, most))


def _longer(body: Sequence[ast.stmt], most: int) -> Iterator[str]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > most:
                yield f"{node.name}: {lines} lines"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _longer(node.body, most)


def subclasses(base: str, folder: str) -> dict[str, list[str]]:
    """Test module → its classes that derive from `base` and are collected."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / folder).rglob("test_*.py")):
        for node in nodes(path):
            bases = [getattr(part, "id", getattr(part, "attr", "")) for part in getattr(node, "bases", [])]
            if isinstance(node, ast.ClassDef) and base in bases and node.name.startswith("Test"):
                found.setdefault(path.stem, []).append(node.name)
    return found
