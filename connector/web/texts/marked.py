"""Which texts are marked for translation in the code and the templates."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

KEYWORDS: Mapping[str, tuple[int | tuple[int, str], ...] | None] = MappingProxyType(
    {
        "_": None,
        "gettext": None,
        "gettext_lazy": None,
        "gettext_noop": None,
        "ngettext": (1, 2),
        "ngettext_lazy": (1, 2),
        "pgettext": ((1, "c"), 2),
        "pgettext_lazy": ((1, "c"), 2),
        "npgettext": ((1, "c"), 2, 3),
        "npgettext_lazy": ((1, "c"), 2, 3),
    }
)
CODE, TEMPLATES = ("connector", "shops", "accounting"), ("templates",)
TEMPLATE_FILES = (".html", ".txt")


@dataclass(frozen=True)
class Marked:
    """A marked text: its msgid, the plural's where it has one, its context, and where it first stands."""

    text: str
    plural: str
    context: str
    where: str


def marked(root: Path) -> Iterator[Marked]:
    """Every text that is marked under `root`."""
    for folder in CODE:
        for path in sorted((root / folder).rglob("*.py")):
            yield from _in_code(path.read_text(), str(path.relative_to(root)))
    for folder in TEMPLATES:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in TEMPLATE_FILES:
                yield from _in_template(path.read_text(), str(path.relative_to(root)))


def _in_code(source: str, where: str) -> Iterator[Marked]:
    # Not Babel's reader: it takes an f-string for one text and overlooks the calls in its braces.
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and (function := _name(node.func)) in KEYWORDS:
            texts = [part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            yield from _told(function, texts, f"{where}:{node.lineno}")


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _in_template(source: str, where: str) -> Iterator[Marked]:
    # Django's own tool makes of a template something that the Python extractor understands.
    code = io.BytesIO(templatize(source, origin=where).encode())
    # Babel's types promise less than it gives: one text or several, and the name of the function around them.
    found: Any = extract_python(code, dict(KEYWORDS), [], {"encoding": "utf-8"})
    for line, function, texts, _comments in found:
        said = [part for part in ([texts] if isinstance(texts, str) else texts) if part]
        yield from _told(function, said, f"{where}:{line}")


def _told(function: str, texts: Sequence[str], where: str) -> Iterator[Marked]:
    """What a call of one of the KEYWORDS marks with the literal texts among its arguments; nothing without any."""
    parts = list(texts)
    context = parts.pop(0) if "pgettext" in function and parts else ""
    if parts:
        plural = parts[1] if function.startswith("n") and len(parts) > 1 else ""
        yield Marked(parts[0], plural, context, where)
