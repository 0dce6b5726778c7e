"""The people who can sign in, made by the product's own command."""

from __future__ import annotations

import json
import secrets

from script.lib import product
from script.lib.owner import Login
from script.lib.run import Run


def of_the_demo(run: Run, *options: str) -> list[Login]:
    """The demo's own people, made where they are missing; with `--more` those of a third business, too."""
    return _made(run, *options)


def make(run: Run, count: int, prefix: str) -> list[Login]:
    """Owners of so many new businesses. New ones each time: a database that a person brought keeps the old ones."""
    return _made(run, "--tenants", str(count), "--prefix", f"{prefix}-{secrets.token_hex(3)}")


def _made(run: Run, *options: str) -> list[Login]:
    return [Login.of(json.loads(text)) for text in run.finish(product.manage("demo_people", *options))]
