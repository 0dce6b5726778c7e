"""The glossary, held over all texts: no forbidden synonym, no wrong quotation mark, no Danish in Norwegian."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from connector.web.texts import catalogues
from connector.web.texts.marked import marked

pytestmark = pytest.mark.tools

FORBIDDEN: Mapping[str, Mapping[str, str]] = {
    "da": {
        "an order": r"køb|købet|købt\w*|stadie\w*|leveret",
        "transferring": r"(?<!lager)synkroniser\w*|push\w*|eksport\w*|skippe\w*",
        "a draft": r"udkast\w*|proforma",
        "booking": r"poste|postet|finaliser\w*|autopilot|testtilstand",
        "reasons and events": r"fejlkode\w*|synkroniseringsfejl\w*|retry|webhook\w*|payload|mapping",
        "a connection": r"integration\w*|token\w*|autentific\w*|forny\w*|api\w*|klient\w*",
        "a plan and a right": r"licens\w*|pakke\w*|scope",
        "accounts": r"transitkonto\w*|indtægtskonto\w*|gæld",
        "reconciling": r"match\w*|valider\w*|afvigelse\w*|fejlbeløb",
        "vouchers": r"dokument|dokumenter|dokumentet|transaktion\w*|dagbog\w*|regning\w*|returnota\w*",
        "terms, fees, discount": r"vilkår\w*|omkostning\w*|porto|nedslag\w*|skabelon\w*",
        "VAT": r"momsprocent\w*|region\w*|0-moms|moss|brutto|kassedifference\w*",
        "products and stock": r"sku|artikelnummer\w*|kategori\w*|dummy|inaktiv\w*|låst\w*|inventar\w*|indkøb\w*|master",
        "people and shops": r"b2b|b2c|site|butik\w*|admin|viewer",
        "the voice": r"ugyldig\w*|beklager|undskyld|venligst|ups|glemte",
    },
    "nb": {
        "an order": r"kjøp|kjøpet|levert",
        "transferring": r"(?<!lager)synkroniser\w*|push\w*|eksport\w*|skippe\w*",
        "a draft": r"utkast\w*|proforma",
        "reasons and events": r"feilkode\w*|webhook\w*|payload|mapping",
        "a connection": r"integrasjon\w*|token\w*|autentis\w*|api\w*|klient\w*|forbind\w*",
        "a plan and a right": r"lisens\w*|pakke\w*",
        "accounts": r"gjeld|debitor\w*|tilgodehavende\w*",
        "reconciling": r"match\w*|valider\w*|avvik\w*|feilbeløp",
        "vouchers": r"dokument|dokumenter|dokumentet|transaksjon\w*|dagbok\w*|regning\w*",
        "terms and fees": r"vilkår\w*|porto|mal|malen",
        "VAT": r"moms\w*|region\w*|0-mva|moss|brutto",
        "products and stock": r"sku|artikkelnummer\w*|kategori\w*|dummy|inaktiv\w*|låst\w*|master",
        "people and shops": r"b2b|b2c|butikk\w*|(?<!stop )shop(?!orama|:)\w*|admin|bogh\w*",
        "the voice": r"ugyldig\w*|beklager|dessverre|vennligst|glemte",
        "Danish words": r"af|efter|hvad|vælg\w*|gem|gemt|igen|nogen|noget|nogle|mail\w*|bogf\w*|ændr\w*|fejl\w*|selvom",
    },
    "en": {
        "transferring": r"(?<!stock )synchron\w*|sync(?!hronization)\w*|export\w*|push\w*|skipp\w*",
        "a draft": r"proforma",
        "booking": r"finali[sz]\w*",
        "reasons and events": r"retry|retries|webhook\w*|payload\w*|mapping",
        "a connection": r"apis?|(?<!access )tokens?|integrations?|authenticat(?!or)\w*|clients?",
        "a plan and a right": r"licen[cs]e\w*|scopes?",
        "accounts": r"debts?|suspense",
        "reconciling": r"validat\w*|deviation\w*",
        "vouchers": r"transactions?|bills?|templates?",
        "VAT": r"regions?|moss|gross",
        "products and stock": r"categor\w*|dummy|inactive|locked|inventory|master",
        "people and shops": r"b2b|b2c|sites?|stores?|admins?|viewer|purchase\w*",
        "the voice": r"invalid|please|sorry|oops",
    },
}
"""Per language what must not be said, by the thing that it would be said of."""

MEANT = (
    # Another product that moved the orders before.
    "Switch off any older integration before it.",
    "Slå en ældre integration fra inden da.",
    "Slå av en eldre integrasjon før det.",
    # The tab's name in the published English guide.
    "Financial and inventory system",
    # How many a customer bought, beside how many are credited: not a word for the order.
    "Købt",
)
"""Where a forbidden word is the right one: what is said there is not the glossary's thing."""

QUOTES: Mapping[str, str] = {"da": "“”«»", "nb": "“”\"'", "en": '«»"'}
"""The quotation marks that belong to the other languages."""

LANGUAGES = tuple(FORBIDDEN)
PLACE = re.compile(r"%\(\w+\)[sd]|<[^>]*>")


@cache
def texts(language: str) -> tuple[str, ...]:
    """Every text in the language, with its named fields and tags left out."""
    return tuple(_texts(language))


def _texts(language: str) -> Iterator[str]:
    if language == "en":
        said = [form for text in marked(Path(settings.BASE_DIR)) for form in (text.text, text.plural)]
    else:
        messages = catalogues.merged(Path(settings.LOCALE_PATHS[0]), language)
        said = [form for message in messages if message.id for form in _forms(message.string)]
    for text in said:
        for meant in MEANT:
            text = text.replace(meant, "")
        yield PLACE.sub("·", text)


def _forms(string: str | tuple[str, ...] | list[str]) -> list[str]:
    return [string] if isinstance(string, str) else list(string)


def forbidden(language: str, text: str) -> list[str]:
    """The words of the text that the glossary forbids, each with its thing."""
    found = []
    for thing, words in FORBIDDEN[language].items():
        found += [f"{thing}: {word[0]!r}" for word in re.finditer(rf"(?<!\w)(?:{words})(?!\w)", text, re.IGNORECASE)]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_uses_a_forbidden_word(language: str) -> None:
    wrong = [f"{found} in {text!r}" for text in texts(language) for found in forbidden(language, text)]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_shouts(language: str) -> None:
    assert [text for text in texts(language) if "!" in text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotation_marks_are_the_languages_own(language: str) -> None:
    assert [text for text in texts(language) if set(QUOTES[language]) & set(text)] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Ordren er skippet."),
        ("da", "Momsprocenten mangler."),
        ("da", "Prøv et andet token."),
        ("da", "Synkroniser ordrerne nu."),
        ("nb", "Momsen stemmer ikke."),
        ("nb", "Butikken svarer ikke."),
        ("nb", "Shoppen svarer ikke."),
        ("nb", "Vælg en konto."),
        ("en", "Invalid value."),
        ("en", "Sync the orders."),
    ],
    ids=["skip", "percent", "token", "synchronise", "moms", "butikk", "shop", "danish", "invalid", "sync"],
)
def test_a_forbidden_word_is_seen(language: str, text: str) -> None:
    assert forbidden(language, text)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("da", "Lagersynkronisering er slået fra."),
        ("nb", "Nettbutikken bruker One Stop Shop."),
        ("en", "Paste the access token. Stock synchronization is off."),
    ],
    ids=["stock", "shop", "access token"],
)
def test_the_glossarys_own_words_pass(language: str, text: str) -> None:
    assert forbidden(language, text) == []
