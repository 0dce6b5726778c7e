"""The books of the financial systems that the sandbox stands in for, one module for each system."""

from __future__ import annotations

from collections.abc import Mapping

from script.lib.books.base import Books, Held
from script.lib.books.billy import Billy
from script.lib.books.dinero import Dinero
from script.lib.books.economic import Economic

KINDS: Mapping[str, type[Books]] = {kind.provider: kind for kind in (Economic, Dinero, Billy)}
"""The product's name of a financial system → its books."""

__all__ = ["KINDS", "Billy", "Books", "Dinero", "Economic", "Held"]
