"""Something that is looked at again and again beside every worker, with or without a broker."""

from __future__ import annotations

import logging
import random
import threading
from abc import ABC, abstractmethod

from django.db import close_old_connections

log = logging.getLogger(__name__)


class Loop(threading.Thread, ABC):
    """Does `once` every `seconds` until `ending` is set; a time that fails is logged and the next one comes."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.ending = threading.Event()

    @property
    @abstractmethod
    def seconds(self) -> float:
        """About how long to rest between two looks."""

    @abstractmethod
    def once(self) -> None:
        """One look."""

    def run(self) -> None:
        while not self.ending.wait(self.seconds * random.uniform(0.8, 1.2)):  # noqa: S311 - only spreads load
            try:
                close_old_connections()
                self.once()
            except Exception as error:  # noqa: BLE001 - a loop that ends would be a silent stop
                log.warning("%s: %s", self.name, type(error).__name__)
