"""The vendor's own schemas, read from beside the project when they are there; never copied into it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft3Validator, Draft4Validator

SCHEMAS = Path(__file__).resolve().parents[4] / "shared" / "reference" / "schemas"
REASON = "SKIPPED LOUDLY: ../shared/reference/schemas is missing, so nothing is held against the vendor's schemas"

needed = pytest.mark.skipif(not SCHEMAS.is_dir(), reason=REASON)


@cache
def legacy(name: str) -> dict[str, Any]:
    """A draft-03 schema of the legacy host, by its file name without the ending."""
    text = (SCHEMAS / "economic-legacy" / f"{name}.schema.json").read_text("utf-8-sig")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def legacy_errors(name: str, document: Any) -> list[str]:
    """What in `document` does not fit the legacy schema `name`, decimals included."""
    schema = legacy(name)
    found = [f"{list(error.path)}: {error.message}" for error in Draft3Validator(schema).iter_errors(document)]
    return found + _too_precise(schema, document, name)


def _too_precise(schema: dict[str, Any], value: Any, at: str) -> list[str]:
    """Numbers with more decimals than `maxDecimal` allows, trailing zeros apart."""
    if isinstance(value, list):
        items = schema.get("items", {})
        items = items[0] if isinstance(items, list) else items
        return [text for item in value for text in _too_precise(items, item, f"{at}[]")]
    if isinstance(value, dict):
        rules = schema.get("properties", {})
        return [text for key in value if key in rules for text in _too_precise(rules[key], value[key], f"{at}.{key}")]
    if "maxDecimal" not in schema or not isinstance(value, float):
        return []
    return [] if round(value, schema["maxDecimal"]) == value else [f"{at}: {value} has too many decimals"]


@cache
def openapi(service: str) -> dict[str, Any]:
    """One of the vendor's OpenAPI files with its nullable types written as JSON Schema knows them."""
    loaded: dict[str, Any] = json.loads((SCHEMAS / "economic-openapi" / f"openapi-{service}.json").read_text())
    _spell_nullable(loaded["components"]["schemas"])
    return loaded


def _spell_nullable(node: Any) -> None:
    if isinstance(node, list):
        for item in node:
            _spell_nullable(item)
    elif isinstance(node, dict):
        if node.get("nullable") is True and isinstance(node.get("type"), str):
            node["type"] = [node["type"], "null"]
        for item in node.values():
            _spell_nullable(item)


def openapi_errors(service: str, schema: str, document: Any) -> list[str]:
    """What in `document` does not fit the schema `schema` of an OpenAPI file."""
    root = {"$ref": f"#/components/schemas/{schema}", "components": openapi(service)["components"]}
    return [f"{list(error.path)}: {error.message}" for error in Draft4Validator(root).iter_errors(document)]
