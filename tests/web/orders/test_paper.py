"""The document on an order's page: why its VAT is as it is, and both sides' rates."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connector.core.document import Situation
from connector.core.store import document_to_json
from connector.core.treatment import Why
from connector.sync.models import SyncJob
from connector.tenancy.scope import scope
from connector.web.orders.taxed import WHY
from tests.people import People, signed_in
from tests.web.factories import Setup, a_document, a_job, a_shop_order
from tests.web.reading import joined

pytestmark = pytest.mark.engine

CHOICES = {
    "lists": {
        "zones": [{"value": "1", "label": "1 Indland"}, {"value": "5", "label": "5 OSS Finland"}],
        "items": [
            {"value": "SKU-1", "label": "SKU-1 T-shirt", "hint": "1"},
            {"value": "SHIPPING-25", "label": "Fragt", "hint": "3"},
        ],
    },
    "rates": {"1": {"1": "25", "5": "25.5"}, "3": {"1": "25", "5": "0"}},
}
FINLAND = {
    "situation": Situation.EU_CONSUMER,
    "vat_reason": "eu-consumer-oss",
    "vat_country": "FI",
    "choices": {"zone": "5"},
}


@pytest.fixture
def page(people: People, nordlys: Setup) -> Callable[..., str]:
    """The order's page, with its document changed in some facts."""

    def opened(offered: dict[str, Any] = CHOICES, **facts: Any) -> str:
        with scope(nordlys.shop.tenant_id):
            nordlys.connection.choices = offered
            nordlys.connection.save()
            job = a_job(nordlys, document=True)
            made = replace(a_document(a_shop_order()), **facts)
            SyncJob.objects.filter(pk=job.pk).update(document=document_to_json(made))
        html = joined(signed_in(people.anna).get("/s/nordlys/orders/10017/").text)
        return " ".join(re.sub(r"<[^>]+>", " ", html.split('id="paper"')[1]).replace("\xa0", " ").split())

    return opened


def test_an_ordinary_sale_says_why_and_shows_one_rate(page: Callable[..., str]) -> None:
    text = page()
    assert "Moms Salg i Danmark. Momszone 1 Indland" in text
    assert "Pris u. moms Moms I alt u. moms" in text
    assert "Moms i e-conomic" not in text
    assert "Valutakurs" not in text


def test_a_sale_abroad_shows_both_rates_beside_each_other(page: Callable[..., str]) -> None:
    text = page(**FINLAND)
    assert "Moms Salg til en privatperson i Finland med det lands moms (One Stop Shop). Momszone 5 OSS Finland" in text
    assert "Moms i shoppen Moms i e-conomic" in text
    assert re.search(r"T-shirt 2 [\d,]+ 25 % 25,5 %", text)
    assert re.search(r"GLS 1 [\d,]+ 25 % 0 %", text)


def test_a_rate_that_differs_at_home_is_shown_too(page: Callable[..., str]) -> None:
    wrong = {**CHOICES, "rates": {"1": {"1": "0"}, "3": {"1": "25"}}}
    text = page(wrong)
    assert re.search(r"T-shirt 2 [\d,]+ 25 % 0 %", text)
    assert re.search(r"GLS 1 [\d,]+ 25 % 25 %", text)


def test_books_that_cannot_tell_their_rates_show_the_shops_alone(page: Callable[..., str]) -> None:
    assert "Moms i e-conomic" not in page({"lists": CHOICES["lists"], "rates": {}}, **FINLAND)


def test_a_document_from_before_reasons_were_kept_has_none(page: Callable[..., str]) -> None:
    assert "Salg i" not in page(vat_reason="")


def test_a_foreign_currencys_rate_is_told_with_its_source_and_day(page: Callable[..., str]) -> None:
    text = page(rate_note="746.03 e-conomic 2026-11-20")
    assert "Valutakurs 746,03 for 100 DKK, fra e-conomic den 20. november 2026" in text


def test_every_reason_has_words() -> None:
    assert set(WHY) == set(Why)
