"""Which accounting providers there are. A new one is one folder, one line here and one contract test."""

from __future__ import annotations

from importlib import import_module

from accounting.base import AccountingProvider

PROVIDERS = {
    "economic": "accounting.providers.economic.provider.Economic",
    "dinero": "accounting.providers.dinero.provider.Dinero",
    "billy": "accounting.providers.billy.provider.Billy",
}
"""Name as stored with a connection → dotted path, imported on use."""


def provider_class(name: str) -> type[AccountingProvider]:
    """The class of the provider called `name`. Raises KeyError for an unknown name."""
    module, _, attribute = PROVIDERS[name].rpartition(".")
    found: type[AccountingProvider] = getattr(import_module(module), attribute)
    return found
