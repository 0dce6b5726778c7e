"""The transcription of Dinero's OpenAPI file, read from beside the project when it is there; never copied into it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).resolve().parents[4] / "shared" / "reference" / "schemas"
REASON = "SKIPPED LOUDLY: ../shared/reference/schemas is missing, so nothing is held against Dinero's schemas"

needed = pytest.mark.skipif(not SCHEMAS.is_dir(), reason=REASON)


@cache
def openapi() -> dict[str, Any]:
    """The file."""
    path = SCHEMAS / "dinero" / "dinero-openapi-subset.transcribed.json"
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def schema(name: str) -> dict[str, Any]:
    """One schema of the file."""
    found: dict[str, Any] = openapi()["components"]["schemas"][name]
    return found


def resolved(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule, or the schema that it refers to."""
    return schema(rule["$ref"].rsplit("/", 1)[-1]) if "$ref" in rule else rule


def answer_schema(method: str, path: str) -> dict[str, Any] | None:
    """The schema of an address's answer; None where the file has none."""
    content = openapi()["paths"][path][method.lower()]["responses"]["200"].get("content")
    return content["application/json"]["schema"] if content else None


def errors(rule: dict[str, Any], document: Any) -> list[str]:
    """What in `document` does not fit."""
    root = {**rule, "components": openapi()["components"]}
    return [f"{list(error.path)}: {error.message}" for error in Draft202012Validator(root).iter_errors(document)]


def written(rule: dict[str, Any], at: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], dict[str, Any], bool]]:
    """Every property of a body: its path, its rule, whether it is required; arrays by their first item."""
    for name, part in rule.get("properties", {}).items():
        part = resolved(part)
        yield (*at, name), part, name in rule.get("required", ())
        if "items" in part:
            yield from written(resolved(part["items"]), (*at, name, 0))
