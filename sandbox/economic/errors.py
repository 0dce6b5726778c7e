"""Refusals and the shapes e-conomic gives them (fact sheet, section 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .wirejson import Json

Path = tuple[str | int, ...]

VALIDATION = "E04300"
MISSING = "E04042"
NO_REFERENCE = "E04500"
QUANTITY_NEEDED = "E04730"
TOO_MANY_DECIMALS = "E04740"
DUE_BEFORE_DATE = "E04760"
PAGE_SIZE = "E04810"
NOT_FOUND = "E06000"
PRODUCT_BARRED = "E06600"
TERMS_NOT_FOUND = "E07080"
ACCOUNT_NOT_FOUND = "E07150"
TERMS_TYPE = "E07180"
PERIOD_BARRED = "E04041"
SECRET_MISMATCH = "E02250"  # noqa: S105 - an error code


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a request body; `path` leads to it, list positions as integers."""

    path: Path
    message: str
    code: str | None = None
    value: Any = None


class Invalid(Exception):
    """The body was refused: 400 with every problem found."""

    def __init__(self, problems: Iterable[Problem], *, as_array: bool = False) -> None:
        super().__init__()
        self.problems = list(problems)
        self.as_array = as_array


class Refusal(Exception):
    """Any other refusal: a status, a text and perhaps a code.

    `more` are further keys at the top of a legacy answer; `openapi_code` is the newer host's word for it.
    """

    def __init__(
        self,
        status: int,
        message: str,
        code: str | None = None,
        *,
        openapi_code: str | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.more = status, message, code, more
        self.openapi_code = openapi_code or code or "InvalidInput"
        self.headers = dict(headers or {})


def not_found() -> Refusal:
    """The 404 of section 6.1."""
    return Refusal(404, "Resource not found.", openapi_code="ResourceNotFound")


def gone(kind: str) -> Refusal:
    """The 404 of a repeated DELETE (section 4.4)."""
    return Refusal(404, f"{kind} not found.", NOT_FOUND, openapi_code="ResourceNotFound")


@dataclass(frozen=True)
class Stamp:
    """What every error answer carries: a trace number and a time."""

    serial: int
    moment: str
    shape: str = "2024"
    leaf_code: str | None = None

    @property
    def log_id(self) -> str:
        """16 hex digits, a dash and an airport."""
        return f"{self.serial:016x}-CPH"


def legacy(stamp: Stamp, refusal: Refusal) -> Json:
    """A legacy error document that is not a validation failure."""
    answer: Json = {"message": refusal.message}
    if refusal.code:
        answer["errorCode"] = refusal.code
    answer |= {
        "developerHint": "See the documentation of the endpoint.",
        "logId": stamp.log_id,
        "httpStatusCode": refusal.status,
    }
    return answer | refusal.more | {"logTime": stamp.moment}


def legacy_validation(stamp: Stamp, invalid: Invalid) -> Json:
    """The nested document of section 6.2; for vouchers `errors` is an array."""
    count = len(invalid.problems)
    tree: Json = {}
    for problem in invalid.problems:
        _place(tree, problem.path).setdefault("errors", []).append(_leaf(stamp, problem))
    answer: Json = {
        "message": f"Validation failed. {count} error{'s' if count != 1 else ''} found.",
        "errorCode": VALIDATION,
        "developerHint": "Inspect validation errors and correct your request.",
        "logId": stamp.log_id,
        "httpStatusCode": 400,
        "errors": _voucher_errors(tree) if invalid.as_array else tree,
        "logTime": stamp.moment,
    }
    if stamp.shape == "2019":
        return answer | {"errors": _older(answer["errors"])}
    return answer | {"errorCount": count}


def _place(tree: Json, path: Path) -> Json:
    place = tree
    for step in path:
        place = place.setdefault(step, {}) if isinstance(step, str) else _row(place, step)
    return place


def _row(place: Json, index: int) -> Json:
    rows: list[Json] = place.setdefault("items", [])
    for row in rows:
        if row["arrayIndex"] == index:
            return row
    rows.append({"arrayIndex": index})
    return rows[-1]


def _leaf(stamp: Stamp, problem: Problem) -> Json:
    name = problem.path[-1] if problem.path else ""
    if stamp.shape == "2019":
        leaf: Json = {"propertyName": name, "message": problem.message, "value": problem.value}
    else:
        leaf = {"propertyName": name, "errorMessage": problem.message, "inputValue": problem.value}
    code = problem.code or stamp.leaf_code
    if code:
        leaf["errorCode"] = code
    return leaf | {"developerHint": "See the documentation of the property."}


def _voucher_errors(tree: Json) -> list[Json]:
    """One voucher a request; its entries list an empty `errors` beside `items` (section 6.2, recorded)."""
    voucher = {"arrayIndex": 0, **tree}
    if "items" in tree.get("entries", {}):
        voucher["entries"] = {"errors": tree["entries"].get("errors", []), **tree["entries"]}
    return [voucher]


def _older(node: Any) -> Any:
    """The 2019 shape: lists of rows stand directly under their property."""
    if isinstance(node, list):
        return [_older(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "items" in node and not node.get("errors"):
        return _older(node["items"])
    return {key: value if key == "errors" else _older(value) for key, value in node.items()}


def problem_json(stamp: Stamp, refusal: Refusal, problems: Iterable[Problem] = ()) -> Json:
    """The document of the newer host (section 6.5)."""
    errors = [{"message": p.message, "errorCode": p.code, "property": _dotted(p.path)} for p in problems]
    return {
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5",
        "title": refusal.message,
        "status": refusal.status,
        "detail": None,
        "instance": None,
        "errors": errors,
        "traceId": stamp.log_id,
        "traceTimeUtc": stamp.moment + "Z",
        "errorCode": refusal.openapi_code,
    }


def problem_validation(stamp: Stamp, invalid: Invalid, *, code_place: str) -> Json:
    """A validation failure of the newer host; `code_place` "top" lifts the first code to the top (6.5)."""
    message = "One or more validation errors occurred."
    if code_place == "top" and invalid.problems:
        first = invalid.problems[0]
        return problem_json(stamp, Refusal(400, first.message, first.code))
    return problem_json(stamp, Refusal(400, message, "InvalidInput"), invalid.problems)


def _dotted(path: Path) -> str:
    return ".".join(str(step) for step in path)
