"""Writes the README's tables: the settings from the environment, and what each provider and shop platform can do."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeGuard

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounting.base import AccountingProvider
from connector.core.readings import GROSS
from connector.sync import build

README = settings.BASE_DIR / "README.md"
SETTINGS = settings.BASE_DIR / "connector" / "settings.py"

MEANING = {
    "SECRET_KEY": "Django's signing key",
    "ENCRYPTION_KEYS": "`id:key` list (base64 of 32 bytes each) that seals secrets; the first writes, all read",
    "OUTBOUND_ALLOW": "`host:port` list that may be http or private: the sandbox; `check --deploy` fails when set",
    "PUBLIC_URL": "The address people use; https switches on Secure and `__Host-` cookies, HSTS, two-step sign-in",
    "ALLOWED_HOSTS": "Host names that are answered; the one of `PUBLIC_URL` unless given",
    "TRUSTED_PROXIES": "Proxies whose `X-Forwarded-Proto` and `X-Forwarded-For` are believed",
    "DATABASE_URL": "PostgreSQL 15 or newer, as the application's role",
    "DATABASE_OWNER_URL": "The same as the role that owns the tables; only migrations use it",
    "REDIS_URL": "The broker, which carries hints only, and the shared count of wrong sign-ins",
    "EMAIL_URL": "Where mails are handed over, for example `smtp+tls://user:password@mail.example:587`",
    "SUPPORT_EMAIL": "Where our own support reads mail: a connection that nobody mends, questions from the pages",
    "DUTY_EMAIL": "Where a standstill is reported: a gateway to the duty phone; `SUPPORT_EMAIL` unless given",
    "LOG_LEVEL": "How much is logged",
    "STAFF_HOST": "The host that support works at; empty: the same one",
    "QUIET_SECONDS": "How long nobody looks after an unknown outcome",
    "POLL_SECONDS": "How often a shop is asked for changes",
    "SWEEP_SECONDS": "How often what is due is looked for",
    "ECONOMIC_REST_URL": "e-conomic's older host",
    "ECONOMIC_OPENAPI_URL": "e-conomic's newer host",
    "ECONOMIC_GRANT_URL": "Where owners approve our app",
    "ECONOMIC_APP_SECRET_TOKEN": "Our app's secret at e-conomic",
    "ECONOMIC_APP_PUBLIC_TOKEN": "Our app's public token at e-conomic",
    "DINERO_API_URL": "Dinero's API",
    "VISMA_CONNECT_URL": "Visma Connect, where owners of Dinero approve our app",
    "DINERO_CLIENT_ID": "Our app's client id at Visma Connect",
    "DINERO_CLIENT_SECRET": "Our app's secret at Visma Connect",
    "BILLY_API_URL": "Billy's API",
    "SHOPORAMA_API_URL": "Shoporama's REST address",
    "SHOPORAMA_OAUTH_URL": "Shoporama's sign-in",
    "SHOPORAMA_APP_NAME": "The name that owners see when they approve",
}


def _lines_name(made: type[AccountingProvider]) -> str:
    if made.sells_by_product:
        return "a product per kind of sale"
    return "accounts" if made.sells_by_account else "products"


OF_PROVIDERS: Mapping[str, Callable[[type[AccountingProvider]], str]] = {
    "lines name": lambda made: _lines_name(made),
    "prices": lambda made: "incl. VAT" if made.readings[0].prices == GROSS else "excl. VAT",
    "clearing account": lambda made: "made with one button" if made.proposed_account else "made by the owner",
}
"""What a provider's class says besides its capabilities: a column's heading → its cell."""


class Command(BaseCommand):
    """`manage.py readme_tables` prints them; `--write` puts them into README.md between their markers."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true")

    def handle(self, **options: Any) -> None:
        if options["write"]:
            README.write_text(filled(README.read_text()))
            return
        for table in tables().values():
            self.stdout.write(table + "\n")


def tables() -> dict[str, str]:
    """Marker → the table that belongs there."""
    return {
        "settings": settings_table(),
        "providers": capability_table("Provider", build.provider_classes(), OF_PROVIDERS),
        "shops": capability_table("Platform", build.adapter_classes()),
    }


def filled(text: str) -> str:
    """`text` with every table put between its markers. Raises CommandError when a marker is missing."""
    for name, table in tables().items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not pattern.search(text):
            raise CommandError(f"README.md has no marker for {name}")
        text = pattern.sub(lambda found, table=table: f"{found[1]}{table}\n{found[2]}", text)  # type: ignore[misc]
    return text


def settings_table() -> str:
    """Every variable that settings.py reads, with its default."""
    rows = [f"| `{name}` | {default} | {MEANING[name]} |" for name, default in variables()]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])


def variables() -> Iterator[tuple[str, str]]:
    """(name, default as text) of every `env.…("NAME", default=…)` in settings.py, each once, in order."""
    seen = set()
    calls = filter(_reads_the_environment, ast.walk(ast.parse(SETTINGS.read_text())))
    for node in sorted(calls, key=lambda call: call.lineno):
        if node.args[0].value in seen:
            continue
        seen.add(node.args[0].value)
        default = next((word.value for word in node.keywords if word.arg == "default"), None)
        yield node.args[0].value, "required" if default is None else _shown(default)


def _reads_the_environment(node: ast.AST) -> TypeGuard[Any]:
    function = getattr(node, "func", None)
    return isinstance(node, ast.Call) and isinstance(function, ast.Attribute) and ast.unparse(function.value) == "env"


def _shown(default: ast.expr) -> str:
    if not isinstance(default, ast.Constant):
        return "–"
    return f"`{default.value!s}`" if default.value != "" else "–"


def capability_table(
    heading: str, classes: dict[str, Any], more: Mapping[str, Callable[[Any], str]] | None = None
) -> str:
    """What each class declares, beginning with `more` of it; a capability that nobody has is not listed."""
    extra = more or {}
    declared = {name: dataclasses.asdict(cls.capabilities) for name, cls in sorted(classes.items())}
    names = [field for field in next(iter(declared.values())) if any(one[field] for one in declared.values())]
    head = " | ".join([heading, *extra, *(name.replace("_", " ") for name in names)])
    rows = []
    for kind, can in declared.items():
        told = [say(classes[kind]) for say in extra.values()]
        rows.append(" | ".join([classes[kind].label, *told, *(_cell(can[name]) for name in names)]))
    return "\n".join([f"| {head} |", "|" + "---|" * (len(extra) + len(names) + 1), *(f"| {row} |" for row in rows)])


def _cell(value: Any) -> str:
    return {True: "yes", False: "–"}[value] if isinstance(value, bool) else f"{value:,}"
