"""How many queries a page needs."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def queries(browser: Client, address: str) -> int:
    """The number of queries of one GET, savepoints and settings included."""
    browser.get(address)  # what is made once per process is made
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(address).status_code == 200
    return len(captured)
