"""Books that are known by a pasted token, sell as service products, and search as they like."""

from __future__ import annotations

from collections.abc import Iterator

from script.lib.books import Billy, Held, base
from script.lib.business import ORDINARY
from script.lib.scenario import Played, Scenario, Stage
from script.lib.scenarios.ordinary import BOOK, CUP
from script.lib.scenarios.trouble import AnswerLost
from script.lib.shop import Order


class WrongCompany(Scenario):
    """The token is deleted, and the owner pastes one of another company: nothing goes there, and with the right one
    the order goes where it belongs."""

    words = "wrong company's token"
    needs = frozenset({"orders", "invoice", "payment", "pasted key"})

    def play(self, stage: Stage) -> Played:
        stage.business.set_up()
        stage.books.revoke()
        order = stage.shop.place([CUP], paid=True)
        stage.wait_state(order, "needs_you", stage.books.lost_reason)
        other = Billy(stage.control, name="Den forkerte ApS")
        stage.owner.approve_books(other)
        page = stage.owner.person.open(stage.owner.address("finance/connect/"))
        wrong = [] if other.made["name"] in page.text else ["the page does not say whose books the token opens"]
        row = stage.owner.order(order)
        if row["state"] != "needs_you":
            wrong.append(f"with another company's token the order is {row['state']}")
        stage.owner.person.send(page.form("/choose/"), "old")
        stage.owner.connect_books(stage.books)
        stage.book(order)
        wrong += [f"the other company holds {kind}" for kind in other.traces()]
        return Played([order], wrong=wrong)


class NoUsableProduct(Scenario):
    """The company has nothing to sell as: the settings say so and make what is missing, once and on request."""

    words = "no usable product"
    needs = frozenset({"orders", "invoice", "payment", "service products"})

    def play(self, stage: Stage) -> Played:
        bare = Billy(stage.control, name="Uden produkter ApS", with_products=False)
        stage.business.books = bare
        stage.business.connect()
        owner = stage.owner
        page = owner.person.open(owner.address("finance/"))
        accounts = {"account": bare.accounts["5720"], "gift_card_account": bare.accounts["7130"]}
        page = owner.person.send_by(page.form(having="version"), "create-products/", **accounts)
        owner.person.send(page.form(having="version"), "edit", **ORDINARY)
        order = stage.shop.place([CUP], shipping_price=39, paid=True)
        [document] = stage.book(order).booked
        made = [row["number"] for row in bare.all()["products"]]
        wrong = [] if set(bare.sold_as(document)) <= set(made) else ["the lines are sold as something else"]
        named = {row["name"] for row in bare.all()["products"]}
        if len(named) != len(made):
            wrong.append(f"products were made twice: {sorted(named)}")
        return Played([order], wrong=wrong)


class SearchIgnored(AnswerLost):
    """The draft's answer is lost, and the search for it gives everybody's invoices: ours is found among them."""

    words = "search that ignores its filter"
    needs = AnswerLost.needs | {"ignored filters"}
    write = base.DRAFT
    documents = 2
    email = "ny.kunde@example.dk"

    def play(self, stage: Stage) -> Played:
        played = super().play(stage)
        return Played([self.earlier, *played.orders], wrong=played.wrong)

    def happen(self, stage: Stage) -> Order:
        assert isinstance(stage.books, Billy)
        self.earlier = stage.shop.place([BOOK], email="en.anden@example.dk", name="En Anden", paid=True)
        stage.book(self.earlier)
        stage.books.ignore_filters()
        stage.books.fault(self.write, "drop_after")
        return stage.shop.place([CUP], email=self.email, name="Ny Kunde", paid=True)

    def end(self, stage: Stage, order: Order) -> Held:
        return stage.wait_booked(order)

    def complaints(self, stage: Stage, held: Held) -> Iterator[str]:
        yield from super().complaints(stage, held)
        known = stage.books.customers_with(self.email)
        if known != [str(held.booked[0]["customer"])]:
            yield f"the invoice is for {held.booked[0]['customer']}, and the address has {known}"
