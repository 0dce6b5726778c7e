"""The product as this project's own processes: what they are told by the environment, and how they are started."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from script.lib.keys import Keys
from script.lib.paths import ROOT
from script.lib.processes import Command

ADDRESSES = {
    "ECONOMIC_REST_URL": ("economic", "rest"),
    "ECONOMIC_OPENAPI_URL": ("economic", "openapi"),
    "ECONOMIC_GRANT_URL": ("economic", "grant"),
    "ECONOMIC_APP_SECRET_TOKEN": ("economic", "app_secret"),
    "ECONOMIC_APP_PUBLIC_TOKEN": ("economic", "app_public"),
    "DINERO_API_URL": ("dinero", "api"),
    "VISMA_CONNECT_URL": ("dinero", "connect"),
    "DINERO_CLIENT_ID": ("dinero", "client_id"),
    "DINERO_CLIENT_SECRET": ("dinero", "client_secret"),
    "BILLY_API_URL": ("billy", "api"),
    "SHOPORAMA_API_URL": ("shoporama", "api"),
    "SHOPORAMA_OAUTH_URL": ("shoporama", "oauth"),
}
"""Setting → where its value stands in the object that the sandbox prints."""

WEB_THREADS, WORKER_THREADS = 8, 4


def own_settings(keys: Keys, public_url: str) -> dict[str, str]:
    """The settings that have nothing to do with the outside systems."""
    return {
        "SECRET_KEY": keys.password("secret_key"),
        "ENCRYPTION_KEYS": f"k1:{keys.encryption_key('k1')}",
        "PUBLIC_URL": public_url,
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
    }


def outside_settings(sandbox: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    """Where the outside systems are: at the sandbox, except for those that `environment` already names."""
    offered = {name: sandbox[system][part] for name, (system, part) in ADDRESSES.items()}
    used = {name: environment.get(name, value) for name, value in offered.items()}
    leave = sorted({_host_and_port(url) for name, url in used.items() if name.endswith("_URL") and _needs_leave(url)})
    return used | {"SHOPORAMA_APP_NAME": "Connector", "OUTBOUND_ALLOW": ",".join(leave)}


def mail_settings(sandbox: Mapping[str, Any]) -> dict[str, str]:
    """Mails go to the sandbox's mailbox, by SMTP as from a real installation, where it takes them."""
    return {"EMAIL_URL": f"smtp://{sandbox['smtp']}"} if "smtp" in sandbox else {}


def _needs_leave(url: str) -> bool:
    """Whether the product refuses to call `url` unless told: not https, or an address inside."""
    parts = urlsplit(url)
    try:
        return parts.scheme != "https" or not ipaddress.ip_address(parts.hostname or "").is_global
    except ValueError:
        return parts.hostname == "localhost"


def _host_and_port(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def web(port: int) -> Command:
    """The pages and the hooks."""
    arguments = [
        *(sys.executable, "-m", "gunicorn", "connector.wsgi:application", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", "1", "--threads", str(WEB_THREADS), "--graceful-timeout", "3"),
        # It would open one under the home folder, the same for every clone.
        "--no-control-socket",
    ]
    return Command("web", arguments, grace_seconds=4)


def worker() -> Command:
    """What transfers. Its name is the same after a restart: a starting worker frees the leases of its own name."""
    arguments = [
        *(sys.executable, "-m", "celery", "-A", "connector", "worker", "-n", "worker1@%h", "--loglevel", "INFO"),
        *("-P", "threads", "-c", str(WORKER_THREADS), "--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]
    return Command("worker", arguments, grace_seconds=4)


def manage(*arguments: str) -> Command:
    """A management command."""
    return Command(arguments[0], [sys.executable, "manage.py", *arguments])


def migrate() -> Command:
    """Bring the tables up to date, as the role that owns them."""
    return manage("migrate", "--no-input", "--database", "owner")


def has_command(name: str) -> bool:
    """Whether the product has the management command `name`."""
    return any(ROOT.glob(f"*/**/management/commands/{name}.py"))
