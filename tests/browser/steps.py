"""What people do with the mouse and the keyboard, in the words that the pages show. Every click is counted."""

from __future__ import annotations

from decimal import Decimal

from playwright.sync_api import Locator, Page, expect

from script.lib.books import Books
from script.lib.business import Business
from script.lib.scenario import PAGE_SECONDS, Stage
from script.lib.shop import Shop

SAVE_AND_GO_ON = "Gem og rediger videre"
CONNECT = "Opret forbindelse til e-conomic"


class Hand:
    """A person's hand on one page. `clicks` is how often it clicked; opening a list and choosing are two."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def press(self, words: str) -> None:
        """Press the button with exactly these words."""
        self._click(self.page.get_by_role("button", name=words, exact=True))

    def follow(self, words: str, within: Locator | None = None) -> None:
        """Follow the link with exactly these words."""
        self._click((within or self.page).get_by_role("link", name=words, exact=True))

    def tick(self, words: str) -> None:
        """Choose the radio button or the box with exactly this label."""
        self.page.get_by_label(words, exact=True).check()
        self.clicks += 1

    def choose(self, label: str, words: str) -> None:
        """Choose an entry from a list; `label` is how the list's label begins."""
        self.page.get_by_label(label).select_option(label=words)
        self.clicks += 2

    def write(self, label: str, text: str) -> None:
        """Click into a field and write."""
        self.page.get_by_label(label, exact=True).fill(text)
        self.clicks += 1

    def _click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1


class OwnerAtWork:
    """The owner of a business, from the sign-in to the booked order."""

    def __init__(self, page: Page, business: Business, home: str) -> None:
        self.page, self.business, self.home = page, business, home
        self.hand = Hand(page)

    @property
    def menu(self) -> Locator:
        """The grey menu."""
        return self.page.get_by_role("navigation", name="Hovedmenu")

    def sign_in(self) -> None:
        """Open the product and sign in; leads to the overview of the only shop."""
        self.page.goto(self.home)
        self.hand.write("E-mail", self.business.owner.login.email)
        self.hand.write("Adgangskode", self.business.owner.login.password)
        self.hand.press("Log ind")
        expect(self.heading("Overblik")).to_be_visible()

    def connect_shop(self) -> None:
        """From the overview to the shop's platform and back; leads on to the choice of the financial system."""
        self.hand.follow("Forbind shop")
        self.leave_for_shop()
        self.answer_shop("Godkend")
        expect(self.page.get_by_text("Shoppen er forbundet og giver os besked om nye ordrer.")).to_be_visible()
        expect(self.page.get_by_label("Økonomisystem")).to_be_visible()

    def leave_for_shop(self) -> None:
        """From the shop's tab to the sign-in page of its platform."""
        self.hand.press("Forbind shop")
        expect(self.heading("Shoporama: giv adgang")).to_be_visible()

    def answer_shop(self, answer: str) -> None:
        """Choose the shop at its platform, and let us in or not."""
        self.hand.tick(f"{shop_name(self.business.shop)}, shop {self.business.shop.number}")
        self.hand.press(answer)

    def choose_system(self) -> None:
        """Choose e-conomic in the settings, and go to the page that this puts into the menu."""
        self.hand.choose("Økonomisystem", "e-conomic")
        self.hand.press(SAVE_AND_GO_ON)
        self.hand.follow("Økonomisystem", self.menu)

    def connect_books(self) -> None:
        """From the page Økonomisystem to e-conomic and back."""
        self.leave_for_books()
        self.answer_books("Tilføj app")
        name, number = self.business.books.made["name"], self.business.books.number
        expect(self.heading(f"Forbundet med {name}, aftale {number}")).to_be_visible()

    def leave_for_books(self) -> None:
        """From the button on our page to e-conomic's own."""
        self.hand.press(CONNECT)
        expect(self.heading("e-conomic: giv adgang")).to_be_visible()

    def answer_books(self, answer: str) -> None:
        """Choose the agreement at e-conomic, and let us in or not."""
        books = self.business.books
        self.hand.tick(f"{books.made['name']}, aftale {books.number}")
        self.hand.press(answer)

    def save_settings(self) -> None:
        """Choose what is booked and when, take the rest as proposed, and save."""
        self.hand.tick("ved betaling")
        self.hand.tick("opret den")
        self.hand.tick("Bogføring")
        self.hand.press(SAVE_AND_GO_ON)
        expect(self.page.get_by_text("Gemt som version 1.")).to_be_visible()

    def find_order(self, stage: Stage, number: str) -> None:
        """Look at the list of orders until the order has come, and open it."""
        self.hand.follow("Ordrer", self.menu)
        link = self.page.get_by_role("link", name=number, exact=True)
        self.look_until(stage, link, f"order {number} in the list")
        self.hand.follow(number)

    def look_until(self, stage: Stage, what: Locator, words: str) -> None:
        """Load the page again until `what` stands on it."""

        def look() -> bool:
            self.page.reload()
            return what.first.is_visible()

        stage.wait(words, look, PAGE_SECONDS)

    def heading(self, words: str) -> Locator:
        """A heading with these words in it."""
        return self.page.get_by_role("heading", name=words)


class BuyerAtWork:
    """A customer in the sandbox's shop, in a window of the same browser."""

    def __init__(self, page: Page, shop: Shop, outside: str) -> None:
        self.page, self.shop, self.outside = page, shop, outside
        self.hand = Hand(page)

    def place(self, *, paid: bool) -> str:
        """Order what the page proposes; answers the order's number."""
        self.page.goto(f"{self.outside}/shop/{self.shop.number}")
        if not paid:
            self.hand.choose("Betalt", "Ikke endnu")
        self.hand.press("Afgiv ordre")
        title = self.page.get_by_role("heading", level=1)
        expect(title).to_contain_text("Ordre ")
        return title.inner_text().split()[1]

    def pay(self) -> None:
        """Pay the order that was placed last."""
        self.hand.press("Betal")
        expect(self.page.get_by_text("Betalt", exact=True)).to_be_visible()


def shop_name(shop: Shop) -> str:
    """What the shop is called at its platform."""
    return str(shop.opened["name"])


def on_account(books: Books, account: int) -> Decimal:
    """The sum of the entries on an account, in the sandbox's ledger."""
    entries = books.all()["entries"]
    return sum((Decimal(row["amount"]) for row in entries if row["account"] == account), Decimal(0))
