"""A form of a page as a browser without scripts sends it."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any


class _Form(HTMLParser):
    """Collects what the page's longest form would send."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append({})
        elif tag == "select":
            self.select = given.get("name", "")
        elif tag == "option" and "selected" in given:
            self.forms[-1][self.select] = given["value"]
        elif tag == "option":
            self.forms[-1].setdefault(self.select, given["value"])
        elif tag == "input" and given.get("name"):
            self._input(given)

    def _input(self, given: dict[str, str]) -> None:
        is_ticked = given.get("type") not in ("checkbox", "radio") or "checked" in given
        if is_ticked and self.forms:
            nothing = "on" if given.get("type") in ("checkbox", "radio") else ""
            self.forms[-1][given["name"]] = given.get("value", nothing)


def filled(page: Any) -> dict[str, str]:
    """The fields of the page's longest form with what stands in them."""
    parser = _Form()
    parser.feed(page.content.decode())
    return max(parser.forms, key=len)


def options(page: Any, name: str) -> list[str]:
    """The values that a select field offers."""
    return list(_options(page.content.decode(), name))


def _options(text: str, name: str) -> Iterator[str]:
    part = text.partition(f'<select name="{name}"')[2].partition("</select>")[0]
    for piece in part.split('<option value="')[1:]:
        yield piece.partition('"')[0]
