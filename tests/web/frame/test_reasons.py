"""The reasons in words: every code, with its facts and without."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from babel.messages.catalog import Catalog
from django.conf import settings
from django.utils import translation

from accounting.models import Connection
from connector.core.states import State
from connector.sync.models import Integration, SyncJob
from connector.web.frame.catalogue import CATALOGUE
from connector.web.frame.reasons import Explanation, explain, explain_attempt, explain_code, order_address
from connector.web.frame.words import (
    ACTIONS,
    CLOSED_LISTS,
    DETAILS,
    EXPLAINED,
    FEES,
    MENDS,
    SITUATIONS,
    STATES,
    TRIGGERS,
    UNNAMED,
)
from connector.web.frame.words import FACTS as FACTS_IN_WORDS
from connector.web.setup.labels import LABELS
from connector.web.texts.catalogues import merged
from shops.models import Shop

pytestmark = pytest.mark.unit
ROOT = Path(__file__).resolve().parents[3]
SCREENS = ROOT.parent / "shared" / "screens.md"
OTHER_MENDS = {"total-off", "switched-off"}
"""What the screens let people choose and no page offers yet: their mend says what can be done today. And what saving
the settings does by itself, which the screens have people press a button for."""

FACTS = {
    "sku": "KOP-7", "name": "Kop, rød", "fee": "shipping", "field": "layout", "rate": "25.5", "country": "DE",
    "amount": "98.00", "lines": "10.00", "paid": "12.00", "difference": "2.00", "fact": "email", "n": "3",
    "date": "2026-11-20", "start": "2026-11-01", "year": "2027", "currency": "SEK", "account": "5825",
    "old": "1 A", "new": "2 B", "minutes": "5", "weekday": "fredag", "usual": "40", "since": "14.31", "total": "9.00",
    "remainder": "4.00", "credited": "5.00", "invoice": "20231", "shop_rate": "25", "books_rate": "0", "term": "Netto",
    "method": "MobilePay", "period": "2026-10", "open": "2026-11-01", "now": "cancelled", "booked": "437.00 DKK",
    "ref": "7", "org": "Nordlys", "plan": "Basis", "plans": "Plus", "action": "read", "number": "DK1", "note": "88",
    "gateway": "QuickPay", "where": "shoppen", "shop_value": "1", "books_value": "2", "readings": "x",
    "situation": "abroad", "trigger": "shipment", "switch": "orders", "email": "ida@example.dk", "max": "25",
    "item": "KOP-7", "group": "2 Varer", "buyer": "Ida Holm, 8000", "customer": "501",
}  # fmt: skip


def a_job(reason: str, state: State = State.NEEDS_YOU, **more: Any) -> SyncJob:
    shop = Shop(pk=1, slug="nordlys", name="nordlys.dk")
    integration = Integration(pk=1, shop=shop, connection=Connection(pk=1, provider="economic"))
    known = {"order_number": "10020", "order_id": "10020", "currency": "DKK", "facts": {}}
    return SyncJob(pk=7, shop=shop, integration=integration, state=state.value, reason=reason, **(known | more))


def told(reason: str, state: State = State.NEEDS_YOU, **more: Any) -> Explanation:
    with translation.override("da"):
        found = explain(a_job(reason, state, **more))
    assert found
    return found


def all_of(explanation: Explanation) -> str:
    return " ".join([explanation.title, explanation.cause, explanation.fix, explanation.then])


CODES = sorted(CATALOGUE)
DOZENS = [CODES[at : at + 12] for at in range(0, len(CODES), 12)]
# Not a test for each: starting one costs more than looking at a reason.
by_dozens = pytest.mark.parametrize("codes", DOZENS, ids=[f"from {codes[0]}" for codes in DOZENS])


@pytest.mark.parametrize("facts", [{}, FACTS], ids=["without facts", "with facts"])
@by_dozens
def test_every_reason_has_danish_words(codes: Sequence[str], facts: dict[str, str]) -> None:
    for code in codes:
        require_danish_words(code, facts)


def require_danish_words(code: str, facts: dict[str, str]) -> None:
    found = told(code, facts=facts)
    assert found.title
    assert not found.title.removesuffix("kr.").endswith(".")
    assert found.cause or not facts
    assert bool(found.fix) == bool(CATALOGUE[code].fix)
    assert "…" not in all_of(found) or not facts
    assert not re.search(r"%\(|%%|\{|None|\.\.", all_of(found)), all_of(found)
    # The English text is the msgid: it must not stand where Danish is asked for.
    with translation.override("en"):
        english = explain(a_job(code, facts=facts))
    assert english
    assert english.title != found.title


def in_all_languages(code: str, facts: dict[str, str]) -> list[str]:
    """The whole reason in each of the product's languages, without its code and its link."""
    found = []
    for language, _words in settings.LANGUAGES:
        with translation.override(language):
            one = explain(a_job(code, facts=facts))
            assert one
            found.append("|".join((one.title, one.cause, one.fix, one.then, one.mend)))
    return found


