"""Checking request bodies against small tables of rules; the tables are in `bodies.py`.

A rule takes a JSON value and gives back a clean one, or notes a problem. Unknown properties are
dropped without a word, as the real server drops them; null is refused everywhere (fact sheet, 4.4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from . import errors
from .errors import Path, Problem
from .ids import NOT_WHOLE, last_segment, whole
from .wirejson import Json

TYPE_NAMES = {str: "String", bool: "Boolean", int: "Integer", Decimal: "Float", list: "Array", dict: "Object"}
FULL_TIME = r"T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})"
LARGEST_NUMBER = 15
"""Digits before the point that any amount may have."""


class Problems(list[Problem]):
    """What was wrong so far."""

    def note(self, at: Path, message: str, code: str | None = None, value: Any = None) -> None:
        """Add one problem."""
        self.append(Problem(at, message, code, value))

    def mismatch(self, at: Path, expected: str, value: Any) -> None:
        """Add "Expected X but got Y"."""
        got = "Null" if value is None else TYPE_NAMES.get(type(value), "Object")
        self.note(at, f"Expected {expected} but got {got}.", None, value)


class Rule(Protocol):
    """One property's rule."""

    @property
    def required(self) -> bool:
        """Whether leaving the property out is a problem."""

    def clean(self, value: Any, at: Path, problems: Problems) -> Any:
        """`value` cleaned; problems are noted under the path `at`."""


@dataclass(frozen=True)
class Text:
    """A string of limited length, perhaps matching a pattern."""

    max: int | None = None
    min: int = 0
    required: bool = False
    pattern: str | None = None

    def clean(self, value: Any, at: Path, problems: Problems) -> Any:
        """The string itself."""
        if not isinstance(value, str):
            problems.mismatch(at, "String", value)
        elif self.max is not None and _length(value) > self.max:
            problems.note(at, f"String exceeds maximum length of {self.max}.", None, value)
        elif len(value) < self.min:
            problems.note(at, f"String is less than minimum length of {self.min}.", None, value)
        elif self.pattern and not re.fullmatch(self.pattern, value):
            problems.note(at, f"String does not match regex pattern '{self.pattern}'.", None, value)
        return value


