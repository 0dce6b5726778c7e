"""What a person does: choose, connect, save, check the first order, send again. Each runs in the caller's scope.

Whatever makes orders due wakes their lane first: a worker takes the lane's row before an order's too, so the two
never lock each other up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, Value
from django.db.models.functions import Least

from accounting.base import Choices, Finding
from accounting.models import Connection
from connector.core.mapping import order_to_customer
from connector.core.plan import COPENHAGEN
from connector.core.states import State
from connector.core.store import order_from_json
from connector.sync import clock, hints, holds, learning, methods, rules, transitions
from connector.sync.models import ActivityEntry, Binding, Channel, Integration, SettingsVersion, SyncJob
from connector.tenancy.models import User
from connector.tenancy.secrets import reveal, seal
from shops.base import SignedIn, Subscription
from shops.models import Shop

MENDED_BY_CONNECTING = (
    *sorted(holds.LOST),
    "right-missing",
    "plan-too-small",
    "dinero-pro-missing",
    holds.DISCONNECTED,
)
MENDED_IN_BOOKS = (
    "account-closed",
    "choice-gone",
    "currency-missing",
    "customer-barred",
    "dinero-pro-missing",
    "journal-missing",
    "layout-missing",
    "period-closed",
    "plan-too-small",
    "product-barred",
    "product-missing",
    "right-missing",
    "vat-free-group-missing",
    "vat-mismatch",
    "vat-rate-missing",
    "vat-zone-missing",
    "year-missing",
)
"""What somebody may have mended in the books themselves: tried again when a person has these read anew."""


@dataclass(frozen=True)
class Person:
    """Who acts; the name is kept as it was, whatever becomes of the user."""

    user: User | None
    name: str


def note(person: Person, shop: Shop, what: str, job: SyncJob | None = None, **facts: str) -> None:
    """Write down who did what."""
    ActivityEntry.objects.create(
        tenant_id=shop.tenant_id, shop=shop, job=job, user=person.user, who=person.name, what=what, facts=facts
    )


# --- the shop ----------------------------------------------------------------------------------------------------


def shop_connected(shop: Shop, kind: str, signed_in: SignedIn, person: Person) -> None:
    """Keep the platform's key and who the shop is; polling begins. Raises IntegrityError when the platform's shop
    is active elsewhere."""
    now = clock.now()
    shop.kind, shop.platform_id, shop.url = kind, signed_in.platform_id, signed_in.url
    shop.is_connected, shop.connected_at, shop.trouble, shop.next_poll_at = True, shop.connected_at or now, "", now
    shop.signing_form = shop.auth_form = ""
    seal(shop, "secret", {**reveal(shop, "secret"), "token": signed_in.token})
    shop.save()
    note(person, shop, "shop-connected", name=signed_in.name)
    release(Q(shop=shop, reason__in=["shop-key-refused", "shop-right-missing"]))


def shop_subscribed(shop: Shop, subscriptions: list[Subscription], auth_form: str) -> None:
    """Keep the webhooks' secrets, and the form of authorisation that the platform took."""
    secrets = [subscription.secret for subscription in subscriptions if subscription.secret]
    seal(shop, "secret", {**reveal(shop, "secret"), "webhooks": secrets})
    shop.auth_form = auth_form
    shop.save(update_fields=["secret", "auth_form"])


def pin_signing(shop: Shop, form: str) -> None:
    """The first delivery that fits decides the form; a later one does not change it."""
    Shop.objects.filter(pk=shop.pk, signing_form="").update(signing_form=form)


# --- the books ---------------------------------------------------------------------------------------------------


def choose_provider(shop: Shop, provider: str, person: Person) -> Connection:
    """Tie the shop to a connection at this provider: the one it has, or a new one that is not connected yet."""
    current = Integration.objects.filter(shop=shop, is_active=True).select_related("connection").first()
    if current and current.connection.provider == provider:
        return current.connection
    return _tie(shop, provider, person, current)


def choose_other_books(integration: Integration, person: Person) -> Connection:
    """Tie the shop to a new connection at the same provider: other books have other customers and numbers.

    What has begun in the old books is finished there; then they are disconnected.
    """
    return _tie(integration.shop, integration.connection.provider, person, integration)


