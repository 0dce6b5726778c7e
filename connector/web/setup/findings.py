"""What keeps the connection or the settings from being used, in the words of the reasons."""

from __future__ import annotations

from accounting.models import Connection
from accounting.registry import provider_class
from connector.sync import ahead
from connector.sync.models import Integration
from connector.web.frame.reasons import Explanation, explain_code
from shops.models import Shop


def told(connection: Connection, shop: Shop) -> list[Explanation]:
    """What the last self-check found, and what the shop's settings chose and the books lost since; explained."""
    settings = Integration.objects.filter(shop=shop, connection=connection, is_active=True, settings__isnull=False)
    values = settings.values_list("settings__values", flat=True).first() or {}
    found = ahead.findings(connection, provider_class(connection.provider), values)
    name = connection.provider
    return [explain_code(finding.code, shop=shop, provider=name, facts=finding.facts) for finding in found]
