"""The demo's people."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from connector.tenancy.models import Tenant, User

pytestmark = pytest.mark.usefixtures("db_clean")


def run(**options: Any) -> list[dict[str, str]]:
    out = io.StringIO()
    call_command("demo_people", stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_everybody_can_sign_in_and_a_second_run_changes_nothing() -> None:
    first = run()
    assert [(one["email"], one["business"], one["role"], one["shop"]) for one in first] == [
        ("anna@example.dk", "Nordlys ApS", "owner", "nordlys"),
        ("bo@example.dk", "Nordlys ApS", "bookkeeper", "nordlys"),
        ("lis@example.dk", "Nordlys ApS", "reader", "nordlys"),
        ("mads@example.dk", "Søgaard ApS", "owner", "soegaard"),
        ("kim@example.dk", "Nordlys ApS", "bookkeeper", "nordlys"),
        ("kim@example.dk", "Søgaard ApS", "bookkeeper", "soegaard"),
        ("stine@example.dk", "Connector", "staff", ""),
    ]
    assert run() == first
    assert (User.objects.count(), Tenant.objects.count()) == (6, 2)
    assert [user.name for user in User.objects.filter(is_staff=True)] == ["Stine Holm"]
    for one in first[:-1]:
        browser = Client()
        answer = browser.post("/sign-in/", {"email": one["email"], "password": one["password"]}, follow=True)
        leads_to = "/clients/" if one["email"].startswith("kim@") else f"/s/{one['shop']}/"
        assert answer.redirect_chain[-1][0] == leads_to


def test_a_third_business_comes_only_on_request() -> None:
    assert [one["email"] for one in run(more=True) if one["shop"] == "winther"] == ["vera@example.dk", "kim@example.dk"]
    assert Tenant.objects.count() == 3


def test_businesses_for_scenario_runs() -> None:
    made = run(tenants=2, prefix="run", password="noget-andet-2026")
    assert [(one["email"], one["shop"]) for one in made] == [
        ("run-1@example.dk", "run-1"),
        ("run-2@example.dk", "run-2"),
    ]
    assert Tenant.objects.count() == 2
    assert run(tenants=2, prefix="run", password="noget-andet-2026") == made
    assert Tenant.objects.count() == 2


def test_never_on_a_public_installation() -> None:
    with override_settings(IS_HTTPS=True), pytest.raises(CommandError, match="https"):
        run()
    assert not User.objects.exists()
