"""From rows to the objects that talk to the outside: built in the tenant's scope, used outside it."""

from __future__ import annotations

from django.conf import settings

from accounting import registry as provider_registry
from accounting.base import AccountingProvider
from accounting.keys import StoredKeys
from accounting.models import Connection
from accounting.pace import Paced
from connector.lib.http import Network, Transport
from connector.sync import learnt
from connector.tenancy.secrets import reveal
from shops import registry as shop_registry
from shops.base import ShopAdapter, ShopSettings
from shops.models import Shop


def provider_classes() -> dict[str, type[AccountingProvider]]:
    """The registered providers by name."""
    return {name: provider_registry.provider_class(name) for name in provider_registry.PROVIDERS}


def adapter_classes() -> dict[str, type[ShopAdapter]]:
    """The registered shop platforms by kind."""
    return {kind: shop_registry.adapter_class(kind) for kind in shop_registry.ADAPTERS}


def network() -> Transport:
    """A transport for one drain or page: keeps connections open between its calls."""
    return Network(settings.OUTBOUND_ALLOW)


def provider_for(connection: Connection, transport: Transport | None = None) -> AccountingProvider:
    """The provider of a connection, with its keys."""
    made = provider_registry.provider_class(connection.provider)
    config, way_out = settings.ACCOUNTING[connection.provider], transport or network()
    kept = connection.choices | learnt.for_provider(connection.learnt)
    keys = StoredKeys(connection, config, way_out)
    if made.calls_a_minute and connection.company_number:
        way_out = Paced(way_out, f"{connection.provider}:{connection.company_number}", made.calls_a_minute)
    return made.build(config, keys, kept, way_out)


def adapter_for(shop: Shop, transport: Transport | None = None) -> ShopAdapter:
    """The adapter of a connected shop, with its key and its webhooks' secrets."""
    secret = reveal(shop, "secret")
    made = shop_registry.adapter_class(shop.kind)
    about = ShopSettings(
        platform_id=shop.platform_id,
        home_country=shop.country,
        home_currency=shop.currency,
        auth_form=shop.auth_form,
        secrets=tuple(secret.get("webhooks", ())),
        signing_form=shop.signing_form,
    )
    return made.build(settings.SHOPS[shop.kind], about, secret.get("token", ""), transport or network())
