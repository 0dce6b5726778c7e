"""What an installation must not be started with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def outbound_is_closed(**_: Any) -> list[Error]:
    """Private addresses may be called only where the sandbox stands in for the outside systems."""
    if not settings.OUTBOUND_ALLOW:
        return []
    listed = ", ".join(f"{host}:{port}" for host, port in sorted(settings.OUTBOUND_ALLOW))
    return [Error(f"OUTBOUND_ALLOW opens {listed}", hint="Leave it unset outside the demo.", id="connector.E001")]


@register(Tags.security, deploy=True)
def app_keys_are_set(**_: Any) -> list[Error]:
    """Without our app's own keys no provider can be connected."""
    empty = [
        f"{name}.{key}" for name, config in settings.ACCOUNTING.items() for key, value in config.items() if not value
    ]
    return [Error(f"{name} is empty", id="connector.E002") for name in empty]