def _tie(shop: Shop, provider: str, person: Person, old: Integration | None) -> Connection:
    if old:
        wake(old.connection)
        Integration.objects.filter(pk=old.pk).update(is_active=False)
        if not old.connection.integrations.filter(is_active=True).exists():
            _leave(old.connection)
    connection = Connection.objects.create(tenant_id=shop.tenant_id, provider=provider)
    Channel.objects.create(tenant_id=shop.tenant_id, connection=connection)
    paused = {"paused_at": old.paused_at, "paused_by": old.paused_by} if old else {}
    Integration.objects.create(tenant_id=shop.tenant_id, shop=shop, connection=connection, **paused)
    note(person, shop, "provider-chosen", provider=provider)
    return connection


def _leave(connection: Connection) -> None:
    """Forget the books' key, or let the lane do so as soon as nothing that was sent is unknown or half done."""
    is_open = connection.status in holds.OPEN and holds.is_needed(connection.pk)
    connection.status = Connection.Status.CLOSING if is_open else Connection.Status.DISCONNECTED
    connection.trouble, changed = "", ["status", "trouble"]
    if not is_open:
        connection.secret, changed = "", [*changed, "secret"]
    # A key that stays is not written back: it may have been renewed since it was read.
    connection.save(update_fields=changed)


def books_connected(connection: Connection, secret: Mapping[str, str], choices: Choices, person: Person) -> None:
    """Keep the grant and what the agreement offers; what waited for the connection goes on."""
    now = clock.now()
    wake(connection)
    connection.status, connection.trouble = Connection.Status.CONNECTED, ""
    if connection.company_number != choices.company_number:
        # Other books may round otherwise.
        connection.learnt = {}
    connection.company_name, connection.company_number = choices.company_name, choices.company_number
    connection.base_currency = choices.base_currency
    connection.connected_at, connection.connected_by, connection.last_answer_at = now, person.name, now
    seal(connection, "secret", secret)
    keep_choices(connection, choices, [])
    connection.save()
    learning.check_sign_again(connection)
    for integration in connection.integrations.select_related("shop").filter(is_active=True):
        note(person, integration.shop, "books-connected", company=choices.company_name)
    Channel.objects.filter(connection=connection).update(paused_until=None, pause_reason="")
    release(Q(channel__connection=connection, reason__in=MENDED_BY_CONNECTING))


def keep_choices(connection: Connection, choices: Choices, findings: list[Finding]) -> None:
    """Keep what the books offer, and what the self-check found."""
    connection.choices, connection.choices_at = choices.to_json(), clock.now()
    connection.findings = kept_findings(findings)
    connection.save(update_fields=["choices", "choices_at", "findings"])


def kept_findings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """What the self-check found, as a connection keeps it."""
    return [{"code": finding.code, "facts": dict(finding.facts)} for finding in findings]


def fetched_again(connection: Connection, choices: Choices, findings: list[Finding]) -> int:
    """The books were read anew: what may have been mended there is tried again. Returns how many orders."""
    # The lane's row first, as a worker does; the other way round the two would lock each other up.
    wake(connection)
    keep_choices(connection, choices, findings)
    return release(Q(channel__connection=connection, state=State.NEEDS_YOU, reason__in=MENDED_IN_BOOKS))


def disconnect(connection: Connection, person: Person) -> None:
    """Send nothing more. What was sent and never answered is looked for first, then the grant is forgotten."""
    wake(connection)
    _leave(connection)
    for integration in connection.integrations.select_related("shop").filter(is_active=True):
        note(person, integration.shop, "books-disconnected", company=connection.company_name)


# --- the settings ------------------------------------------------------------------------------------------------


def save_settings(
    integration: Integration, values: Mapping[str, str], person: Person, *, only: Q | None = None
) -> SettingsVersion:
    """Save a new version. Whatever needed the owner is tried again under it, and waiting orders find their lane.

    `only`: of all the orders that rest, just these are tried again: those whose cause was mended.
    """
    _wake_all(integration.shop)
    learning.check_sign_again(integration.connection)
    last = integration.versions.aggregate(last=Max("number"))["last"] or 0
    if not last:
        methods.cover(integration.shop)
    version = SettingsVersion.objects.create(
        tenant_id=integration.tenant_id,
        integration=integration,
        number=last + 1,
        values=dict(values),
        saved_by=person.name,
    )
    integration.settings = version
    integration.save(update_fields=["settings"])
    note(person, integration.shop, "settings-saved", version=str(version.number))
    _place(integration)
    ours = Q(integration=integration)
    if only is not None:
        release(ours & only)
        return version
    release(ours & Q(state=State.NEEDS_YOU) & ~Q(reason__in=["first-order-check", "draft-deleted"]))
    release(ours & Q(state=State.NOT_MEANT, reason__in=["before-start", "not-triggered", "switched-off"]))
    return version


