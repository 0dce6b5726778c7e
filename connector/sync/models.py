"""The engine's rows. They are the truth; queue messages only say "look now"."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from accounting.models import Connection
from connector.core.states import Detail, State
from connector.sync.note_models import CreditNote as CreditNote
from connector.sync.note_models import NoteSeries as NoteSeries
from connector.tenancy.models import TenantModel, User
from shops.models import Shop


class Integration(TenantModel):
    """Ties a shop to a connection, under one version of the settings.

    `first_job` is the shop's first order, made as a draft and shown to a person; the others wait until
    `first_checked_at` is set. While `paused_at` is set nothing new is sent for the shop.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="integrations")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="integrations")
    settings = models.ForeignKey("SettingsVersion", null=True, on_delete=models.PROTECT, related_name="+")
    is_active = models.BooleanField(default=True)
    first_job = models.ForeignKey("SyncJob", null=True, on_delete=models.SET_NULL, related_name="+")
    first_checked_at = models.DateTimeField(null=True, blank=True)
    first_checked_by = models.CharField(max_length=200, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="integration_of_tenant"),
            models.UniqueConstraint(fields=["shop"], condition=Q(is_active=True), name="one_integration_per_shop"),
        ]


class SettingsVersion(TenantModel):
    """What the owner chose, as saved. Versions are only ever added; every job says which it used."""

    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="versions")
    number = models.IntegerField()
    values = models.JSONField()
    """Field name → text; a field per VAT rate is called `name@25`."""
    saved_by = models.CharField(max_length=200)
    saved_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="settings_of_tenant"),
            models.UniqueConstraint(fields=["integration", "number"], name="settings_numbered"),
        ]


class Channel(TenantModel):
    """The lane to one connection: one worker at a time, held by a lease, fenced by `epoch`."""

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="channel")
    next_at = models.DateTimeField(null=True, blank=True)
    """When the lane has something to do; null while it has not."""
    paused_until = models.DateTimeField(null=True, blank=True)
    pause_reason = models.CharField(max_length=60, blank=True)
    next_look_at = models.DateTimeField(null=True, blank=True)
    """When to read once more what the books offer; null before the first night."""
    holder = models.CharField(max_length=120, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    epoch = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="channel_of_tenant")]
        indexes = [models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="channel_due")]


class SyncJob(TenantModel):
    """The thing that must end in the books once: one per order and document kind.

    `heard` counts what was said of the order (events, polls, people), `read` how much of it the last reading
    took into account. `not_before` is when to work on it next, null when there is nothing to do.
    `order` and `document` are the snapshots (JSON of the core types) that the last try was made of.
    """

    class Lane(models.IntegerChoices):
        PERSON = 0
        LIVE = 1
        EARLIER = 2

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="jobs")
    integration = models.ForeignKey(Integration, null=True, on_delete=models.PROTECT, related_name="jobs")
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="jobs")
    kind = models.CharField(max_length=20, default="invoice")
    key = models.CharField(max_length=64)
    order_id = models.CharField(max_length=40)
    lane = models.SmallIntegerField(choices=Lane.choices, default=Lane.LIVE)

    state = models.CharField(max_length=20, choices=[(s.value, s.value) for s in State], default=State.WAITING.value)
    detail = models.CharField(max_length=20, blank=True, default=Detail.NONE.value)
    reason = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)
    tries = models.IntegerField(default=0)
    heard = models.IntegerField(default=1)
    read = models.IntegerField(default=0)
    is_forced = models.BooleanField(default=False)
    """Somebody pressed "Overfør alligevel"."""
    is_draft_only = models.BooleanField(default=False, db_default=False)
    """Somebody tried the settings with this order: it is left as a draft, whatever the booking switch says."""
    original = models.ForeignKey("self", null=True, blank=True, on_delete=models.RESTRICT, related_name="credits")
    """Of a credit note: the invoice that it credits, once that is known."""
    is_standalone = models.BooleanField(default=False, db_default=False)
    """Of a credit note: a person said that it has no original here."""
    is_withdrawn = models.BooleanField(default=False, db_default=False)
    """Of an invoice: the whole order was credited before it was booked."""
    replaces = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.RESTRICT, related_name="replaced_by"
    )
    """The invoice of the same order that was credited so that this one could be sent."""

    order_number = models.CharField(max_length=60, blank=True)
    customer_name = models.CharField(max_length=250, blank=True)
    total = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    placed_at = models.DateTimeField(null=True, blank=True)
    order = models.JSONField(null=True, blank=True)
    document = models.JSONField(null=True, blank=True)
    settings = models.ForeignKey(SettingsVersion, null=True, on_delete=models.PROTECT, related_name="+")

    customer_number = models.CharField(max_length=40, blank=True)
    document_number = models.CharField(max_length=40, blank=True)
    document_total = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    balance = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="job_of_tenant"),
            models.UniqueConstraint(fields=["tenant", "key"], name="one_job_per_document"),
        ]
        indexes = [
            models.Index(
                fields=["channel", "lane", "not_before"], condition=Q(not_before__isnull=False), name="job_due"
            ),
            models.Index(fields=["shop", "-id"], name="job_of_shop"),
            models.Index(fields=["shop", "order_number"], name="job_by_number"),
            models.Index(fields=["shop", "state", "-id"], name="job_by_state"),
            # A shop's credits whose invoice is not known yet: looked at whenever an order is read.
            models.Index(fields=["shop"], condition=Q(kind="credit", original=None), name="credit_unplaced"),
            # An order belongs to the day on which it was placed, as far as that is known.
            models.Index("shop", Coalesce("placed_at", "created_at").desc(), name="job_by_placed"),
        ]


