"""The scenarios of `script/demo --once`, one module for each thing that they are about."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from script.lib.scenario import Scenario


def catalogue() -> list[Scenario]:
    """Every scenario, those that are played alone last."""
    for module in pkgutil.iter_modules(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    kinds = _narrower(Scenario)  # type: ignore[type-abstract]  # asked for its subclasses, not for an instance
    found = [kind() for kind in kinds if hasattr(kind, "words")]
    return sorted(found, key=lambda scenario: scenario.alone)


def _narrower(kind: type[Scenario]) -> Iterator[type[Scenario]]:
    for narrower in kind.__subclasses__():
        yield narrower
        yield from _narrower(narrower)
