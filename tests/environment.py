"""The environment of a test run, made before Django reads it (pytest loads this first: see pyproject.toml).

No secret of an installation, and a database of this worker's own beside the one that the run was given.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit, urlunsplit

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def _of_this_worker(url: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/connector_test_{WORKER}"))


os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-0123456789-0123456789-0123456789")
os.environ.setdefault("ENCRYPTION_KEYS", "test:" + "A" * 43 + "=")
for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
    if name in os.environ:
        os.environ[name] = _of_this_worker(os.environ[name])
