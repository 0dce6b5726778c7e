"""Sees that no text lacks its translation."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from django.conf import settings
from django.core.management.base import BaseCommand

from connector.web.texts import catalogues
from connector.web.texts.marked import Marked, marked

PLACES = re.compile(r"%\(\w+\)[sd]")


SOURCE = "en"
"""The language that the texts are written in, which needs no translation."""


class Command(BaseCommand):
    """Exits 1 and lists what is missing, fuzzy, or has other named fields than its English text.

    Every language that a person can choose has every text.
    """

    help = "Check that every marked text is translated."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        locale = Path(settings.LOCALE_PATHS[0])
        texts = list(marked(Path(settings.BASE_DIR)))
        languages = [code for code, _name in settings.LANGUAGES if code != SOURCE]
        wrong = [line for language in languages for line in _wrong(locale, language, texts)]
        for line in dict.fromkeys(wrong):
            self.stderr.write(line)
        self.stderr.write(f"{len(texts)} marked texts, {len(wrong)} wrong")
        if wrong:
            sys.exit(1)


def _wrong(locale: Path, language: str, texts: list[Marked]) -> Iterator[str]:
    try:
        catalog = catalogues.merged(locale, language)
    except catalogues.Conflict as reason:
        yield f"{language}: {reason}"
        return
    for text in texts:
        if trouble := _trouble(catalog, text):
            yield f"{language}: {text.where}: {trouble}: {text.text!r}"


def _found(catalog: Catalog, text: Marked) -> Message | None:
    return catalog.get((text.text, text.plural) if text.plural else text.text, text.context or None)


def _trouble(catalog: Catalog, text: Marked) -> str:
    """What is wrong with a text's translation; empty when nothing is."""
    found = _found(catalog, text)
    if found is None:
        return "not translated"
    strings = list(found.string) if isinstance(found.string, tuple | list) else [found.string]
    said = [string for string in strings if string]
    if not said or len(said) < len(strings):
        return "not translated"
    if found.fuzzy:
        return "fuzzy"
    meant = set(PLACES.findall(text.text + text.plural))
    return "" if set(PLACES.findall(" ".join(said))) == meant else "other named fields"