@by_dozens
def test_every_reason_is_told_in_every_language(codes: Sequence[str]) -> None:
    for code in codes:
        # Names only, so that no fact brings words of one language along.
        told = in_all_languages(code, dict.fromkeys(FACTS, "XX") | {"n": "3"})
        assert len(set(told)) == len(settings.LANGUAGES) == 3, code
        assert all(not re.search(r"%\(|%%|\{|None", one) for one in told), code


LISTED = (STATES, EXPLAINED, DETAILS, FACTS_IN_WORDS, TRIGGERS, SITUATIONS, ACTIONS, FEES, MENDS, UNNAMED)


def english() -> set[str]:
    """Every text of the catalogue, of the closed lists, and the names of the settings that reasons name."""
    told = [text for reason in CATALOGUE.values() for text in (reason.title, *reason.cause, *reason.fix)]
    listed = [text for table in LISTED for text in table.values()]
    with translation.override(None):
        return {str(text) for text in (*told, *listed, *(label.text for label in LABELS.values()))}


@pytest.mark.parametrize("language", ["da", "nb"])
def test_no_text_of_a_reason_falls_back_to_english(language: str) -> None:
    catalog = merged(ROOT / "locale", language)
    assert len(english()) > 200
    assert [text for text in sorted(english()) if not _is_there(catalog, text)] == []


def _is_there(catalog: Catalog, text: str) -> bool:
    found = catalog.get(text)
    places = re.compile(r"%\(\w+\)s")
    return bool(found and found.string) and set(places.findall(str(found.string))) == set(places.findall(text))


def test_norwegian_speaks_norwegian() -> None:
    # Words that are Danish, or not said, in Norwegian (screens.md 5.1).
    danish = re.compile(
        r"\b(moms\w*|shop(?!orama|:)\w*|bogf\w+|længere|vores|forbindelse\w*|firma\w*|varenumre i)\b", re.I
    )
    said = {re.sub(r"%\(\w+\)s|One Stop Shop", "", str(message.string)) for message in merged(ROOT / "locale", "nb")}
    assert [text for text in said if danish.search(text)] == []


def test_titles_are_short() -> None:
    # screens.md section 5, voice 3: at most 60 signs; names of the owner's own things come on top.
    titles = [re.sub(r"%\(\w+\)s", "", str(reason.title)) for reason in CATALOGUE.values()]
    assert [title for title in titles if len(title) > 60] == []


def _sentences(text: str) -> str:
    return re.sub(r"%\((\w+)\)s", r"{\1}", text)


