"""Credit notes on the owner's pages: what one will be, making it, and what is done about it afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from script.lib.owner import Owner
from script.lib.page import Form, Page
from script.lib.person import Unexpected
from script.lib.preview import AMOUNT, danish
from script.lib.shop import Order

RATE = re.compile(r"([\d,]+) % (?:af|av|of) ")
MADE = re.compile(r"/credit-notes/(\d+)/")
LINE, SHIPPING = re.compile(r"line-(\d+)-name"), re.compile(r"ship\d+")
REFUSED = 422
ALL, SHOW, SAVE = "all", "show", "save"


class Refused(Exception):
    """The page makes no such credit note; the message is what it says."""


@dataclass(frozen=True)
class Wish:
    """What is to be credited: quantities by line, counted from 0, the shipping or not, amounts by VAT rate in per cent.

    `is_rest`: all that is left. `refund`: whether the books are told that the money went back ("register") or not
    ("open"); where it is empty, as the settings say.
    """

    quantities: Mapping[int, object] = field(default_factory=dict)
    shipping: bool = False
    amounts: Mapping[str, object] = field(default_factory=dict)
    is_rest: bool = False
    text: str = ""
    refund: str = ""


@dataclass(frozen=True)
class Shown:
    """A form that shows the note as it would be saved, in amounts above zero."""

    page: Page

    @property
    def form(self) -> Form:
        """The form, as it is filled in. Raises LookupError where the page has none."""
        return self.page.form(having="token")

    @property
    def gross(self) -> Decimal:
        """What the note comes to. Raises Refused where the page shows no note."""
        for words in self.page.root.find("p"):
            if words.get("class") == "sum":
                return -_last_amount(words.text)
        raise Refused(str(self.page))

    @property
    def vat_by_rate(self) -> dict[Decimal, Decimal]:
        """VAT rate in per cent → VAT."""
        rows = [row.text for foot in self.page.root.find("tfoot") for row in foot.find("tr")]
        found = {rate[1]: -_last_amount(row) for row in rows if (rate := RATE.search(row))}
        return {danish(rate): vat for rate, vat in found.items() if vat}


def make(owner: Owner, order: Order, wish: Wish) -> tuple[int, Shown]:
    """Have the note shown and save it; answers its number, and what was shown last. Raises Refused."""
    shown = look(owner, order, wish)
    return save(owner, shown), shown


def look(owner: Owner, order: Order, wish: Wish) -> Shown:
    """Fill in the form and have the note shown. Raises Refused where the page does not show one.

    The shipping is ticked by itself when all of the goods are credited; where it is not wished for it is unticked then.
    """
    page = owner.person.open(owner.address(f"orders/{order.name}/credit/"))
    values = dict(_filled(page, wish))
    shown = Shown(_sent(owner, page.form(having="token"), ALL if wish.is_rest else SHOW, **values))
    ticked = [name for name, _ in shown.form.filled({}) if SHIPPING.fullmatch(name)]
    if ticked and not wish.shipping and not wish.is_rest:
        shown = Shown(_sent(owner, shown.form, SHOW, **dict.fromkeys(ticked, False)))
    return shown


def save(owner: Owner, shown: Shown) -> int:
    """Save the note that is shown; answers its number. Raises Refused where the page comes back without one."""
    page = _sent(owner, shown.form, SAVE)
    made = MADE.search(page.url)
    if made is None:
        raise Refused(str(page))
    return int(made[1])


def refused(owner: Owner, order: Order, wish: Wish) -> str:
    """Why the page does not make such a note; empty where it would."""
    try:
        look(owner, order, wish)
    except Refused as refusal:
        return str(refusal)
    return ""


def key_of(order: Order, number: int) -> str:
    """What the note with this number carries in the books."""
    return f"credit:{order.key.partition(':')[2]}:{number}"


def _filled(page: Page, wish: Wish) -> Iterator[tuple[str, object]]:
    """The fields. A line has none when nothing of it is left, so that its place on the page tells which one is its."""
    places = [match[1] for node in page.root.find("span") if (match := LINE.fullmatch(node.get("id")))]
    for line, quantity in wish.quantities.items():
        yield f"q{places[line]}", quantity
    if wish.shipping:
        yield next(name for name in page.form(having="token").names if SHIPPING.fullmatch(name)), True
    for rate, amount in wish.amounts.items():
        yield f"amount@{rate}", amount
    if wish.text:
        yield "text", wish.text
    if wish.refund:
        yield "refund", wish.refund


def _sent(owner: Owner, form: Form, button: str, **values: object) -> Page:
    """The page behind a button. Raises Refused where it says what is wrong, Unexpected for any other trouble."""
    before = owner.person.page
    try:
        return owner.person.send(form, button, **values)
    except Unexpected:
        page = owner.person.page
        if page is not before and page.status == REFUSED:
            raise Refused(str(page)) from None
        raise


def _last_amount(words: str) -> Decimal:
    found = AMOUNT.findall(words.replace("−", "-"))
    if not found:
        raise Unexpected(f"no amount in {words!r}")
    return danish(found[-1])


# --- afterwards ----------------------------------------------------------------------------------------------------
def mark_refunded(owner: Owner, number: int) -> None:
    """Say that the money went back."""
    _press(owner, f"credit-notes/{number}/", f"/credit-notes/{number}/money/", "refunded")


def register_refund(owner: Owner, number: int) -> None:
    """Have the refund of a note that was left open registered in the books."""
    _press(owner, f"credit-notes/{number}/", f"/credit-notes/{number}/money/", "register")


def send_again(owner: Owner, order: Order) -> None:
    """Credit what was booked and have the order sent as it is now; one that is cancelled is only credited."""
    page = owner.person.open(owner.address(f"orders/{order.name}/again/"))
    # The page's own form is the one that goes back to it.
    [form] = [form for form in page.forms() if form.method == "POST" and not form.action]
    owner.person.send(form)


def choose_original(owner: Owner, note: Order, original: Order) -> None:
    """Say which order a note of the shop's is for."""
    page = owner.person.open(owner.address(f"orders/{note.name}/?q={original.name}"))
    form = page.form("/original/", having="original")
    [job] = form.choices("original")
    owner.person.send(form, "chosen", original=job)


def stand_alone(owner: Owner, note: Order) -> None:
    """Say that a note of the shop's is for no order here."""
    _press(owner, f"orders/{note.name}/", "/original/", "alone")


def end_order(owner: Owner, order: Order) -> None:
    """Credit all of an order that is not booked: it ends."""
    shown = look(owner, order, Wish(is_rest=True))
    _sent(owner, shown.form, SAVE)


def _press(owner: Owner, address: str, action: str, button: str) -> None:
    """Press the button of one of the owner's pages, in the form with that action that has it."""
    page = owner.person.open(owner.address(address))
    for form in page.forms():
        buttons = {node.get("value") for node in form.node.find("button")}
        if action in form.action and button in buttons:
            owner.person.send(form, button)
            return
    raise LookupError(f"no button {button!r} to {action!r} on {page}")
