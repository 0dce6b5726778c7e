"""Credit notes at the owner's pages: what is filled in, what is read of them, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

import pytest

from script.lib import notes
from script.lib.notes import Refused, Shown, Wish
from script.lib.owner import Login, Owner
from script.lib.page import Form, Page
from script.lib.person import Person, Unexpected
from script.lib.shop import Order

pytestmark = pytest.mark.tools

SITE = "http://localhost/s/nordlys/"
LOGIN = Login("anna@example.dk", "kode", "Nordlys ApS", "nordlys")
ORDER = Order(7, "invoice:shoporama:1:7", "DKK", Decimal("437.00"), Decimal("87.40"), name="10001")
PLACES = "".join(f'<span id="line-{at}-name"></span>' for at in (0, 2, 3, 5))
LINES = f'{PLACES}<input name="q0" value=""><input name="q3" value=""><input type="checkbox" name="ship5">'
MORE = '<input name="amount@25" value=""><input name="text" value=""><input type="radio" name="refund" value="open">'
BUTTONS = "".join(f'<button name="act" value="{act}">{act}</button>' for act in ("show", "all", "save"))
PREVIEW = """<table><tfoot>
<tr><td>Moms 25 % af −1.159,20</td><td></td><td>−289,80</td></tr>
<tr><td>Moms 0 % af −0,01</td><td></td><td>0,00</td></tr>
</tfoot></table><p class="sum"><strong>Netto −1.159,21 · moms −289,80 · i alt −1.449,01 kr.</strong></p>"""


def form(preview: str = "") -> str:
    fields = f'<input type="hidden" name="token" value="t">{LINES}{MORE}{BUTTONS}'
    return f'<form method="post" action="/s/nordlys/orders/10001/credit/">{fields}{preview}</form>'


class Browser(Person):
    """A person at a site of whose pages each is answered by what was last sent to it."""

    def __init__(self, answer: Callable[[str, dict[str, str]], Page]) -> None:
        super().__init__(SITE)
        self.answer, self.sent = answer, cast(list[dict[str, str]], [])

    def open(self, address: str) -> Page:
        self.page = Page(f"http://localhost{address}", 200, form())
        return self.page

    def send(self, form: Form, button: str | None = None, **values: object) -> Page:
        self.sent.append(dict(form.filled(values, button)))
        self.page = self.answer(form.action, self.sent[-1])
        if self.page.status >= 400:
            raise Unexpected(str(self.page))
        return self.page


def owner(answer: Callable[[str, dict[str, str]], Page]) -> Any:
    made = Owner(SITE, LOGIN)
    made.person = Browser(answer)
    return made


def pages(action: str, sent: dict[str, str]) -> Page:
    if sent["act"] == "save":
        return Page(f"{SITE}credit-notes/88/", 200, "saved")
    return Page(f"http://localhost{action}", 200, form(PREVIEW))


def test_what_is_credited_is_shown_and_then_saved() -> None:
    anna = owner(pages)
    # Of the line between them nothing is left, and it has no field.
    wish = Wish({0: 1, 2: 2}, shipping=True, amounts={"25": "50,00"}, text="Retur", refund="open")
    number, shown = notes.make(anna, ORDER, wish)
    assert (number, notes.key_of(ORDER, number)) == (88, "credit:shoporama:1:7:88")
    filled = {"q0": "1", "q3": "2", "ship5": "on", "amount@25": "50,00", "text": "Retur", "refund": "open"}
    assert anna.person.sent == [
        {"token": "t", "act": "show", **filled},
        {"token": "t", "act": "save", "q0": "", "q3": "", "amount@25": "", "text": ""},
    ]
    assert (shown.gross, shown.vat_by_rate) == (Decimal("1449.01"), {Decimal(25): Decimal("289.80")})


def test_shipping_that_is_ticked_by_itself_is_unticked() -> None:
    def ticking(action: str, sent: dict[str, str]) -> Page:
        was_shown = len(anna.person.sent) > 1
        text = form(PREVIEW) if was_shown else form(PREVIEW).replace('name="ship5"', 'name="ship5" checked')
        return Page(f"http://localhost{action}", 200, text)

    anna = owner(ticking)
    notes.look(anna, ORDER, Wish({0: 1}))
    assert [sent["act"] for sent in anna.person.sent] == ["show", "show"]
    assert not any("ship5" in sent for sent in anna.person.sent)


def test_all_that_is_left_is_asked_for_by_one_press() -> None:
    anna = owner(pages)
    notes.make(anna, ORDER, Wish(is_rest=True))
    assert [sent["act"] for sent in anna.person.sent] == ["all", "save"]


def test_what_the_page_refuses_is_told_in_its_words() -> None:
    def refusing(action: str, sent: dict[str, str]) -> Page:
        return Page(f"http://localhost{action}", 422, form("<main>Højst 100,00 kr.</main>"))

    assert "Højst 100,00 kr." in notes.refused(owner(refusing), ORDER, Wish({0: 1}))
    assert notes.refused(owner(pages), ORDER, Wish({0: 1})) == ""


def test_a_page_that_is_away_is_no_refusal() -> None:
    with pytest.raises(Unexpected):
        notes.refused(owner(lambda action, _: Page(action, 503, "away")), ORDER, Wish({0: 1}))


def test_a_form_that_comes_back_is_not_saved() -> None:
    with pytest.raises(Refused):
        notes.save(owner(lambda action, _: Page(action, 200, form(PREVIEW))), Shown(Page(SITE, 200, form(PREVIEW))))


def test_a_page_without_a_note_shows_none() -> None:
    with pytest.raises(Refused):
        _ = Shown(Page(SITE, 200, form())).gross
