"""Telling, as a loop beside every worker: judges the shops where something happened, and sends what is due."""

from __future__ import annotations

import logging

from connector.notices import lookups, post, watching
from connector.notices.post import Write
from connector.sync import clock
from connector.sync.loop import Loop

log = logging.getLogger(__name__)

LOOKS_EVERY_SECONDS = 15.0
MOST = 200


class Telling(Loop):
    """Looks, then sends; with the writer of the mails, which belongs to the pages."""

    def __init__(self, write: Write) -> None:
        super().__init__("telling")
        self.write = write

    @property
    def seconds(self) -> float:
        return LOOKS_EVERY_SECONDS

    def once(self) -> None:
        """One look at what there is to tell."""
        for tenant_id, shop_id in lookups.shops_to_watch(clock.now(), MOST):
            try:
                watching.look(tenant_id, shop_id, clock.now())
            except Exception as error:  # noqa: BLE001 - one shop that breaks must not keep the others untold
                log.warning("watch of shop %s: %s", shop_id, type(error).__name__)
        for tenant_id, mail_id in lookups.mails_due(clock.now(), MOST):
            if self.ending.is_set():
                return
            post.send(tenant_id, mail_id, self.write)
