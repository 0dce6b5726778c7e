"""Which texts are marked for translation in the code and the templates."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
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
CODE, TEMPLATES = ("connector", "shops", "accounting"), ("templates",)


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
            yield from _in(path.read_bytes(), str(path.relative_to(root)))
    for folder in TEMPLATES:
        for path in sorted((root / folder).rglob("*.html")):
            where = str(path.relative_to(root))
            # Django's own tool makes of a template something that the Python extractor understands.
            yield from _in(templatize(path.read_text(), origin=where).encode(), where)


def _in(source: bytes, where: str) -> Iterator[Marked]:
    # Babel's types promise less than it gives: one text or several, and the name of the function around them.
    found: Any = extract_python(io.BytesIO(source), KEYWORDS, [], {"encoding": "utf-8"})
    for line, function, texts, _comments in found:
        parts = [part for part in ([texts] if isinstance(texts, str) else texts) if part]
        if not parts:
            continue
        context = parts.pop(0) if "pgettext" in function else ""
        plural = parts[1] if function.startswith("n") and len(parts) > 1 else ""
        yield Marked(parts[0], plural, context, f"{where}:{line}")
