"""The reason catalogue: every code that a job, a connection or a shop can carry, with its words.

The English texts are the msgids; the other languages' stand in `locale/<language>/parts/reasons.po`.
"""

from __future__ import annotations

from collections.abc import Mapping

from connector.web.frame.catalogue import connections, credits, orders, settings, vat
from connector.web.frame.catalogue.reason import Reason

CATALOGUE: Mapping[str, Reason] = {
    reason.code: reason for part in (connections, settings, vat, orders, credits) for reason in part.REASONS
}
UNEXPECTED = CATALOGUE["unexpected"]
