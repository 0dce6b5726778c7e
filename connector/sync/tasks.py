"""What Celery carries: ids, and nothing that is not in the tables."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.db import close_old_connections

import connector.sync.poll as polling
import connector.sync.runner as runner


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def drain(tenant_id: int, channel_id: int, **_: Any) -> None:
    """Work one lane for a while. The rows are the truth; this message is only a hint."""
    close_old_connections()
    runner.drain(tenant_id, channel_id)


@shared_task(ignore_result=True)  # type: ignore[untyped-decorator]
def poll(tenant_id: int, shop_id: int, **_: Any) -> None:
    """Ask a shop what changed, if it is still due."""
    close_old_connections()
    for channel_id in polling.poll(tenant_id, shop_id):
        runner.drain(tenant_id, channel_id)