def _length(text: str) -> int:
    """Length as a .NET server counts it: what lies beyond the basic plane, an emoji say, is two."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(frozen=True)
class Whole:
    """An integer between two limits; 2.0 is none."""

    min: int | None = None
    max: int | None = None
    required: bool = False

    def clean(self, value: Any, at: Path, problems: Problems) -> Any:
        """The integer itself."""
        if not isinstance(value, int) or isinstance(value, bool):
            problems.mismatch(at, "Integer", value)
        elif self.min is not None and value < self.min:
            problems.note(at, f"Integer {value} is less than minimum value of {self.min}.", None, value)
        elif self.max is not None and value > self.max:
            problems.note(at, f"Integer {value} exceeds maximum value of {self.max}.", None, value)
        return value


@dataclass(frozen=True)
class Number:
    """A number of limited decimals and size."""

    decimals: int | None = None
    min: int | None = None
    max: int | None = None
    required: bool = False

    def clean(self, value: Any, at: Path, problems: Problems) -> Any:
        """The number as Decimal."""
        if not isinstance(value, int | Decimal) or isinstance(value, bool):
            problems.mismatch(at, "Number", value)
            return value
        number = Decimal(value)
        if (number and number.adjusted() >= LARGEST_NUMBER) or (self.max is not None and number > self.max):
            problems.note(at, "Number exceeds maximum value.", None, str(value))
        elif self.min is not None and number < self.min:
            problems.note(at, f"Number {number} is less than minimum value of {self.min}.", None, value)
        elif self.decimals is not None and _decimals(number) > self.decimals:
            problems.note(at, f"Value has more than {self.decimals} decimals.", errors.TOO_MANY_DECIMALS, number)
        return number


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


@dataclass(frozen=True)
class Flag:
    """true or false."""

    required: bool = False

    def clean(self, value: Any, at: Path, problems: Problems) -> Any:
        """The boolean itself."""
        if not isinstance(value, bool):
            problems.mismatch(at, "Boolean", value)
        return value


@dataclass(frozen=True)
class Choice:
    """One of a few strings, letter case included."""

    values: tuple[str, ...]
    required: bool = False

    def clean(self, value: Any, at: Path, problems: Problems) -> Any:
        """The string itself."""
        if not isinstance(value, str):
            problems.mismatch(at, "String", value)
        elif value not in self.values:
            problems.note(at, f"Value '{value}' is not defined in enum.", None, value)
        return value


@dataclass(frozen=True)
class Day:
    """A date, YYYY-MM-DD."""

    required: bool = False

    def clean(self, value: Any, at: Path, problems: Problems) -> Any:
        """The date as `datetime.date`."""
        if not isinstance(value, str):
            problems.mismatch(at, "String", value)
            return value
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        problems.note(at, "String does not match regex pattern '\\d{4}-\\d{2}-\\d{2}'.", None, value)
        return value


@dataclass(frozen=True)
class Moment:
    """A date-time as RFC 3339 writes it; with `bare` a plain date or one without offset will do."""

    required: bool = False
    bare: bool = False

    def clean(self, value: Any, at: Path, problems: Problems) -> Any:
        """The day as written, as `datetime.date`; hour and offset are not looked at."""
        if not isinstance(value, str):
            problems.mismatch(at, "String", value)
            return value
        tail = r"(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?)?" if self.bare else FULL_TIME
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}" + tail, value):
            try:
                return date.fromisoformat(value[:10])
            except ValueError:
                pass
        problems.note(at, "The value is not a valid date-time.", None, value)
        return value


@dataclass(frozen=True)
class Reference:
    """Another thing by its key or by `self`; cleaned to the bare key. The key wins when both are given."""

    key: str
    rule: Whole | Text | Number = field(default_factory=Whole)
    required: bool = False

    def clean(self, value: Any, at: Path, problems: Problems) -> Any:
        """The key."""
        if not isinstance(value, dict):
            problems.mismatch(at, "Object", value)
            return None
        if self.key in value:
            return self.rule.clean(value[self.key], (*at, self.key), problems)
        if "self" in value:
            return self._from_address(value["self"], at, problems)
        problems.note(at, f"Either '{self.key}' or 'self' must be set.", errors.NO_REFERENCE)
        return None

    def _from_address(self, address: Any, at: Path, problems: Problems) -> Any:
        if not isinstance(address, str):
            problems.mismatch((*at, "self"), "String", address)
            return None
        key = last_segment(address)
        if isinstance(self.rule, Text):
            return key
        if whole(key) == NOT_WHOLE:
            problems.note((*at, "self"), "The address leads nowhere.", errors.NOT_FOUND, address)
            return None
        return int(key)


@dataclass(frozen=True)
class Shape:
    """An object with known properties."""

    properties: Mapping[str, Rule]
    required: bool = False

    def clean(self, value: Any, at: Path, problems: Problems) -> Any:
        """A new object that holds only the known properties."""
        if not isinstance(value, dict):
            problems.mismatch(at, "Object", value)
            return {}
        result: Json = {}
        for name, rule in self.properties.items():
            if name in value:
                result[name] = rule.clean(value[name], (*at, name), problems)
            elif rule.required:
                problems.note((*at, name), f"Required property '{name}' is missing.", errors.MISSING)
        return result


@dataclass(frozen=True)
class Rows:
    """An array whose items follow one rule."""

    rule: Rule
    max: int | None = None
    required: bool = False

    def clean(self, value: Any, at: Path, problems: Problems) -> Any:
        """The cleaned items."""
        if not isinstance(value, list):
            problems.mismatch(at, "Array", value)
            return []
        if self.max is not None and len(value) > self.max:
            problems.note(at, f"At most {self.max} items are allowed.", None, len(value))
        return [self.rule.clean(item, (*at, index), problems) for index, item in enumerate(value)]


def clean(shape: Shape, body: Any) -> Json:
    """`body` cleaned by `shape`. Raises Invalid with everything that is wrong."""
    problems = Problems()
    result: Json = shape.clean(body, (), problems)
    if problems:
        raise errors.Invalid(problems)
    return result
