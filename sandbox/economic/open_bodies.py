"""What the newer host accepts in journalsapi 15.0.0 and bookedEntriesapi 4.0.0 (fact sheet, 11.3 and 15).

The files forbid unknown properties; live, another service of the host ignored them, so both are offered
as the switch `unknown_properties`. Nullable properties may be null, the required ones may not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from . import errors
from .bodies import LARGEST_ID
from .call import Call
from .errors import Invalid, Path, Problem
from .validate import Moment, Number, Problems, Rows, Rule, Shape, Text, Whole
from .wirejson import Json

INT32 = 2**31 - 1
ANY_INT = Whole(min=-INT32 - 1, max=INT32)
REQUIRED_INT = Whole(min=-INT32 - 1, max=INT32, required=True)

READ_ONLY = ("entryNumber", "objectVersion")

TEXTS = (
    "vatCode",
    "contraVatCode",
    "text",
    "customerInvoiceNumber",
    "supplierInvoiceNumber",
    "supplierPaymentBank",
    "supplierPaymentMessage",
)
NUMBERS = (
    "accountNumber",
    "contraAccountNumber",
    "projectNumber",
    "costTypeNumber",
    "customerNumber",
    "supplierNumber",
    "supplierPaymentType",
)

# Codes of the vendor's list that a missing property leads to.
MISSING_CODES = {"currency": "JournalEntryCurrencyNotSet", "amount": "JournalEntryEitherAmountsNotSet"}


def draft_entry(*, bare_dates: bool) -> Shape:
    """The body of POST /draft-entries; whether a date without time will do is a switch."""
    rules: dict[str, Rule] = {
        "entryTypeNumber": REQUIRED_INT,
        "journalNumber": REQUIRED_INT,
        "date": Moment(required=True, bare=bare_dates),
        "amount": Number(decimals=2, required=True),
        "currency": Text(min=1, required=True),
        "voucherNumber": Whole(min=0, max=LARGEST_ID),
        "exchangeRate": Number(decimals=6),
        "dueDate": Moment(bare=bare_dates),
    }
    return Shape(rules | dict.fromkeys(TEXTS, Text()) | dict.fromkeys(NUMBERS, ANY_INT))


BOOK_ENTRIES = Shape({"entryNumbers": Rows(ANY_INT, required=True)})
MATCH = Shape({"entryIds": Rows(ANY_INT, required=True)})
INTERVAL = {bare: Shape({"fromDate": Moment(True, bare), "toDate": Moment(True, bare)}) for bare in (True, False)}


def cleaned(call: Call, shape: Shape, body: Any, at: Path = ()) -> Json:
    """`body` cleaned by `shape`. Raises Invalid with the newer host's codes."""
    problems = Problems()
    if isinstance(body, Mapping):
        if call.switch("unknown_properties") == "refuse":
            for name in body:
                if name not in shape.properties and name not in READ_ONLY:
                    problems.note((*at, name), f"The property '{name}' is not known.", "InvalidInput")
        required = {name for name, rule in shape.properties.items() if rule.required}
        body = {name: value for name, value in body.items() if value is not None or name in required}
    result: Json = shape.clean(body, at, problems)
    if problems:
        raise Invalid([_with_code(problem) for problem in problems])
    return result


def _with_code(problem: Problem) -> Problem:
    name = str(problem.path[-1]) if problem.path else ""
    if problem.code == errors.MISSING:
        return Problem(problem.path, problem.message, MISSING_CODES.get(name, "InvalidInput"), problem.value)
    if problem.code and not problem.code.startswith("E0"):
        return problem
    return Problem(problem.path, problem.message, "InvalidInput", problem.value)
