"""Which shop platforms there are. A new one is one folder, one line here and one contract test."""

from __future__ import annotations

from importlib import import_module

from shops.base import ShopAdapter

ADAPTERS: dict[str, str] = {
    "shoporama": "shops.adapters.shoporama.adapter.Shoporama",
}
"""Kind → dotted path, imported on use."""


def adapter_class(kind: str) -> type[ShopAdapter]:
    """The adapter of this kind. Raises LookupError for an unknown one."""
    module, _, name = ADAPTERS[kind].rpartition(".")
    found: type[ShopAdapter] = getattr(import_module(module), name)
    return found
