"""Starts telling people with every worker, beside the engine's own loops."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from celery import bootsteps


class TellingStep(bootsteps.StartStopStep):  # type: ignore[misc]
    """Starts and ends the loop that judges and sends."""

    def __init__(self, worker: Any, **options: Any) -> None:
        self.loop: Any = None
        super().__init__(worker, **options)

    def start(self, _worker: Any) -> None:
        # Celery imports this class before Django's models can be.
        loop, mails = import_module("connector.notices.loop"), import_module("connector.web.notices.mails")
        self.loop = loop.Telling(mails.write)
        self.loop.start()

    def stop(self, _worker: Any) -> None:
        if self.loop:
            self.loop.ending.set()
