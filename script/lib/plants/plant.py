"""A defect that somebody could make, and the tests that are there to see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Plant:
    """One line of the product, changed. `old` stands exactly once in `file`; `tests` are pytest's node ids."""

    rule: str
    file: str
    old: str
    new: str
    tests: Sequence[str]

    def planted(self, text: str) -> str:
        """The file's text with the defect. Raises ValueError where the old text does not stand exactly once."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.rule}: {self.old!r} stands {text.count(self.old)} times in {self.file}")
        return text.replace(self.old, self.new)
