"""Saving the settings as a person does: with what the page fills in, and some of it typed over."""

from __future__ import annotations

from typing import Any

from connector.sync.models import SettingsVersion
from connector.tenancy.scope import scope
from tests.people import People
from tests.web.setup.fields import filled
from tests.web.setup.outside import Browser


def form_of(browser: Browser, **changes: str) -> dict[str, str]:
    """The settings as the page fills them in, with `changes` typed over; an empty switch is ticked off."""
    return {**filled(browser.page("finance/")), **changes}


def save(browser: Browser, **changes: str) -> Any:
    fields = {name: value for name, value in form_of(browser, **changes).items() if value != "(off)"}
    return browser.send("finance/", **fields, then="edit")


def versions(people: People) -> list[SettingsVersion]:
    with scope(people.nordlys.tenant.pk):
        return list(SettingsVersion.objects.order_by("number"))


def values(people: People) -> dict[str, str]:
    return dict(versions(people)[-1].values)
