"""A language's catalogue: made of its fragments `locale/<language>/parts/*.po`, written as django.po and django.mo."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po


class Conflict(Exception):
    """Two fragments translate the same text differently, or one of them cannot be read."""


def languages(locale: Path) -> list[str]:
    """The languages that have fragments."""
    return sorted(folder.parent.name for folder in locale.glob("*/parts"))


def parts(locale: Path, language: str) -> list[str]:
    """The names of the language's fragments."""
    return sorted(path.stem for path in (locale / language / "parts").glob("*.po"))


def merged(locale: Path, language: str) -> Catalog:
    """One catalogue of all the language's fragments. Raises Conflict."""
    catalog = Catalog(locale=language, charset="utf-8")
    for name in parts(locale, language):
        path = locale / language / "parts" / f"{name}.po"
        for message in _messages(path, language):
            _add(catalog, message, path)
    return catalog


def _messages(path: Path, language: str) -> Iterator[Message]:
    try:
        fragment = read_po(io.BytesIO(path.read_bytes()), locale=language, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise Conflict(f"{path}: {error}") from error
    return (message for message in fragment if message.id)


def _add(catalog: Catalog, message: Message, path: Path) -> None:
    there = catalog.get(message.id, message.context)
    if there and there.string != message.string:
        raise Conflict(f"{path.name} says {message.string!r} for {message.id!r}, another part {there.string!r}")
    catalog.add(message.id, message.string, flags=message.flags, context=message.context)


def write(locale: Path, language: str, catalog: Catalog) -> None:
    """Write django.po (sorted, without dates, so that it changes only with the texts) and django.mo."""
    folder = locale / language / "LC_MESSAGES"
    folder.mkdir(exist_ok=True)
    _replace(folder / "django.po", _po(catalog, language))
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    _replace(folder / "django.mo", compiled.getvalue())


def _po(catalog: Catalog, language: str) -> bytes:
    lines = io.BytesIO()
    write_po(lines, catalog, omit_header=True, sort_output=True, width=116)
    header = (
        "# Made of parts/*.po by compile_texts: change those.\n"
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    )
    return header.encode() + lines.getvalue()


def _replace(path: Path, content: bytes) -> None:
    """Write only what changed, and at one stroke: a running process may be reading it."""
    if path.exists() and path.read_bytes() == content:
        return
    fresh = path.with_suffix(f"{path.suffix}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)
