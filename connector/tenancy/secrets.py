"""A model's secret column: sealed for its own row, opened only where it is used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Model

from connector.lib.vault import Vault


@cache
def vault() -> Vault:
    """The installation's key ring."""
    return Vault(settings.ENCRYPTION_KEYS)


def place(row: Model, column: str) -> str:
    """Where a secret belongs: table, column, row."""
    return f"{row._meta.db_table}:{column}:{row.pk}"


def seal(row: Model, column: str, secret: Mapping[str, Any]) -> None:
    """Put `secret` into the row's column, sealed. The row must have its primary key; the caller saves it."""
    setattr(row, column, vault().seal(json.dumps(secret), place(row, column)))


def reveal(row: Model, column: str) -> dict[str, Any]:
    """Open what `seal` put there; an empty dict where there is nothing."""
    blob = getattr(row, column)
    opened: dict[str, Any] = json.loads(vault().open(blob, place(row, column))) if blob else {}
    return opened
