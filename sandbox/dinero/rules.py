"""Request bodies held against the transcribed OpenAPI file: names in any letter case, everything else to the letter."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol

from .errors import Refusal, invalid
from .model import Json

INT32, INT64 = 2**31 - 1, 2**63 - 1
GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LARGEST_NUMBER = 15
"""Digits before the point of any number: beyond them a double is no longer exact."""
MOST_DECIMALS = 6
FIRST_YEAR, LAST_YEAR = 1900, 2100


class Problems(dict[str, str]):
    """What was wrong so far: the field's path → what is wrong with it."""

    def note(self, at: str, message: str) -> None:
        """Add one problem; the first of a field stays."""
        self.setdefault(at, message)


class Rule(Protocol):
    """One property's rule."""

    @property
    def required(self) -> bool:
        """Whether the property must be there and not null."""

    def clean(self, value: Any, at: str, problems: Problems) -> Any:
        """A value that is not null, cleaned; problems are noted under the path `at`."""


@dataclass(frozen=True)
class Text:
    """A string; `choices` are compared to the letter, as enums of the file."""

    max: int | None = None
    min: int = 0
    required: bool = False
    choices: tuple[str, ...] = ()

    def clean(self, value: Any, at: str, problems: Problems) -> Any:
        """The string itself."""
        if not isinstance(value, str):
            problems.note(at, "The value must be a string.")
        elif self.max is not None and len(value) > self.max:
            problems.note(at, f"The length must be at most {self.max}.")
        elif len(value.strip()) < self.min:
            problems.note(at, "The field is required.")
        elif self.choices and value not in self.choices:
            problems.note(at, f"The value must be one of {', '.join(self.choices)}.")
        return value


@dataclass(frozen=True)
class Whole:
    """An integer; 25.0 is none."""

    min: int = -INT32 - 1
    max: int = INT32
    required: bool = False

    def clean(self, value: Any, at: str, problems: Problems) -> Any:
        """The integer itself."""
        if not isinstance(value, int) or isinstance(value, bool):
            problems.note(at, "The value must be an integer.")
        elif not self.min <= value <= self.max:
            problems.note(at, f"The value must be between {self.min} and {self.max}.")
        return value


@dataclass(frozen=True)
class Number:
    """A double, of six decimals at most."""

    min: int | None = None
    max: int | None = None
    required: bool = False

    def clean(self, value: Any, at: str, problems: Problems) -> Any:
        """The number as Decimal."""
        if not isinstance(value, int | Decimal) or isinstance(value, bool):
            problems.note(at, "The value must be a number.")
            return value
        number = Decimal(value)
        if number and number.adjusted() >= LARGEST_NUMBER:
            problems.note(at, "The number is too large.")
        elif (self.min is not None and number < self.min) or (self.max is not None and number > self.max):
            problems.note(at, f"The value must be between {self.min} and {self.max}.")
        elif decimals(number) > MOST_DECIMALS:
            problems.note(at, "The number has too many decimals.")
        return number


@dataclass(frozen=True)
class Flag:
    """true or false."""

    required: bool = False

    def clean(self, value: Any, at: str, problems: Problems) -> Any:
        """The boolean itself."""
        if not isinstance(value, bool):
            problems.note(at, "The value must be true or false.")
        return value


@dataclass(frozen=True)
class Guid:
    """A Guid with dashes."""

    required: bool = False

    def clean(self, value: Any, at: str, problems: Problems) -> Any:
        """The Guid in small letters."""
        if not isinstance(value, str) or not GUID.fullmatch(value):
            problems.note(at, "The value must be a Guid.")
            return value
        return value.lower()


@dataclass(frozen=True)
class Day:
    """A date, YYYY-MM-DD."""

    required: bool = False

    def clean(self, value: Any, at: str, problems: Problems) -> Any:
        """The date as `datetime.date`."""
        if isinstance(value, str) and DAY.fullmatch(value):
            try:
                day = date.fromisoformat(value)
            except ValueError:
                day = date.min
            if FIRST_YEAR <= day.year <= LAST_YEAR:
                return day
        problems.note(at, "The value must be a date, YYYY-MM-DD.")
        return value


@dataclass(frozen=True)
class Shape:
    """An object with known properties."""

    properties: Mapping[str, Rule]
    required: bool = False

    @cached_property
    def names(self) -> dict[str, str]:
        """Name in small letters → the name as the file spells it."""
        return {name.lower(): name for name in self.properties}

    def clean(self, value: Any, at: str, problems: Problems, *, drop_unknown: bool = False) -> Any:
        """A new object with every known property, None for what is absent."""
        if not isinstance(value, dict):
            problems.note(at or "body", "The value must be an object.")
            return {}
        prefix = f"{at}." if at else ""
        given: Json = {self.names.get(name.lower()) or name: part for name, part in value.items()}
        for name in given.keys() - self.properties.keys() if not drop_unknown else ():
            problems.note(prefix + name, "The field is unknown.")
        result: Json = {}
        for name, rule in self.properties.items():
            part = given.get(name)
            if part is None and rule.required:
                problems.note(prefix + name, "The field is required.")
            elif part is not None:
                part = _cleaned(rule, part, prefix + name, problems, drop_unknown)
            result[name] = part
        return result


@dataclass(frozen=True)
class Rows:
    """An array of at least one object."""

    shape: Shape = field(default_factory=lambda: Shape({}))
    required: bool = False

    def clean(self, value: Any, at: str, problems: Problems, *, drop_unknown: bool = False) -> Any:
        """The cleaned items."""
        if not isinstance(value, list) or not value:
            problems.note(at, "The value must be a list with at least one item.")
            return []
        return [
            self.shape.clean(item, f"{at}[{index}]", problems, drop_unknown=drop_unknown)
            for index, item in enumerate(value)
        ]


def _cleaned(rule: Rule, value: Any, at: str, problems: Problems, drop_unknown: bool) -> Any:
    if isinstance(rule, Shape | Rows):
        return rule.clean(value, at, problems, drop_unknown=drop_unknown)
    return rule.clean(value, at, problems)


def decimals(number: Decimal) -> int:
    """How many decimals a number has, zeros at the end apart."""
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def clean(shape: Shape, body: Any, *, drop_unknown: bool = False) -> Json:
    """`body` cleaned by `shape`. Raises Refusal 400 (code 42) with everything that is wrong."""
    if not isinstance(body, dict):
        raise Refusal(400, 44, "The request body must be a JSON object.")
    problems = Problems()
    result: Json = shape.clean(body, "", problems, drop_unknown=drop_unknown)
    if problems:
        raise invalid(problems)
    return result
