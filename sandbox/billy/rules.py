"""Records that are sent, held against Billy's property table: their kinds, what is required, what cannot be set."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from .errors import INVALID, Refusal
from .model import Json

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LARGEST_NUMBER = 15
"""Digits before the point of any number: beyond them a double is no longer exact."""
LARGEST_INTEGER = 2**31 - 1
KEEP, REFUSE, DROP = "keep", "refuse", "drop"


@dataclass(frozen=True)
class Prop:
    """A property; `to` names the resource of a belongs-to, `rows` that of a has-many whose rows can be sent."""

    kind: str
    required: bool = False
    immutable: bool = False
    readonly: bool = False
    choices: tuple[str, ...] = ()
    to: str = ""
    rows: str = ""


@dataclass(frozen=True)
class Shape:
    """A resource: the name of one of it, and its properties. `parent` is what a has-many's rows need not name."""

    root: str
    properties: Mapping[str, Prop]
    parent: str = ""


@dataclass
class Reader:
    """Reads records of `shapes`.

    `known(resource, id)` says whether there is such a thing; `policy(resource, name)` what is done with a property that
    is settable in some readings only; `unknown` and `readonly` are REFUSE or DROP.
    """

    shapes: Mapping[str, Shape]
    known: Callable[[str, str], bool]
    policy: Callable[[str, str], str]
    unknown: str = REFUSE
    readonly: str = REFUSE
    problems: dict[str, dict[str, str]] = field(default_factory=dict)

    def record(self, resource: str, sent: Json, *, stored: Json | None = None) -> Json:
        """What was sent, cleaned: a new record with every property, or the changes to a `stored` one.

        Raises Refusal with everything that is wrong.
        """
        cleaned = self._record(resource, sent, stored=stored)
        if self.problems:
            raise Refusal(None, INVALID, "Invalid record", self.problems)
        return cleaned

    def _record(self, resource: str, sent: Json, *, stored: Json | None = None, child: bool = False) -> Json:
        shape = self.shapes[resource]
        root = str(sent.get("_clientId") or shape.root)
        cleaned: Json = {} if stored is not None else dict.fromkeys(shape.properties)
        for name, value in sent.items():
            if name not in ("_clientId", "id") and self._is_taken(shape, resource, name, root):
                cleaned[name] = self._value(shape.properties[name], value, root, name)
        for name, prop in shape.properties.items():
            if name in cleaned:
                self._check(prop, name, cleaned, stored, root, is_given=child and name == shape.parent)
        return cleaned

    def _is_taken(self, shape: Shape, resource: str, name: str, root: str) -> bool:
        """Whether a property that was sent is looked at; a refused one is noted."""
        prop = shape.properties.get(name)
        fate, text = self.policy(resource, name), "The attribute does not exist."
        if prop is None:
            fate = self.unknown
        elif fate == KEEP and prop.readonly:
            fate, text = self.readonly, "The attribute is read-only."
        if fate == REFUSE:
            self._note(root, name, text)
        return fate == KEEP

    def _check(self, prop: Prop, name: str, cleaned: Json, stored: Json | None, root: str, *, is_given: bool) -> None:
        value = cleaned[name]
        if prop.required and value in (None, "", []) and not is_given:
            self._note(root, name, "The attribute is required.")
        elif stored is not None and prop.immutable and value != stored[name]:
            self._note(root, name, "The attribute cannot be changed.")

    def _value(self, prop: Prop, value: Any, root: str, name: str) -> Any:
        if value is None:
            return None
        if prop.kind == "has-many":
            return self._rows(prop, value, root, name)
        try:
            read = KINDS[prop.kind](value)
        except ValueError as error:
            self._note(root, name, str(error))
            return None
        if prop.choices and read not in prop.choices:
            self._note(root, name, f"The value must be one of {', '.join(prop.choices)}.")
        elif prop.to and not self.known(prop.to, read):
            self._note(root, name, f"There is no such record in {prop.to}.")
        return read

    def _rows(self, prop: Prop, value: Any, root: str, name: str) -> list[Json]:
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            self._note(root, name, "The value must be a list of records.")
            return []
        if not prop.rows:
            self._note(root, name, "The attribute is read-only.")
            return []
        return [self._record(prop.rows, row, child=True) for row in value]

    def _note(self, root: str, name: str, text: str) -> None:
        self.problems.setdefault(root, {}).setdefault(name, text)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("The value must be a string.")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("The value must be true or false.")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > LARGEST_INTEGER:
        raise ValueError("The value must be an integer.")
    return value


def _number(value: Any) -> Decimal:
    if not isinstance(value, int | Decimal) or isinstance(value, bool):
        raise ValueError("The value must be a number.")
    number = Decimal(value)
    if number and number.adjusted() >= LARGEST_NUMBER:
        raise ValueError("The number is too large.")
    return number


def _day(value: Any) -> date:
    if not isinstance(value, str) or not DAY.fullmatch(value):
        raise ValueError("The value must be a date, YYYY-MM-DD.")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("The date does not exist.") from None


def _reference(value: Any) -> str:
    kind, _, identity = _text(value).partition(":")
    if not kind or not identity:
        raise ValueError("The value must be a type and an id, joined by a colon.")
    return f"{kind}:{identity}"


KINDS: Mapping[str, Callable[[Any], Any]] = {
    "string": _text,
    "enum": _text,
    "belongs-to": _text,
    "belongs-to-reference": _reference,
    "boolean": _flag,
    "integer": _whole,
    "float": _number,
    "date": _day,
    "datetime": _text,
}
"""Kind of a property → what reads its value, raising ValueError."""
