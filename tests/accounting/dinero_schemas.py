"""Dinero's own OpenAPI file (transcribed), held against every request of our client and every answer that it is given.

The file is no part of this project; where it is not at hand nothing is checked, and one test says so loudly.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from connector.lib.http import Answer
from tests.accounting.wire import Sent

FILE = Path(__file__).resolve().parents[2].parent / "shared" / "reference" / "schemas" / "dinero"
NAME = "dinero-openapi-subset.transcribed.json"
PREFIX = "/dinero"
SIGNS = {"guid": "[0-9a-f-]{36}", "paymentGuid": "[0-9a-f-]{36}", "organizationId": r"\d+"}
checked: list[str] = []
"""The operations that requests were held against."""


def at_hand() -> bool:
    return (FILE / NAME).is_file()


def check(sent: Sent) -> None:
    """Raise AssertionError for an address, a query or a body that the file does not have."""
    if not at_hand():
        return
    path, operation = _operation(sent)
    checked.append(f"{sent.method} {path}")
    known = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"}
    assert set(sent.query) <= known, f"{path}: {sorted(set(sent.query) - known)}"
    content = operation.get("requestBody", {}).get("content")
    assert bool(sent.body) == bool(content), f"{path}: a body is {'wanted' if content else 'not taken'}"
    if content:
        _fits(path, content["application/json"]["schema"], json.loads(sent.body))


def check_answer(sent: Sent, answer: Answer) -> None:
    """Raise AssertionError for an answer that the file does not have: then our client would be tried on a fiction."""
    if not at_hand() or not answer.ok or not answer.body:
        return
    path, operation = _operation(sent)
    content = operation["responses"]["200"].get("content")
    if content:
        _fits(path, content["application/json"]["schema"], json.loads(answer.body))


def _fits(path: str, schema: dict[str, Any], document: Any) -> None:
    root = {**schema, "components": _file()["components"]}
    errors = [f"{list(error.path)}: {error.message}" for error in Draft202012Validator(root).iter_errors(document)]
    assert not errors, f"{path}: {errors}"


def _operation(sent: Sent) -> tuple[str, dict[str, Any]]:
    for pattern, path in _patterns():
        if pattern.fullmatch(sent.path):
            found: dict[str, Any] = _file()["paths"][path].get(sent.method.lower(), {})
            assert found, f"no {sent.method} {path}"
            return path, found
    raise AssertionError(f"no such address: {sent.path}")


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(PREFIX + _pattern(path)), path) for path in _file()["paths"]]


def _pattern(path: str) -> str:
    return "".join(SIGNS.get(part[1:-1], re.escape(part)) for part in re.split(r"(\{\w+\})", path))


@cache
def _file() -> dict[str, Any]:
    read: dict[str, Any] = json.loads((FILE / NAME).read_text())
    return read
