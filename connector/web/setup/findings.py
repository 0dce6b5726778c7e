"""What the self-check of a connection found, in the words of the reasons."""

from __future__ import annotations

from accounting.models import Connection
from connector.web.frame.reasons import Explanation, explain_code
from shops.models import Shop


def told(connection: Connection, shop: Shop) -> list[Explanation]:
    """The findings that the connection keeps, explained."""
    return [
        explain_code(found["code"], shop=shop, provider=connection.provider, facts=found.get("facts"))
        for found in connection.findings
    ]