def choose_customer(job: SyncJob, number: str, person: Person) -> None:
    """Remember whom this buyer's invoices are for, where the books have several who may be the one."""
    assert job.integration is not None
    assert job.integration.settings is not None
    assert job.order is not None
    chosen = rules.mapping_rules(job.integration.settings.values, job.shop.country)
    key = order_to_customer(order_from_json(job.order), chosen).key
    Binding.objects.update_or_create(
        connection=job.integration.connection,
        kind="customer",
        ours=key,
        defaults={"theirs": number, "made_by_us": False},
        create_defaults={"tenant_id": job.tenant_id, "theirs": number, "made_by_us": False},
    )
    note(person, job.shop, "customer-chosen", job, number=number)


def _wake_all(shop: Shop) -> None:
    """Every lane that holds orders of the shop: those of books that it has left, and its own."""
    for connection in Connection.objects.filter(integrations__shop=shop).order_by("channel").distinct():
        wake(connection)


def _place(integration: Integration) -> None:
    """What has begun nowhere goes to the books that are chosen now; what has begun is finished where it was begun."""
    unplaced = SyncJob.objects.filter(Q(channel=None) | Q(integration__is_active=False), shop=integration.shop)
    rows = unplaced.exclude(state=State.DONE).exclude(pk__in=SyncJob.objects.filter(holds.begun()).values("pk"))
    moved = SyncJob.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
    # What was looked up in other books holds for those only.
    forgotten = {"customer_number": "", "document": None, "document_total": None, "settings": None}
    moved.update(channel=Channel.objects.get(connection=integration.connection), integration=integration, **forgotten)
    transitions.due_again(moved, clock.now())


def confirm_first_order(job: SyncJob, person: Person) -> None:
    """Somebody looked at the first order and says that it is right: it goes on, and so do the others."""
    integration = job.integration
    assert integration is not None
    wake(integration.connection)
    Integration.objects.filter(pk=integration.pk, first_checked_at=None).update(
        first_checked_at=clock.now(), first_checked_by=person.name
    )
    note(person, job.shop, "first-order-checked", job)
    release(Q(integration=integration, reason__in=["first-order-check", "first-order"]))


# --- orders --------------------------------------------------------------------------------------------------------


def transfer_now(job: SyncJob, person: Person) -> None:
    """Try now, before everything else; a draft that differs may be made anew."""
    _again(job, person, "transfer-now")


def transfer_anyway(job: SyncJob, person: Person) -> None:
    """Transfer an order that was not meant to go."""
    _again(job, person, "transfer-anyway", is_forced=True)


def _again(job: SyncJob, person: Person, what: str, **more: Any) -> None:
    if job.integration:
        wake(job.integration.connection)
        if job.reason == "settlement-stopped":
            learning.check_sign_again(job.integration.connection)
    note(person, job.shop, what, job)
    rows = SyncJob.objects.filter(pk=job.pk)
    rows.update(lane=SyncJob.Lane.PERSON, settings=None, **more)
    transitions.due_again(rows, clock.now())


def release(which: Q) -> int:
    """Make the jobs that rest for a reason due again, and wake their lanes. Returns how many."""
    jobs = SyncJob.objects.filter(which)
    for connection in Connection.objects.filter(channel__in=jobs.values("channel")).order_by("channel"):
        wake(connection)
    return transitions.due_again(jobs, clock.now())


def wake(connection: Connection) -> None:
    """The lane has work."""
    lane = Channel.objects.get(connection=connection)
    # Written even when the lane is due: a worker who is just giving it back does not see yet what is made due here.
    Channel.objects.filter(pk=lane.pk).update(next_at=Least("next_at", Value(clock.now())))
    transaction.on_commit(lambda: hints.give(lane.tenant_id, lane.pk))


def today() -> Any:
    """The day in Copenhagen."""
    return clock.now().astimezone(COPENHAGEN).date()


def start_of(text: str) -> datetime:
    """A start time typed as `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`, Copenhagen time. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=COPENHAGEN)
