"""JSON as e-conomic writes and reads it: numbers keep their decimals, nothing passes through a float."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any, NoReturn

Json = dict[str, Any]

# json has no hook for printing a number with trailing zeros (2.500000, 125.0000 in recorded answers,
# section 14), so Decimals leave as marked strings and lose mark and quotes afterwards.
_MARK = "\x00#"
_MARKED = re.compile(r'"\\u0000#(-?[0-9.]+)"')


def encode(document: object) -> bytes:
    """`document` as UTF-8 JSON; a Decimal becomes a number with exactly its decimals."""
    text = json.dumps(document, ensure_ascii=False, default=_marked)
    return _MARKED.sub(r"\1", text).encode("utf-8", "replace")


def _marked(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{_MARK}{value:f}"
    raise TypeError(f"{type(value).__name__} is not JSON")


def parse(body: bytes) -> Any:
    """The JSON document in `body`, its fractions as Decimal. Raises ValueError when it is none."""
    return json.loads(body, parse_float=Decimal, parse_constant=_refuse)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def amount(hundredths: int, decimals: int = 2) -> Decimal:
    """Hundredths as a Decimal that prints with `decimals` places (at least two)."""
    return scaled(hundredths * 10 ** (decimals - 2), decimals)


def scaled(value: int, decimals: int) -> Decimal:
    """`value` × 10^-decimals, printing all its decimals."""
    return Decimal(value).scaleb(-decimals)


def hundredths(value: Decimal | int) -> int:
    """A number of at most two decimals as an integer of hundredths. Raises ValueError for more decimals."""
    return shifted(value, 2)


def shifted(value: Decimal | int, decimals: int) -> int:
    """A number as an integer of 10^-decimals. Raises ValueError when it has more decimals than that."""
    moved = Decimal(value).scaleb(decimals)
    if moved != moved.to_integral_value():
        raise ValueError(f"{value} has more than {decimals} decimals")
    return int(moved)
