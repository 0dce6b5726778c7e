"""What must hold before a draft is replaced or deleted by its number, since numbers are given again."""

from __future__ import annotations

import uuid

from accounting.base import Call, Receipt
from accounting.providers.economic.answers import reference
from accounting.providers.economic.client import Client
from connector.core.errors import Rejected


def require(client: Client, call: Call) -> None:
    """Raise Rejected (draft-deleted) unless the draft that a call corrects is there and ours: a PUT to a number that is
    not used makes a new draft (fact sheet, 4.4)."""
    row = client.one(call.path)
    if row is None or reference(row) != call.about["key"]:
        raise Rejected("draft-deleted", order=str(call.about["order"]))


def discard(client: Client, draft: Receipt) -> None:
    """Delete one surplus draft, as long as it still carries our key. The idempotency key is this very draft's:
    repeated, the deletion cannot meet the next owner of its number."""
    path = f"/invoices/drafts/{int(draft.id)}"
    row = client.one(path)
    if row is None or reference(row) != draft.more["key"]:
        return
    name = f"discard {draft.id} {draft.more['key']} {row.get('lastUpdated', '')}"
    key = str(uuid.uuid5(uuid.NAMESPACE_URL, name))
    client.write("rest", "DELETE", path, None, key, {})
