"""Reading and sending the form of credit notes, as a browser without scripts would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.test import Client

from connector.sync.models import CreditNote
from connector.tenancy.scope import scope
from tests.web.factories import Setup
from tests.web.reading import joined

ADDRESS = "/s/nordlys/orders/10017/credit/"
ONE = {"q0": "1"}


def words(html: str) -> str:
    """The page's words, one space between them."""
    inside = re.sub(r"<[^>]+>", " ", joined(html.split("<main")[-1]))
    return " ".join(inside.replace("\xa0", " ").split())


def hidden(html: str) -> dict[str, str]:
    """The form's hidden fields."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html.split('id="credit-form"')[1]))


def shown(browser: Client, typed: Mapping[str, str], address: str = ADDRESS) -> Any:
    """The answer to *Show*, on a form that was opened before."""
    opened = hidden(browser.get(address).text)
    return browser.post(address, {**opened, **typed, "act": "show"})


def saved(browser: Client, typed: Mapping[str, str], address: str = ADDRESS) -> Any:
    """The answer to *Save*, after the note was shown."""
    return browser.post(address, {**hidden(shown(browser, typed, address).text), **typed, "act": "save"}, follow=True)


def notes(nordlys: Setup) -> list[CreditNote]:
    with scope(nordlys.shop.tenant_id):
        return list(CreditNote.objects.order_by("number").select_related("job"))
