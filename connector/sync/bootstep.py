"""Starts the sweep with every worker, before and without any broker."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import Any

from celery import bootsteps

log = logging.getLogger(__name__)


class SweepStep(bootsteps.StartStopStep):  # type: ignore[misc]
    """Frees what a dead worker of this name held, and starts the sweep."""

    def __init__(self, worker: Any, **options: Any) -> None:
        self.sweep: Any = None
        super().__init__(worker, **options)

    def start(self, worker: Any) -> None:
        # Celery imports this class before Django's models can be.
        sweep = import_module("connector.sync.sweep")
        self.sweep = sweep.begin(worker.hostname)

    def stop(self, _worker: Any) -> None:
        if self.sweep:
            self.sweep.ending.set()