class SyncStep(TenantModel):
    """One irreversible call of a job: the intent committed before it, the result after it.

    An intent without a result means "look first". `request` holds the call's exact bytes (as text), so that the same
    bytes are sent again under the same key.
    """

    class Status(models.TextChoices):
        INTENT = "intent"
        DONE = "done"
        REFUSED = "refused"
        UNSENT = "unsent"

    job = models.ForeignKey(SyncJob, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=60)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.INTENT)
    generation = models.IntegerField(default=1)
    """Counts up when a new idempotency key is needed: after a refusal, never after an unknown outcome."""
    request = models.JSONField()
    intent_at = models.DateTimeField()
    call_until = models.DateTimeField()
    """When the call is over at the latest, also for a worker that died in it."""
    lost_at = models.DateTimeField(null=True, blank=True)
    looks = models.IntegerField(default=0)
    looked_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "name"], name="one_step_per_call")]


class SyncAttempt(TenantModel):
    """One try, for people: what was done, what came back (redacted), how it ended."""

    job = models.ForeignKey(SyncJob, on_delete=models.CASCADE, related_name="attempts")
    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    state = models.CharField(max_length=20)
    detail = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    calls = models.JSONField(default=list, blank=True)
    """[{"system", "method", "path", "status", "ms"}]: never a body, a header or a query."""

    class Meta:
        indexes = [models.Index(fields=["shop", "-id"], name="attempt_of_shop")]


class Binding(TenantModel):
    """Our id ↔ their id: a customer by e-mail, a product by item number. Unique, and a fact once made."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="bindings")
    kind = models.CharField(max_length=20)
    ours = models.CharField(max_length=320)
    theirs = models.CharField(max_length=60)
    made_by_us = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "kind", "ours"], name="one_binding")]


class ShopMethod(TenantModel):
    """A way to pay or to send that a shop offers or has used, by the key under which settings know it.

    `is_new`: it came after the settings were first saved, so the usual posting account does not hold for it by
    itself. `gone_at`: the shop's list no longer has it; orders may still carry it.
    """

    class Kind(models.TextChoices):
        PAYMENT = "payment"
        SHIPPING = "shipping"

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="methods")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=60)
    platform_id = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=200)
    first_seen = models.DateTimeField()
    last_used = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    is_new = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="method_of_tenant"),
            models.UniqueConstraint(fields=["shop", "kind", "key"], name="one_method"),
        ]


class InboxEvent(TenantModel):
    """A delivery of a shop, kept once. Narrow: its body is kept apart and deleted after its time.

    With a delivery id of the platform `dedupe_key` is unique for ever; without one it is (topic, order), unique only
    while unprocessed, since a later, different change has the same bytes.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    dedupe_key = models.CharField(max_length=200)
    has_delivery_id = models.BooleanField(default=False)
    topic = models.CharField(max_length=60, blank=True)
    order_id = models.CharField(max_length=40, blank=True)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="event_of_tenant"),
            models.UniqueConstraint(
                fields=["shop", "dedupe_key"], condition=Q(has_delivery_id=True), name="one_event_per_delivery"
            ),
            models.UniqueConstraint(
                fields=["shop", "dedupe_key"],
                condition=Q(has_delivery_id=False, processed_at__isnull=True),
                name="one_open_event_per_order",
            ),
        ]
        indexes = [models.Index(fields=["shop", "order_id"], condition=Q(processed_at__isnull=True), name="event_open")]


