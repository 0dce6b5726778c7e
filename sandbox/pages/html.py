"""HTML by small functions: everything that is not `Safe` already is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from sandbox.wire import Reply, Request

VOID = ("input", "meta", "link", "br")


class Safe(str):
    """Text that is HTML already."""

    __slots__ = ()


def escaped(part: object) -> Safe:
    """`part` as HTML."""
    return part if isinstance(part, Safe) else Safe(html.escape(str(part)))


def join(parts: Iterable[object]) -> Safe:
    """The parts one after another."""
    return Safe("".join(map(escaped, parts)))


def tag(element: str, /, *children: object, **attributes: object) -> Safe:
    """An element. `class_` and `for_` lose their underscore; True gives a bare attribute, None or False none."""
    written = "".join(_attribute(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items())
    return Safe(f"<{element}{written}>" + ("" if element in VOID else f"{join(children)}</{element}>"))


def _attribute(name: str, value: object) -> str:
    if value is None or value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{html.escape(str(value))}"'


def link(href: str, text: object) -> Safe:
    """A link."""
    return tag("a", text, href=href)


def kroner(amount: object, currency: str = "kr.") -> Safe:
    """An amount as Danes write it, never wrapped: `1.234,50 kr.`."""
    text = f"{Decimal(str(amount)):,.2f}".translate(str.maketrans(",.-", ".,\N{MINUS SIGN}"))
    unit = "kr." if currency == "DKK" else currency
    return tag("span", f"{text}\N{NO-BREAK SPACE}{unit}", class_="money")


def table(caption: str, headings: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: int = 0) -> Safe:
    """A table; its last `numbers` columns stand to the right. A sentence instead when there are no rows."""
    body = [_row(row, len(headings) - numbers) for row in rows]
    if not body:
        return tag("section", tag("h2", caption), tag("p", "Ingen endnu.", class_="muted"))
    first = len(headings) - numbers
    head = tag("tr", *(_cell("th", text, n >= first, scope="col") for n, text in enumerate(headings)))
    inner = tag("table", tag("caption", caption), tag("thead", head), tag("tbody", *body))
    return tag("div", inner, class_="scroll", tabindex="0", role="region", aria_label=caption)


def _row(cells: Sequence[object], first: int) -> Safe:
    return tag("tr", *(_cell("td", cell, number >= first) for number, cell in enumerate(cells)))


def _cell(name: str, content: object, is_number: bool, **attributes: object) -> Safe:
    return tag(name, content, class_="number" if is_number else None, **attributes)


def field(label: str, name: str, value: object = "", **attributes: object) -> Safe:
    """A labelled text field."""
    identity = attributes.pop("id", f"f-{name}")
    control = tag("input", id=identity, name=name, value=value, **attributes)
    return tag("p", tag("label", label, for_=identity), control, class_="field")


def choice(label: str, name: str, options: Mapping[Any, str], chosen: object = None) -> Safe:
    """A labelled drop-down."""
    rows = [tag("option", text, value=value, selected=value == chosen) for value, text in options.items()]
    control = tag("select", *rows, id=f"f-{name}", name=name)
    return tag("p", tag("label", label, for_=f"f-{name}"), control, class_="field")


def radios(legend: str, name: str, options: Mapping[Any, object]) -> Safe:
    """A group of radio buttons, the first one chosen."""
    rows = [
        tag("label", tag("input", type="radio", name=name, value=value, checked=number == 0), " ", text, class_="radio")
        for number, (value, text) in enumerate(options.items())
    ]
    return tag("fieldset", tag("legend", legend), *rows)


def button(text: str, *, name: str | None = None, value: str | None = None, quiet: bool = False) -> Safe:
    """A submit button."""
    return tag("button", text, type="submit", name=name, value=value, class_="quiet" if quiet else None)


def form(action: str, *children: object, method: str = "post") -> Safe:
    """A form."""
    return tag("form", *children, action=action, method=method)


def act(action: str, text: str, **hidden: object) -> Safe:
    """A form of one button."""
    fields = [tag("input", type="hidden", name=name, value=value) for name, value in hidden.items()]
    return tag("form", *fields, button(text, quiet=True), action=action, method="post", class_="act")


STATES = {
    "draft": "Kladde",
    "booked": "Bogført",
    "paid": "Betalt",
    "unpaid": "Ikke betalt",
    "new": "Ny",
    "sent": "Afsendt",
    "cancelled": "Annulleret",
}


def badge(state: str) -> Safe:
    """A state as a word in a box."""
    return tag("span", STATES[state], class_=f"badge {state}")


def page(title: str, *parts: object, status: int = 200) -> Reply:
    """A whole page."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} · Sandkasse"),
        tag("link", rel="stylesheet", href="/sandbox.css"),
        tag("link", rel="icon", href="/sandbox.svg", type="image/svg+xml"),
    )
    top = tag("header", link("/", "Sandkasse"), tag("span", "Efterligninger, ikke de rigtige systemer", class_="muted"))
    body = tag("body", tag("a", "Gå til indholdet", href="#main", class_="skip"), top, tag("main", *parts, id="main"))
    content = Safe("<!DOCTYPE html>") + tag("html", head, body, lang="da")
    return Reply(status, content.encode(), {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"})


def posted(request: Request) -> dict[str, str]:
    """The fields of a posted form."""
    return dict(parse_qsl(request.body.decode(), keep_blank_values=True))


def see_other(address: str) -> Reply:
    """Send the browser on with a GET."""
    return Reply(303, b"", {"location": address, "referrer-policy": "no-referrer", "cache-control": "no-store"})