@pytest.mark.skipif(not SCREENS.exists(), reason="SKIPPED LOUDLY: shared/screens.md is not here")
def test_the_words_are_those_of_the_screens() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` · .*? \| (.*) \| (.*) \| (.*) \|$", SCREENS.read_text(), re.MULTILINE)
    assert len(rows) > 40
    for language, column in (("da", 1), ("nb", 2), ("en", 3)):
        with translation.override(language):
            for row in rows:
                known = CATALOGUE[row[0]]
                told, fix = [f"**{known.title}.**", *map(str, known.cause)], [*map(str, known.fix)]
                whole = _sentences(" ".join(told + fix))
                if row[0] in OTHER_MENDS:
                    assert row[column].startswith(_sentences(" ".join(told)))
                    assert row[column] != whole, "then it belongs to the others"
                else:
                    assert whole == row[column]


def test_every_code_that_the_code_uses_is_in_the_catalogue() -> None:
    raised = re.compile(
        r"(?:NeedsSetup|Rejected|Temporary|Unsupported|OutcomeUnknown|ShopAway|Finding)\(\s*\"([a-z-]+)\""
    )
    closed = re.compile(r"(?:reason=|Known\(\"[^\"]+\", \"[^\"]*\", )\"([a-z-]+)\"")
    found: dict[str, str] = {}
    for folder in ("connector", "shops", "accounting"):
        for path in (ROOT / folder).rglob("*.py"):
            for code in raised.findall(path.read_text()) + closed.findall(path.read_text()):
                found[code] = str(path)
    assert len(found) > 20
    assert {code: path for code, path in found.items() if code not in CATALOGUE} == {}


def test_amounts_rates_days_and_closed_lists_are_written_for_people() -> None:
    facts = {"lines": "1427.00", "paid": "437.00", "difference": "-10.00"}
    assert (
        "Linjerne giver 1.427,00\u00a0kr., men kunden har betalt 437,00\u00a0kr."
        in told("total-off", facts=facts).cause
    )
    assert told("total-off", facts=facts).cause.endswith("\u221210,00\u00a0kr.")
    assert told("vat-rate-missing", facts={"rate": "25.5", "country": "FI"}).title.startswith(
        "e-conomic kender ikke 25,5\u00a0% moms"
    )
    assert "1. november 2026" in told("before-start", State.NOT_MEANT, facts={"start": "2026-11-01", "date": "x"}).cause
    assert told("fact-missing", facts={"fact": "ean"}).title == "Ordre 10020 mangler et gyldigt EAN-nummer"
    assert told("not-triggered", State.NOT_MEANT, facts={"trigger": "shipment"}).title == "Ordren er ikke afsendt endnu"
    assert told("switched-off", State.NOT_MEANT, facts={"switch": "orders"}).title == "Ordreoverførsel er slået fra"
    assert told("fact-missing", facts={"fact": "hat_size"}).title == "Ordre 10020 mangler hat_size"


def test_a_draft_that_differs_shows_amounts_only_where_they_are_amounts() -> None:
    facts = {"fact": "gross", "shop_value": "437.00", "books_value": "437.01"}
    assert "437,01\u00a0kr. (totalen)" in told("draft-differs", facts=facts).cause
    zone = {"fact": "zone", "shop_value": "1", "books_value": "3"}
    assert "siger 1, kladden i e-conomic siger 3 (momszonen)" in told("draft-differs", facts=zone).cause


def test_an_amount_keeps_its_own_currency() -> None:
    facts = {"booked": "437.00 SEK", "now": "537.00 SEK"}
    assert told("order-changed", facts=facts).cause.startswith(
        "Fakturaen er på 437,00\u00a0SEK, ordren nu på 537,00\u00a0SEK"
    )


def test_an_order_that_was_cancelled_is_only_credited() -> None:
    of_order = told("order-changed", facts={"booked": "437.00 DKK", "now": "cancelled"})
    assert (of_order.title, of_order.fix) == (
        "Ordre 10020 er annulleret efter bogføringen",
        "Lav en kreditnota her.",
    )


def test_a_sentence_whose_fact_is_unknown_is_left_out() -> None:
    found = told("rate-limit", State.WAITING)
    assert found.cause == "Der er sendt meget på kort tid."
    assert told("rate-limit", State.WAITING, facts={"n": "4"}).cause.endswith("4 ordrer står i kø.")


def test_a_vat_that_is_off_says_so_under_the_same_code() -> None:
    found = told("total-off", facts={"what": "vat", "lines": "10.00", "paid": "12.00", "difference": "2.00"})
    assert found.title == "Momsen på ordre 10020 stemmer ikke"
    assert found.code == "total-off"


def test_the_facts_tell_more_exactly_under_the_same_code() -> None:
    rates = {"shop_rate": "25", "books_rate": "0"}
    item = told("vat-mismatch", facts={**rates, "name": "Kop", "item": "KOP-7", "group": "2 Varer", "account": ""})
    assert "men vare KOP-7 er i varegruppen 2 Varer, som giver 0\u00a0% i e-conomic" in item.cause
    country = told("vat-mismatch", facts={"shop_rate": "0", "books_rate": "25.5", "country": "FI"})
    assert "i Finland, hvor vi ventede 25,5\u00a0%" in country.cause
    zone = told("vat-zone-missing", facts={"situation": "eu_consumer", "country": "FI"})
    assert zone.title == "Der mangler en momszone til salg til private i Finland"
    account = told("vat-mismatch", facts={**rates, "name": "Kop", "item": "", "group": "1000", "account": "1000"})
    assert "men konto 1000 i e-conomic giver 0\u00a0%" in account.cause
    assert {item.code, country.code, account.code} == {"vat-mismatch"}
    sold = told("choice-missing", facts={"field": "sales_domestic", "rate": "25"})
    assert sold.title == "Konto til indenlandsk salg, 25\u00a0%: ikke valgt endnu"
    abroad = told("choice-missing", facts={"field": "sales_eu_consumer@FI", "country": "FI"})
    assert abroad.title == "Der mangler en konto til salg til private i Finland"
    assert told("vat-zone-missing", facts={"situation": "eu_business"}).title.endswith("EU-virksomheder med momsnummer")


def test_an_unknown_code_is_ours() -> None:
    found = told("never-heard-of", State.NEEDS_US)
    assert found.title == "Noget gik galt hos os"
    assert found.code == "never-heard-of"
    assert found.then.startswith("Vi er på sagen")


@time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False)
def test_what_happens_then_follows_the_state() -> None:
    assert told("product-missing").then == "Bagefter overføres 1 ordre af sig selv."
    with translation.override("da"):
        several = explain(a_job("product-missing"), waiting=11)
    assert several
    assert several.then == "Bagefter overføres 11 ordrer af sig selv."
    at = datetime(2026, 11, 20, 13, 33, tzinfo=UTC)
    waiting = told("provider-down", State.WAITING, not_before=at)
    assert waiting.then == "Vi prøver selv igen kl.\u00a014.33. Intet er tabt."
    assert told("first-order", State.WAITING).then == "Den fortsætter af sig selv. Intet er tabt."
    assert told("not-triggered", State.NOT_MEANT).then == ""
    # Nothing goes on by itself after these.
    assert told("order-changed").then == told("balance-open").then == ""


def test_a_job_without_a_reason() -> None:
    assert explain(a_job("", State.DONE)) is None
    assert explain(a_job("", State.WAITING)) is None
    unplaced = a_job("", State.WAITING)
    unplaced.integration = None
    with translation.override("da"):
        found = explain(unplaced)
    assert found
    assert found.code == "settings-missing"
    assert told("", State.NEEDS_US).title == "Noget gik galt hos os"


def test_links_lead_to_the_place_that_mends() -> None:
    assert told("product-missing").url == "/s/nordlys/finance/mapping/#products"
    assert told("total-off").url == "/s/nordlys/orders/10020/"
    assert told("choice-missing", facts={"field": "layout"}).url == "/s/nordlys/finance/#invoice"
    assert told("choice-missing", facts={"field": "total"}).url == "/s/nordlys/finance/#products"
    assert told("connection-revoked").url == "/s/nordlys/finance/connect/"
    assert told("shop-key-refused").url == "/s/nordlys/settings/shop/"
    assert told("stock-loop-stopped").url == "", "there is no such page yet"


def test_a_tries_reason_does_not_say_what_happens_then() -> None:
    with translation.override("da"):
        found = explain_attempt(a_job("", State.DONE), "provider-down", {"provider": "nordlys.dk"})
    assert found
    assert (found.title, found.then) == ("nordlys.dk svarer ikke", "")


def test_a_reason_of_a_connection() -> None:
    shop = Shop(pk=1, slug="nordlys", name="nordlys.dk")
    with translation.override("da"):
        found = explain_code("connection-revoked", shop=shop, provider="economic", waiting=7)
    assert found.title == "Adgangen til e-conomic er fjernet"
    assert found.then == "Bagefter overføres 7 ordrer af sig selv."


@pytest.mark.parametrize(
    ("number", "part"),
    [("10020", "10020"), ("", "id-7"), ("A/1", "id-7"), ("id-9", "id-7"), (".", "id-7"), ("#Æ 1", "#Æ 1")],
)
def test_the_address_of_an_order(number: str, part: str) -> None:
    assert order_address(a_job("", order_number=number)) == part


def test_facts_are_cut_and_never_interpreted() -> None:
    found = told("product-missing", facts={"sku": "%(provider)s{0}" + "x" * 500})
    assert found.title.startswith("Varen %(provider)s{0}xxx")
    assert len(found.title) < 200


def test_closed_lists_have_no_empty_words() -> None:
    assert all(str(words) for table in CLOSED_LISTS.values() for words in table.values())
