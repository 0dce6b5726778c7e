"""What is written down of support's own doings."""

from __future__ import annotations

from connector.staff.models import StaffEntry
from connector.sync.acts import Person
from connector.tenancy.models import User

OURS = "Connector"


def person(user: User) -> Person:
    """One of us, under the name that a business's own history shows."""
    return Person(user, f"{user}, {OURS}")


def note(user: User, what: str, business: int | None = None, **facts: str) -> None:
    """Write down what one of us did. `business` is the tenant that it was about."""
    StaffEntry.objects.create(user=user, who=str(user)[:200], what=what, business=business, facts=facts)
