"""Starts the sweep and the night's work with every worker, before and without any broker."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

from celery import bootsteps

log = logging.getLogger(__name__)


class SweepStep(bootsteps.StartStopStep):  # type: ignore[misc]
    """Frees what a dead worker of this name held, and starts the sweep and the night's work."""

    def __init__(self, worker: Any, **options: Any) -> None:
        self.loops: list[Any] = []
        super().__init__(worker, **options)

    def start(self, worker: Any) -> None:
        # Celery imports this class before Django's models can be.
        sweep, nightly = (import_module(f"connector.sync.{name}") for name in ("sweep", "nightly"))
        self.loops = [sweep.begin(worker.hostname), nightly.begin()]

    def stop(self, _worker: Any) -> None:
        for loop in self.loops:
            loop.ending.set()
