"""`{% load connector %}`: amounts, rates, times, icons and states in templates."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounting.registry import PROVIDERS, provider_class
from connector.web.frame import format as written
from connector.web.frame import words

register = template.Library()


@register.filter
def money(amount: Decimal | None, currency: str = "DKK") -> SafeString:
    """`{{ job.total|money:job.currency }}`."""
    return format_html('<span class="number">{}</span>', written.money(amount, currency))


@register.filter
def figure(amount: Decimal | None) -> SafeString:
    """An amount in a column whose heading names the currency."""
    shown = written.NOTHING if amount is None else written.number(amount)
    return format_html('<span class="number">{}</span>', shown)


@register.filter
def quantity(value: Decimal) -> str:
    """`2`, `1,5`."""
    return written.plain(value)


@register.filter
def rate(percent: Decimal | None) -> SafeString:
    """`{{ line.vat_rate|rate }}`."""
    return format_html('<span class="number">{}</span>', written.rate(percent))


@register.filter
def spoken(number: str) -> str:
    """`{{ job.customer_number|spoken }}`: nothing for an id that only programs use."""
    return written.spoken(number)


def _time(moment: Any, write: Callable[[Any], str]) -> SafeString | str:
    if not isinstance(moment, date):
        return written.NOTHING
    return format_html('<time datetime="{}">{}</time>', written.iso(moment), write(moment))


@register.filter
def when(moment: datetime | None) -> SafeString | str:
    """Day and clock, as short as today allows."""
    return _time(moment, written.when)


@register.filter
def day(moment: date | None) -> SafeString | str:
    """`20. november 2026`."""
    return _time(moment, written.day)


@register.filter
def short_day(moment: date | None) -> SafeString | str:
    """`20.11.`."""
    return _time(moment, written.short_day)


@register.filter
def clock(moment: datetime | None) -> SafeString | str:
    """`kl. 14.31`."""
    return _time(moment, written.clock)


@register.filter
def bare_clock(moment: datetime | None) -> SafeString | str:
    """`14.31`, for a column of clocks."""
    return _time(moment, written.bare_clock)


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """`3 minutes ago` within the hour."""
    return _time(moment, written.ago)


_LEFT = r'<(?P<tag>option|title|textarea|button)\b.*?</(?P=tag)>|<a class="button.*?</a>|<[^>]*>'
"""What stays as it is: tags, what holds text alone, and buttons, whose parts would be laid out side by side."""


@register.filter
def unbroken(html: SafeString) -> SafeString:
    """Rendered HTML in which no provider's name ends one line and begins the next: browsers break at a hyphen."""
    return mark_safe(_names().sub(_kept, html))  # noqa: S308 - it was rendered, and only our own span is added


@cache
def _names() -> re.Pattern[str]:
    labels = [re.escape(provider_class(name).label) for name in PROVIDERS]
    return re.compile(f"{_LEFT}|(?P<name>{'|'.join(labels)})", re.DOTALL)


def _kept(found: re.Match[str]) -> str:
    return f'<span class="nowrap">{found[0]}</span>' if found["name"] else found[0]


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite, hidden from screen readers: a word always stands beside it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, static("icons.svg"), name
    )


@register.filter
def state_word(state: str) -> str:
    """The state in words."""
    return str(words.STATES.get(state, state))


@register.filter
def detail_word(detail: str) -> str:
    """The second word of "in the books"."""
    return str(words.DETAILS.get(detail, ""))


@register.inclusion_tag("frame/badge.html")
def badge(state: str, detail: str = "") -> dict[str, str]:
    """Icon and word of a state, always together."""
    return {"state": state, "detail": detail if state == "done" else ""}
