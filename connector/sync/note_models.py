"""A shop's credit notes and their numbers."""

from __future__ import annotations

from django.db import models

from connector.tenancy.models import TenantModel
from shops.models import Shop


class CreditNote(TenantModel):
    """A credit note of a shop's own series, made by a person here or by the shop; its job takes it to the books.

    `wish` is what was asked for, `credited` what the document's lines take of the invoice's (JSON of
    `core.entries.Credited`). That it is booked, and that the money went back, are two facts: the second is
    `refunded_at`, which only a person, or a shop that sees it, sets.
    """

    class Origin(models.TextChoices):
        HERE = "here"
        SHOP = "shop"

    class Refund(models.TextChoices):
        REGISTER = "register"
        OPEN = "open"

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="credit_notes")
    job = models.OneToOneField("sync.SyncJob", on_delete=models.CASCADE, related_name="note_row")
    original = models.ForeignKey("sync.SyncJob", null=True, on_delete=models.RESTRICT, related_name="credit_notes")
    number = models.IntegerField()
    origin = models.CharField(max_length=10, choices=Origin.choices)
    text = models.CharField(max_length=250, blank=True)
    wish = models.JSONField(default=dict, blank=True)
    credited = models.JSONField(default=list, blank=True)
    total = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.CharField(max_length=3)
    refund = models.CharField(max_length=10, choices=Refund.choices, default=Refund.REGISTER)
    refunded_at = models.DateTimeField(null=True, blank=True)
    refunded_by = models.CharField(max_length=200, blank=True)
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="note_of_tenant"),
            models.UniqueConstraint(fields=["shop", "number"], name="notes_numbered"),
        ]
        indexes = [models.Index(fields=["original", "number"], name="notes_of_invoice")]


class NoteSeries(TenantModel):
    """The last number of a shop's credit notes. Taken with the note, in one transaction: none is lost or used twice."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="note_series")
    last = models.IntegerField(default=0)
