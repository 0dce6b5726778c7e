"""The filter language of both hosts, with the escapes as the legacy server really takes them.

Grammar and limits: fact sheet, section 4.2. Live probes of the legacy server differ from its
documented escape table: `$` and `)` must be escaped, `(` `*` `,` may be, and `[` `]` in an `$eq:`
value must not be (the escaped form parses but matches nothing).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

OPERATORS = ("eq", "ne", "gte", "gt", "lte", "lt", "like", "in", "nin")
LONGEST_LIST = 200
ESCAPABLE = "$()*,[]"

Value = str | None
"""One operand as text; None is `$null:`."""


class FilterError(ValueError):
    """The filter was refused; the text says why."""


@dataclass(frozen=True)
class Compare:
    """`path $operator: values`; all operators but in and nin have one value."""

    path: str
    operator: str
    values: tuple[Value, ...]
    pattern: re.Pattern[str] | None = None
    never: bool = False


@dataclass(frozen=True)
class Every:
    """All parts hold ($and:)."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Some:
    """At least one part holds ($or:)."""

    parts: tuple[Node, ...]


Node = Compare | Every | Some


def parse(text: str, types: Mapping[str, str], *, bracket_quirk: bool = True) -> Node:
    """The filter as a tree. `types` maps each allowed property to "text", "number" or "flag".

    Raises FilterError; for a property that is not allowed with the recorded wording.
    """
    reader = _Reader(text, types, bracket_quirk)
    node = reader.alternatives()
    if reader.at < len(text):
        raise FilterError(f"Unexpected '{text[reader.at]}' at position {reader.at}.")
    return node


class _Reader:
    def __init__(self, text: str, types: Mapping[str, str], bracket_quirk: bool) -> None:
        self.text, self.types, self.bracket_quirk = text, types, bracket_quirk
        self.at = self.depth = 0

    def alternatives(self) -> Node:
        parts = [self.conjunction()]
        while self._take("$or:"):
            parts.append(self.conjunction())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def conjunction(self) -> Node:
        parts = [self.term()]
        while self._take("$and:"):
            parts.append(self.term())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def term(self) -> Node:
        if not self._take("("):
            return self.comparison()
        self.depth += 1
        node = self.alternatives()
        if not self._take(")"):
            raise FilterError("A closing parenthesis is missing.")
        self.depth -= 1
        return node

    def comparison(self) -> Node:
        found = re.compile(r"([A-Za-z0-9_.]+)\$(" + "|".join(OPERATORS) + "):").match(self.text, self.at)
        if not found:
            raise FilterError(f"A property and an operator are expected at position {self.at}.")
        self.at = found.end()
        path, operator = found[1], found[2]
        if path not in self.types:
            raise FilterError(f"Filtering is not allowed on property '{path}'.")
        return self._list(path, operator) if operator in ("in", "nin") else self._single(path, operator)

    def _single(self, path: str, operator: str) -> Compare:
        if self._take("$null:"):
            return Compare(path, operator, (None,))
        pieces = self._pieces(stop="")
        if operator == "like":
            return Compare(path, operator, (_plain(pieces),), _like(pieces))
        never = self.bracket_quirk and any(escaped and char in "[]" for char, escaped in pieces)
        return Compare(path, operator, (self._typed(path, _plain(pieces)),), never=never)

    def _list(self, path: str, operator: str) -> Compare:
        if not self._take("["):
            raise FilterError(f"A list in brackets is expected at position {self.at}.")
        values: list[Value] = []
        while True:
            values.append(None if self._take("$null:") else self._typed(path, _plain(self._pieces(stop=",]"))))
            if self._take("]"):
                break
            if not self._take(","):
                raise FilterError("A list is not closed.")
        if len(values) > LONGEST_LIST:
            raise FilterError(f"At most {LONGEST_LIST} values are allowed in a list.")
        return Compare(path, operator, tuple(values))

    def _pieces(self, stop: str) -> list[tuple[str, bool]]:
        """Characters up to the end of the value, each with whether it was escaped."""
        pieces: list[tuple[str, bool]] = []
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in stop or self.text.startswith(("$and:", "$or:"), self.at):
                break
            if char == ")":
                if self.depth:
                    break
                raise FilterError("A closing parenthesis in a value must be escaped.")
            escaped = char == "$"
            if escaped:
                self.at += 1
                char = self.text[self.at : self.at + 1]
                if not char or char not in ESCAPABLE:
                    raise FilterError("A dollar sign in a value must be escaped.")
            pieces.append((char, escaped))
            self.at += 1
        return pieces

    def _typed(self, path: str, value: str) -> str:
        kind = self.types[path]
        if kind == "number" and not _is_number(value):
            raise FilterError(f"Value '{value}' of property '{path}' is not a number.")
        if kind == "flag" and value.lower() not in ("true", "false"):
            raise FilterError(f"Value '{value}' of property '{path}' is not a boolean.")
        return value

    def _take(self, token: str) -> bool:
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _plain(pieces: list[tuple[str, bool]]) -> str:
    return "".join(char for char, _ in pieces)


def _like(pieces: list[tuple[str, bool]]) -> re.Pattern[str]:
    """`*` is any text, `[` opens a SQL character class; without a `*` the value may stand anywhere."""
    text = ""
    index = 0
    while index < len(pieces):
        char, escaped = pieces[index]
        closing = _closing(pieces, index) if char == "[" and not escaped else None
        if closing is not None:
            text += "[" + re.sub(r"([\\\[\]])", r"\\\1", _plain(pieces[index + 1 : closing])) + "]"
            index = closing
        else:
            text += ".*" if char == "*" and not escaped else re.escape(char)
        index += 1
    if ("*", False) not in pieces:
        text = f".*{text}.*"
    try:
        return re.compile(text, re.IGNORECASE | re.DOTALL)
    except re.error:
        raise FilterError("The character class is not valid.") from None


def _closing(pieces: list[tuple[str, bool]], opening: int) -> int | None:
    """Where the class that opens at `opening` ends; the first character of a class is never its end."""
    for index in range(opening + 2, len(pieces)):
        if pieces[index][0] == "]":
            return index
    return None


Pins = dict[str, tuple[str, ...]]
"""Property → the values one of which every match must have."""


def pinned(node: Node) -> Pins:
    """What an index can be asked: the properties that `$eq:` or `$in:` tie to known values."""
    if isinstance(node, Every):
        return {path: values for part in node.parts for path, values in pinned(part).items()}
    if isinstance(node, Some) or node.operator not in ("eq", "in") or node.never:
        return {}
    known = tuple(value for value in node.values if value is not None)
    return {node.path: known} if len(known) == len(node.values) else {}
