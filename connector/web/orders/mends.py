"""The form that mends a cause, where one does: the settings fields that its orders lack, or a choice made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from connector.core.plan import Trigger
from connector.core.rules import MissingProduct
from connector.core.settlement import OPEN, USUAL
from connector.sync import methods, proposals, rules
from connector.sync.models import ShopMethod
from connector.web.frame.format import spoken
from connector.web.frame.words import FIELDS
from connector.web.orders.causes import Cause
from connector.web.setup import labels
from connector.web.setup.creating import MISSING, Creating, offered
from connector.web.setup.finance import Books
from connector.web.setup.part import PartForm
from shops.models import Shop

Facts = Mapping[str, Any]

METHOD_REASONS = frozenset({"payment-method-unmapped", "payment-terms-changed"})


@dataclass(frozen=True)
class Mend:
    """What is shown beside a cause. `form` holds settings; `customers` are (number, words) to choose from;
    `confirms` is the order whose page has the button that confirms it; `former` the number that a method had."""

    form: PartForm | None = None
    customers: Sequence[tuple[str, str]] = ()
    confirms: str = ""
    former: str = ""
    new: str = ""
    creating: Creating | None = None
    """The items that the cause lacks and we can create, or why we cannot."""

    @property
    def is_there(self) -> bool:
        """Whether the cause can be mended here."""
        return bool(self.form or self.customers or self.confirms or (self.creating and self.creating.is_there))


@dataclass(frozen=True)
class Fields:
    """The settings that a reason is about; `required` may not be left empty."""

    names: Sequence[str]
    required: Sequence[str] = ()
    proposed: Mapping[str, str] = field(default_factory=dict)


def mend_of(cause: Cause, books: Books | None, shop: Shop, data: Mapping[str, Any] | None = None) -> Mend:
    """The form for a cause, filled with `data` where it was posted; an empty one where a link has to do."""
    facts = cause.jobs[-1].facts or {}
    if cause.reason == "first-order-check":
        return Mend(confirms=cause.order)
    if cause.reason == "customer-ambiguous":
        return Mend(customers=_customers(facts))
    if books is None or books.version is None:
        return Mend()
    if cause.reason in METHOD_REASONS:
        return _method(cause, facts, books, shop, data)
    wanted = FIELDS_OF[cause.reason](facts, books) if cause.reason in FIELDS_OF else Fields(())
    form = PartForm(
        books, wanted.names, data=data, required=wanted.required, proposed=wanted.proposed, at=f"{cause.id}_"
    )
    if cause.reason == MISSING:
        _ask_to_make_it(form, books)
    has_all = set(wanted.required) <= set(form.fields)
    return Mend(form=form if form.fields and has_all else None, creating=_creating(cause, wanted, books))


def _creating(cause: Cause, wanted: Fields, books: Books) -> Creating | None:
    """What can be created for a cause: the items that its settings should choose, or the products of its orders."""
    if cause.reason not in FIELDS_OF:
        return None
    fields = () if cause.reason == MISSING else wanted.names
    return offered(books, cause.jobs, fields)


def _customers(facts: Facts) -> list[tuple[str, str]]:
    """Those that the stop named, a line each: number, name. Of an id that only programs use the beginning has to tell
    two of one name apart."""
    lines = [line.partition(" ") for line in str(facts.get("customers", "")).splitlines() if line.strip()]
    return [(number, f"{number} {name}" if spoken(number) else f"{name} ({number[:8]} …)") for number, _, name in lines]


def _method(cause: Cause, facts: Facts, books: Books, shop: Shop, data: Mapping[str, Any] | None) -> Mend:
    key = str(facts.get("method_key", ""))
    found = list(ShopMethod.objects.filter(shop=shop, kind=ShopMethod.Kind.PAYMENT, key=key))
    if not found:
        return Mend()
    # Where the other methods' money goes is the likeliest place; one that cannot be paid beforehand is told apart.
    name = f"{rules.PAY}{key}"
    proposed = {} if books.saved.get(name) else _proposed(found[0], books)
    form = PartForm(books, (), found, data, required=(name,), proposed=proposed, at=f"{cause.id}_")
    return Mend(form=form, former=str(facts.get("old", "")), new=str(facts.get("new", "")))


def _proposed(method: ShopMethod, books: Books) -> dict[str, str]:
    """The usual account; an invoice that is paid later stays open, and goes when the goods do."""
    pay, when = f"{rules.PAY}{method.key}", f"{rules.WHEN}{method.key}"
    if methods.is_paid_later(method.name):
        return {pay: OPEN, when: Trigger.SHIPMENT.value}
    is_known = books.saved.get("account", "") in books.choices.labels("accounts")
    return {pay: USUAL} if is_known else {}


# --- which settings a reason is about ---------------------------------------------------------------------------------
def _product(facts: Facts, books: Books) -> Fields:
    at = f"{rules.PER_RATE}{facts.get('rate', '')}"
    group = f"product_group{at}"
    likely = proposals.defaults(books.choices, books.provider.setting_fields)
    # The group whose VAT is the product's, where there is one.
    proposed = {} if books.saved.get(group) else {group: likely.get(group, "")}
    if books.saved.get("missing_product") == MissingProduct.STOP and (books.saved.get(group) or proposed.get(group)):
        proposed["missing_product"] = MissingProduct.CREATE.value
    return Fields(("missing_product", group, f"default{at}"), (), proposed)


def _ask_to_make_it(form: PartForm, books: Books) -> None:
    """To stop is what happened already; said here it means that the owner makes the product and we try again."""
    words = _("I create it myself in %(provider)s") % {"provider": books.provider.label}
    asked = form.fields["missing_product"]
    assert isinstance(asked, forms.ChoiceField)
    known = labels.CHOICES["missing_product"]
    asked.choices = [(value, words if value == MissingProduct.STOP else text) for value, text in known.items()]


def _per_rate(facts: Facts, _books: Books) -> Fields:
    """The setting that the facts name, for their VAT rate where they have one."""
    said = str(facts.get("field", ""))
    name, rate = FIELDS.get(said, said).removesuffix(rules.PER_RATE), facts.get("rate")
    wanted = f"{name}{rules.PER_RATE}{rate}" if rate else name
    return Fields((wanted,), (wanted,))


def _that_are(fact: str) -> Callable[[Facts, Books], Fields]:
    """Every setting that holds what the facts say is gone."""

    def found(facts: Facts, books: Books) -> Fields:
        gone = str(facts.get(fact, ""))
        own = {name for setting in books.provider.setting_fields for name in rules.names(setting, books.saved)}
        names = [name for name in own if gone and books.saved.get(name) == gone]
        return Fields(sorted(names), sorted(names))

    return found


def _one(name: str) -> Callable[[Facts, Books], Fields]:
    return lambda _facts, _books: Fields((name,), (name,))


def _zone(facts: Facts, _books: Books) -> Fields:
    name = f"zone_{facts.get('situation', '')}"
    return Fields((name,), (name,))


FIELDS_OF: Mapping[str, Callable[[Facts, Books], Fields]] = {
    MISSING: _product,
    "fee-unknown": _per_rate,
    "choice-missing": _per_rate,
    "choice-gone": _that_are("name"),
    "account-closed": _that_are("account"),
    "vat-zone-missing": _zone,
    "vat-free-group-missing": _one("rounding"),
    "layout-missing": _one("layout"),
    "journal-missing": _one("journal"),
}
