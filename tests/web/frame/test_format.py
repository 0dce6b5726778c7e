"""Figures and times as screens.md section 6 writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django.template import Context, Template
from django.utils import translation

from connector.web.frame import format as written

pytestmark = pytest.mark.unit
NB = "\u00a0"
NOON = datetime(2026, 11, 20, 13, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "amount", "currency", "text"),
    [
        ("da", "1234.5", "DKK", f"1.234,50{NB}kr."),
        ("nb", "1234.5", "DKK", f"1{NB}234,50{NB}kr"),
        ("en", "1234.5", "DKK", f"DKK{NB}1,234.50"),
        ("da", "1234567.891", "DKK", f"1.234.567,89{NB}kr."),
        ("da", "0", "DKK", f"0,00{NB}kr."),
        ("da", "0", "", f"0,00{NB}kr."),
        ("da", "-159.2", "DKK", f"\u2212159,20{NB}kr."),
        ("en", "-159.2", "DKK", f"DKK{NB}\u2212159.20"),
        ("da", "12.005", "EUR", f"12,01{NB}EUR"),
        ("nb", "12", "NOK", f"12,00{NB}NOK"),
        ("en", "12", "EUR", f"EUR{NB}12.00"),
        ("da", "-0.001", "DKK", f"0,00{NB}kr."),
    ],
)
def test_money(language: str, amount: str, currency: str, text: str) -> None:
    with translation.override(language):
        assert written.money(Decimal(amount), currency) == text


def test_no_amount_is_a_dash() -> None:
    assert written.money(None) == written.rate(None) == "–"


@pytest.mark.parametrize(
    ("language", "percent", "text"),
    [
        ("da", "25", f"25{NB}%"),
        ("da", "25.50", f"25,5{NB}%"),
        ("nb", "0", f"0{NB}%"),
        ("en", "25", "25%"),
        ("en", "25.5", "25.5%"),
        ("da", "1E+2", f"100{NB}%"),
    ],
)
def test_rates(language: str, percent: str, text: str) -> None:
    with translation.override(language):
        assert written.rate(Decimal(percent)) == text


@pytest.mark.parametrize(
    ("language", "day", "short", "clock"),
    [
        ("da", "20. november 2026", "20.11.", f"kl.{NB}14.31"),
        ("nb", "20. november 2026", "20.11.", f"kl.{NB}14.31"),
        ("en", "20 November 2026", "20 Nov", "14:31"),
    ],
)
@time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False)
def test_days_and_clocks_are_copenhagens(language: str, day: str, short: str, clock: str) -> None:
    with translation.override(language):
        assert (written.day(NOON), written.short_day(NOON), written.clock(NOON)) == (day, short, clock)
        assert written.when(NOON) == f"{short} {clock}"


@time_machine.travel(datetime(2026, 11, 20, 23, 30, tzinfo=UTC), tick=False)
def test_today_begins_at_midnight_in_copenhagen() -> None:
    with translation.override("da"):
        assert written.when(NOON) == f"20.11. kl.{NB}14.31"
        assert written.when(datetime(2026, 11, 20, 23, 5, tzinfo=UTC)) == f"kl.{NB}00.05"


@time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False)
def test_another_year_is_said() -> None:
    with translation.override("da"):
        assert written.short_day(date(2025, 11, 20)) == "20.11.2025"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "lige nu"), (59, "lige nu"), (60, "for 1 minut siden"), (3599, "for 59 minutter siden")],
)
def test_minutes_ago_within_the_hour(seconds: int, text: str) -> None:
    now = datetime.fromtimestamp(NOON.timestamp() + seconds, UTC)
    with time_machine.travel(now, tick=False), translation.override("da"):
        assert written.ago(NOON) == text


def test_an_hour_ago_is_a_clock() -> None:
    later = datetime.fromtimestamp(NOON.timestamp() + 3600, UTC)
    with time_machine.travel(later, tick=False), translation.override("da"):
        assert written.ago(NOON) == f"kl.{NB}14.31"


def _rendered(template: str, **values: object) -> str:
    with translation.override("da"):
        return Template("{% load connector %}" + template).render(Context(values))


def test_tags() -> None:
    amount = _rendered("{{ amount|money:currency }}", amount=Decimal("1234.5"), currency="DKK")
    assert amount == f'<span class="number">1.234,50{NB}kr.</span>'
    assert _rendered("{{ rate|rate }}", rate=Decimal(25)) == f'<span class="number">25{NB}%</span>'
    assert _rendered("{{ at|clock }}", at=NOON) == (f'<time datetime="2026-11-20T14:31+01:00">kl.{NB}14.31</time>')
    assert _rendered("{{ at|day }}", at=date(2026, 11, 20)) == '<time datetime="2026-11-20">20. november 2026</time>'
    assert _rendered("{{ at|when }}", at=None) == "–"
    assert _rendered("{{ amount|figure }}", amount=Decimal("1.5")) == '<span class="number">1,50</span>'


def test_an_icon_is_hidden_from_screen_readers_and_a_badge_has_its_word() -> None:
    badge = _rendered('{% badge "done" "booked" %}')
    assert 'aria-hidden="true"' in badge
    assert "I regnskabet · bogført" in badge
    assert "kladde" not in _rendered('{% badge "needs_you" "draft" %}')


def test_a_providers_name_stays_on_one_line_where_it_is_text_and_nowhere_else() -> None:
    page = (
        '<a title="e-conomic">Til e-conomic.</a><option>e-conomic</option><title>e-conomic</title>&lt;e-conomic'
        '<button class="main"><b>Til</b> e-conomic</button><a class="button main" href="/">Til e-conomic</a>'
    )
    kept = '<span class="nowrap">e-conomic</span>'
    text = "{% load connector %}{% filter unbroken %}{{ page|safe }}{% endfilter %}"
    assert Template(text).render(Context({"page": page})) == (
        f'<a title="e-conomic">Til {kept}.</a><option>e-conomic</option><title>e-conomic</title>&lt;{kept}'
        '<button class="main"><b>Til</b> e-conomic</button><a class="button main" href="/">Til e-conomic</a>'
    )
