"""The company itself (fact sheet, section 1)."""

from __future__ import annotations

from sandbox.wire import Reply

from .call import Call, Routes, refuse_method
from .errors import not_found


def own(call: Call) -> Reply:
    """The company that the token is of; it can only be read here."""
    return call.answer({"organization": call.company.document()})


def every(call: Call) -> Reply:
    """The companies that the token reaches: one."""
    return call.answer({"organizations": [call.company.document()]})


def one(call: Call, id_: str) -> Reply:
    """The company by its id."""
    if id_ != call.company.id:
        raise not_found("organization", id_)
    return own(call)


ROUTES: Routes = {
    ("GET", "organization"): own,
    ("GET", "organizations"): every,
    ("GET", "organizations/{}"): one,
    ("DELETE", "organizations/{}"): refuse_method,
}
