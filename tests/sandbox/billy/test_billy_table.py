"""The stand-in's resources against Billy's property table, read from beside the project when it is there."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sandbox.billy.shapes import SHAPES

SCHEMAS = Path(__file__).resolve().parents[4] / "shared" / "reference" / "schemas"
REASON = "SKIPPED LOUDLY: ../shared/reference/schemas is missing, so nothing is held against Billy's property table"

pytestmark = [pytest.mark.tools, pytest.mark.skipif(not SCHEMAS.is_dir(), reason=REASON)]

NOT_IN_THE_TABLE = {"invoices": {"orderNo", "externalId"}}
"""In the data and the filters only (fact sheet, section 6)."""

SHORTENED = {"countries": {"hasFiniteStates", "hasFiniteZipcodes", "icon"}} | {
    "taxRates": {"netAmountMetaFieldId", "deductionComponents"}
}
READ_ONLY_HERE = {
    ("contacts", "accessCode"): "4: read-only in effect",
    ("invoices", "lineDescription"): "6: worked out from the lines",
    ("invoices", "downloadUrl"): "6: made by Billy",
}
SETTABLE_HERE = {("invoices", "dueDate"): "6: read-only by the switch due_date"}


@cache
def table() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SCHEMAS / "billy" / "billy-v2-properties.derived.json").read_text())
    return loaded


@pytest.mark.parametrize("resource", SHAPES)
def test_a_resource_has_the_tables_properties(resource):
    wanted = set(table()[resource]["properties"]) | NOT_IN_THE_TABLE.get(resource, set())
    assert set(SHAPES[resource].properties) == wanted - SHORTENED.get(resource, set())


@pytest.mark.parametrize("resource", list(SHAPES)[: list(SHAPES).index("balanceModifiers") + 1])
def test_a_property_is_of_the_tables_kind(resource):
    for name, told in table()[resource]["properties"].items():
        prop = SHAPES[resource].properties[name]
        assert prop.kind == told["type"], name
        assert prop.immutable is told.get("immutable", False) or (prop.kind == "has-many" and not prop.rows), name
        is_readonly = told.get("readonly", False)
        is_readonly = ((resource, name) in READ_ONLY_HERE or is_readonly) and (resource, name) not in SETTABLE_HERE
        assert prop.readonly is is_readonly, name


def test_what_is_required_here_the_table_requires_too():
    for resource, shape in SHAPES.items():
        told = table()[resource]["properties"]
        for name, prop in shape.properties.items():
            if prop.required and (resource, name) != ("bankPayments", "associations"):
                assert told[name].get("required"), (resource, name)


def test_what_a_company_shows_is_in_the_table(billy):
    beyond = {"id", "fiscalLockingDate"}
    shown = set(billy.get("organization")["organization"])
    assert shown - beyond <= set(table()["organizations"]["properties"])
