"""Ids as Billy makes them: 22 characters of letters and digits (fact sheet, section 2)."""

from __future__ import annotations

import hashlib
import re

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LENGTH = 22
ID = re.compile(rf"(?=[A-Za-z]*\d)[0-9A-Za-z]{{{LENGTH}}}")
"""An id has a digit; two names of resources are as long and have none."""


def identity(owner: int, serial: int) -> str:
    """The id of the thing number `serial` in the books of company `owner`."""
    value = int.from_bytes(hashlib.sha256(f"billy/{owner}/{serial}".encode()).digest())
    characters = []
    for _ in range(LENGTH - 1):
        value, index = divmod(value, len(ALPHABET))
        characters.append(ALPHABET[index])
    return "".join(characters) + str(serial % 10)