class InboxBody(TenantModel):
    """The raw body of a delivery, sealed; deleted after 30 days."""

    event = models.OneToOneField(InboxEvent, on_delete=models.CASCADE, related_name="body")
    sealed = models.TextField()
    received_at = models.DateTimeField()

    class Meta:
        # Rows come in the order of time: a summary per block finds the old ones, and costs a delivery nothing.
        indexes = [BrinIndex(fields=["received_at"], autosummarize=True, name="body_by_time")]


class Chore(models.Model):
    """What is done once a night for the whole installation. No tenant's: it holds nothing but times.

    `held_until`: a worker is at it until then at the latest; one that died is followed by another.
    """

    name = models.CharField(max_length=40, unique=True)
    next_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class ActivityEntry(TenantModel):
    """What a person did: who, when, what. For the order's timeline and the history of a shop."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    job = models.ForeignKey(SyncJob, null=True, on_delete=models.CASCADE, related_name="activity")
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    who = models.CharField(max_length=200)
    what = models.CharField(max_length=60)
    facts = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(auto_now_add=True)


class Preview(TenantModel):
    """A look at what the orders of a period would become, made in steps; and, when somebody asks, their transfer.

    `values` are the settings that it is made under; `settings` says which saved version that is, null for unsaved
    ones. `place` is where the listing of the orders goes on; `is_listed`: every order has its row; `is_cut`: the shop
    has more than a preview takes. `trouble` is what keeps it from going on, as {"code", "facts"}. `cancelled_at` is
    when the look was stopped, or the transfer where one was started. `newest` bounds it to the period's so many last
    orders; null for all of them.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="previews")
    integration = models.ForeignKey(Integration, on_delete=models.CASCADE, related_name="+")
    settings = models.ForeignKey(SettingsVersion, null=True, on_delete=models.SET_NULL, related_name="+")
    values = models.JSONField()
    first_day = models.DateField()
    last_day = models.DateField()
    newest = models.SmallIntegerField(null=True, blank=True)
    place = models.JSONField(default=dict, blank=True)
    is_listed = models.BooleanField(default=False)
    is_cut = models.BooleanField(default=False)
    trouble = models.JSONField(default=dict, blank=True)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="preview_of_tenant")]


class PreviewOrder(TenantModel):
    """One order of a preview. `document` is what it would become; `reason` why it would not, or not by itself.

    `is_there`: the order is on its way or in the books already. `missing` are the items that would be made; `rates`
    is VAT rate → [net, VAT]. `job` is set once the order is transferred from here.
    """

    class Outcome(models.TextChoices):
        UNREAD = "unread"
        BECOMES = "becomes"
        STOPS = "stops"
        NOT_MEANT = "not_meant"
        OUTSIDE = "outside"
        """Changed in the period, placed before or after it."""

    preview = models.ForeignKey(Preview, on_delete=models.CASCADE, related_name="orders")
    order_id = models.CharField(max_length=40)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.UNREAD)
    is_there = models.BooleanField(default=False)
    order_number = models.CharField(max_length=60, blank=True)
    customer_name = models.CharField(max_length=250, blank=True)
    placed_at = models.DateTimeField(null=True, blank=True)
    total = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    reason = models.CharField(max_length=60, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    document = models.JSONField(null=True, blank=True)
    dated = models.DateField(null=True, blank=True)
    rates = models.JSONField(default=dict, blank=True)
    missing = models.JSONField(default=list, blank=True)
    job = models.ForeignKey(SyncJob, null=True, on_delete=models.SET_NULL, related_name="previewed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["preview", "order_id"], name="order_once_in_preview")]
        indexes = [models.Index(fields=["preview", "outcome"], name="preview_by_outcome")]
