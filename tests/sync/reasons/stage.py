"""A business with its owner at a browser: where a reason is provoked, read, mended as it says, and its orders go."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation

from connector.sync.models import Integration, SyncJob
from connector.tenancy.models import Membership, Role, User
from connector.web.frame.catalogue import CATALOGUE
from connector.web.frame.reasons import Explanation, explain, order_address
from connector.web.orders.listing import NOW
from tests.people import signed_in
from tests.sync.faults import Act, Wire
from tests.sync.world import World, amount
from tests.web.setup.fields import filled
from tests.web.setup.outside import Browser, text_of

CUP = {"own_id": "KOP-1", "name": "Kop", "amount": 1, "unit_price": "100.00"}


@dataclass
class Stage:
    """The world, its owner's browser, and the wire between the product and everything outside."""

    world: World
    browser: Browser
    wire: Wire
    patch: Any
    kept: dict[str, Any] = field(default_factory=dict)
    """What somebody took out of the books, to be put back."""

    @classmethod
    def of(cls, world: World, patch: Any) -> Stage:
        """Let the owner of a world sign in, and the pages reach its stand-ins."""
        anna = User(email="anna@example.dk", name="Anna Berg")
        anna.set_unusable_password()
        anna.save()
        with world.scope():
            Membership.objects.create(tenant=world.tenant, user=anna, role=Role.OWNER)
        wire = Wire.of(world)
        patch.setattr("connector.sync.build.network", lambda: world.transport)
        return cls(world, Browser(signed_in(anna)), wire, patch)

    # --- provoking ---------------------------------------------------------------------------------------------------
    def sold(self, **wish: Any) -> Any:
        """An order that is paid and told, and everything that is due done."""
        order = self.world.sold(**{"products": [CUP], **wish})
        self.world.drain()
        return order

    def changed(self, order: Any, **values: Any) -> None:
        """Somebody corrects the order in the shop, which tells it."""
        for name, value in values.items():
            setattr(order, name, value)
        self.world.tell(order, "new_status")

    def refused(self, call: str, act: Act, times: int = 1) -> None:
        """What the next calls to such an address meet."""
        self.wire.meets(call, act, times=times)

    # --- mending -----------------------------------------------------------------------------------------------------
    def transfer(self, order: Any, act: str = NOW) -> None:
        """Press "Transfer now" or "Transfer anyway" on the order's page."""
        assert self.browser.send(f"{self.address(order)}transfer/", act=act).status_code == 302

    def address(self, order: Any) -> str:
        """The order's page, within the shop's."""
        return f"orders/{order_address(self.world.job(order))}/"

    def choose(self, **fields: str) -> None:
        """Fill the form of the only cause on the page of what needs somebody."""
        page = self.browser.page("needs-you/").content.decode()
        [cause] = set(re.findall(r'name="cause" value="([0-9a-f]+)"', page))
        answer = self.browser.send("needs-you/mend/", cause=cause, **{"act": "save", **fields})
        assert answer.status_code == 302, text_of(answer)

    def fetch(self) -> None:
        """Press "Fetch again"."""
        assert self.browser.send("finance/fetch/").status_code == 302

    def save(self, **changes: str) -> None:
        """Save the page of the settings, with `changes` typed over what stands there."""
        fields = {**filled(self.browser.page("finance/")), **changes, "then": "edit"}
        answer = self.browser.send("finance/", **{name: value for name, value in fields.items() if value != "(off)"})
        assert answer.status_code == 302, text_of(answer)

    def integration(self) -> Integration:
        with self.world.scope():
            return Integration.objects.select_related("connection", "shop").get(shop=self.world.shop, is_active=True)


@dataclass(frozen=True)
class Case:
    """A reason of the catalogue: how an order comes to rest with it, and how that is mended.

    `shown` is the catalogue's entry, `code` what the job carries where a fact tells more exactly. `provoke` gives the
    order; `mend` is None where nobody has to do anything. `ends` is what becomes of the order.
    """

    shown: str
    provoke: Callable[[Stage], Any]
    mend: Callable[[Stage, Any], object] | None = None
    state: str = "needs_you"
    code: str = ""
    ends: tuple[str, str] = ("done", "booked")
    checked: bool = True
    values: Mapping[str, str] = field(default_factory=dict)


def told_of(stage: Stage, order: Any) -> tuple[SyncJob, Explanation]:
    """The order's job and its reason, in Danish."""
    job = stage.world.job(order)
    with stage.world.scope(), translation.override("da"):
        told = explain(job)
    assert told, (job.state, job.reason)
    return job, told


def require_told(stage: Stage, order: Any, case: Case) -> None:
    """The order rests with the reason, and its page says all of it; the link leads to where it is mended."""
    job, told = told_of(stage, order)
    code = case.code or case.shown
    assert (job.state, told.code, job.reason or code) == (case.state, code, code), job.facts
    require_words(told, case.shown)
    # A note that has its number is shown on a page of its own.
    page = text_of(stage.browser.client.get(f"/s/{stage.browser.slug}/{stage.address(order)}", follow=True))
    for beat in (told.title, told.cause, told.fix, told.then, f"Kode {code}"):
        assert " ".join(beat.replace("\xa0", " ").split()) in page
    if CATALOGUE[case.shown].fix:
        require_link(stage, told)


def require_words(told: Explanation, shown: str) -> None:
    """The words are those of the catalogue's entry, and every fact in them is filled."""
    known = CATALOGUE[shown]
    assert "…" not in "".join((told.title, told.cause, told.fix))
    with translation.override("da"):
        assert _fits(str(known.title), told.title)
        assert all(_fits(str(text), told.fix) for text in known.fix)
        # A sentence is left out while its facts are not known: since when a system does not answer.
        told_causes = [text for text in known.cause if _fits(str(text), told.cause)]
        assert told_causes or (shown, told.cause) == ("provider-down", "")


def _fits(text: str, said: str) -> bool:
    pattern = ".+?".join(re.escape(part.rstrip(".")) for part in re.split(r"%\(\w+\)s", text))
    return bool(re.search(pattern, said))


def require_link(stage: Stage, told: Explanation) -> None:
    """The link resolves, and the place that it names is on the page."""
    path, _, anchor = told.url.partition("#")
    assert path, told.code
    answer = stage.browser.client.get(path, follow=True)
    assert answer.status_code == 200
    assert not anchor or f'id="{anchor}"' in answer.content.decode(), told.url


def require_end(stage: Stage, order: Any, case: Case) -> None:
    """The order went by itself: once in the books, settled, no draft left behind."""
    job = stage.world.job(order)
    assert (job.state, job.detail) == case.ends, (job.reason, job.facts)
    if case.ends == ("done", "booked"):
        assert {amount(row["remainder"]) for row in stage.world.booked(order)} == {0}
        assert stage.world.agreement.ledger()["drafts"] == []
