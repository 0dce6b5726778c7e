"""Reading the preview's page, and telling the books' documents the same way."""

from __future__ import annotations

from decimal import Decimal

import pytest

from script.lib.page import Page
from script.lib.preview import Shown, sums_of

pytestmark = pytest.mark.tools

PAGE = """
<main><progress id="sending" max="29" value="7"></progress>
<dl><dt>Bliver til bilag</dt><dd>2 ordrer · <span class="number">1.326,10&nbsp;kr.</span></dd>
<dt>Ville stoppe</dt><dd>1 ordre · <span class="number">0,00&nbsp;kr.</span></dd></dl>
<form><button name="act" value="start">Hent 2 tidligere ordrer</button></form>
<section aria-labelledby="stops"><p>Beløbene stemmer ikke</p><p>10003</p></section>
<section aria-labelledby="sums"><table><thead><tr><th>Måned</th></tr></thead><tbody>
<tr><th>oktober 2026</th><td><span>25 %</span></td>
<td>1.079,93&nbsp;kr.</td><td>269,98&nbsp;kr.</td><td>1.349,91&nbsp;kr.</td></tr>
</tbody></table></section>
<section aria-labelledby="orders"><table><tbody>
<tr><th>10001</th><td><span>25&nbsp;%</span>: <span>79,93&nbsp;kr.</span> + <span>19,98&nbsp;kr.</span> ·
<span>0&nbsp;%</span>: <span>-0,01&nbsp;kr.</span> + <span>0,00&nbsp;kr.</span></td></tr>
<tr><th>10003</th><td>Beløbene stemmer ikke</td></tr>
</tbody></table></section></main>
"""
SHOWN = Shown(Page("http://localhost/", 200, PAGE))


def test_counts_documents_sums_and_stops_are_read() -> None:
    assert SHOWN.counts == [(2, Decimal("1326.10")), (1, Decimal("0.00"))]
    parts = {Decimal(25): (Decimal("79.93"), Decimal("19.98")), Decimal(0): (Decimal("-0.01"), Decimal("0.00"))}
    assert SHOWN.documents == {"10001": parts}
    assert SHOWN.sums == {("oktober 2026", Decimal(25)): (Decimal("1079.93"), Decimal("269.98"))}
    assert "10003" in SHOWN.stops
    assert SHOWN.progress == (7, 29)


def test_a_button_that_is_not_there_is_told() -> None:
    assert SHOWN.button("start").choices("act") == {}
    with pytest.raises(LookupError, match="cancel"):
        SHOWN.button("cancel")


def test_documents_of_a_month_are_summed_by_rate() -> None:
    def document(day: str, net: str, vat: str) -> dict[str, object]:
        return {"date": day, "vat_by_rate": {"25.00": {"net": net, "vat": vat}}}

    books = [document("2026-10-01", "1000.00", "250.00"), document("2026-10-31", "79.93", "19.98")]
    assert sums_of(books) == SHOWN.sums
    assert sums_of([*books, document("2026-11-01", "1.00", "0.25")]).keys() - SHOWN.sums.keys() == {
        ("november 2026", Decimal(25))
    }
