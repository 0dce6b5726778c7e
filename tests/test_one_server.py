"""docker-compose.yml, parsed: images pinned, health checks, no secrets. No container engine is needed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parent.parent
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
ONCE = {"migrate"}
"""Services that end; everything else must say whether it is well."""


def test_the_parts_of_the_product_are_there() -> None:
    assert set(SERVICES) == {"web", "worker", "migrate", "postgres", "redis"}


@pytest.mark.parametrize("name", SERVICES)
def test_images_are_pinned(name: str) -> None:
    image = SERVICES[name].get("image", "")
    assert re.search(r":\d+\.\d+", image), f"{name} runs {image!r}"
    base = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert base
    assert all(re.search(r":\d+\.\d+\.\d+", one) for one in base)


@pytest.mark.parametrize("name", sorted(set(SERVICES) - ONCE))
def test_services_say_whether_they_are_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", SERVICES)
def test_secrets_come_from_outside(name: str) -> None:
    for key, value in SERVICES[name].get("environment", {}).items():
        if re.search(r"PASSWORD|SECRET|KEYS|TOKEN|_URL$", key) and key != "PUBLIC_URL":
            without = re.sub(r"\$\{[^}]+\}", "", str(value))
            assert not re.search(r":[^/@]+@|^[^:/]{8,}$", without), f"{name}.{key} holds a secret"


def test_only_migrations_hold_the_owner_s_password() -> None:
    holders = {name for name, service in SERVICES.items() if "DATABASE_OWNER_URL" in service.get("environment", {})}
    assert holders == {"migrate"}


@pytest.mark.parametrize("name", ["web", "worker"])
def test_mails_can_leave_and_support_has_its_own_host(name: str) -> None:
    environment = SERVICES[name]["environment"]
    assert environment["EMAIL_URL"].startswith("${EMAIL_URL:?"), "without it nobody would get a mail"
    assert environment["STAFF_HOST"] == "${STAFF_HOST:-}"


def test_the_page_about_production_names_what_must_be_set() -> None:
    told = (ROOT / "docs" / "production.md").read_text()
    needed = set(re.findall(r"\$\{(\w+):\?", (ROOT / "docker-compose.yml").read_text()))
    assert {name for name in needed if f"`{name}`" not in told} == set()


def test_the_product_works_as_the_application_s_role() -> None:
    for name in ("web", "worker", "migrate"):
        assert SERVICES[name]["environment"]["DATABASE_URL"].startswith("postgres://connector_app:")
