"""Signatures over raw bodies: which header carries one, made how, is found by trying the usual forms.

A form is named `<header>:<algorithm>:<encoding>`, e.g. `x-shoporama-signature:sha256:hex`.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator, Mapping, Sequence

ALGORITHMS = ("sha256", "sha1", "sha512")
ENCODINGS = ("hex", "base64", "prefixed-hex", "prefixed-base64")
"""A prefixed one begins with the algorithm and an equals sign: `sha256=…`."""

LONGEST_VALUE = 200
"""Characters; a prefixed SHA-512 in hex has 135. Longer headers are no signatures and are not worth comparing."""
LONGEST_NAME = 80


def encoded(digest: bytes, algorithm: str, encoding: str) -> str:
    """A digest as the header carries it."""
    written = digest.hex() if encoding.endswith("hex") else base64.b64encode(digest).decode()
    return f"{algorithm}={written}" if encoding.startswith("prefixed") else written


def signatures(secret: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    """Every form's `<algorithm>:<encoding>` with the value that it gives for this secret and body."""
    for algorithm in ALGORITHMS:
        digest = hmac.digest(secret.encode(), body, algorithm)
        for encoding in ENCODINGS:
            yield f"{algorithm}:{encoding}", encoded(digest, algorithm, encoding).encode()


def find_form(headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> str:
    """The form in which a header proves the body under one of `secrets`; empty when none does.

    Header names in lower case. Every comparison is made, in constant time, so that the time taken tells nothing.
    """
    plausible = {name: _bytes(value) for name, value in headers.items() if _may_sign(name, value)}
    found = ""
    for form, value in _values(secrets, body):
        for name, sent in plausible.items():
            if hmac.compare_digest(sent, value) and not found:
                found = f"{name}:{form}"
    return found


def proves(form: str, headers: Mapping[str, str], body: bytes, secrets: Sequence[str]) -> bool:
    """Whether the body is proved in exactly this form by one of `secrets`, compared in constant time."""
    name, _, how = form.partition(":")
    sent = _bytes(headers.get(name, ""))
    fits = [hmac.compare_digest(sent, value) for tried, value in _values(secrets, body) if tried == how]
    return any(fits)


def _values(secrets: Sequence[str], body: bytes) -> Iterator[tuple[str, bytes]]:
    """An empty secret proves nothing: anybody can sign with it."""
    for secret in filter(None, secrets):
        yield from signatures(secret, body)


def _may_sign(name: str, value: str) -> bool:
    return len(name) <= LONGEST_NAME and len(value) <= LONGEST_VALUE


def _bytes(value: str) -> bytes:
    return value.encode(errors="surrogateescape")
