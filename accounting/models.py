"""A tenant's connection to one set of books."""

from __future__ import annotations

from django.db import models

from connector.tenancy.models import TenantModel


class Connection(TenantModel):
    """One agreement or organisation at one provider; belongs to the tenant and may serve several shops.

    `secret` holds the provider's keys, sealed. `choices` is what the settings choose from, as the provider last
    said (JSON of `accounting.base.Choices`). `trouble` is the reason code that keeps us from using it.
    """

    class Status(models.TextChoices):
        CHOSEN = "chosen"
        CONNECTED = "connected"
        CLOSING = "closing"
        """Being left: its key is kept until nothing that was sent there is unknown or half done."""
        REVOKED = "revoked"
        DISCONNECTED = "disconnected"

    provider = models.CharField(max_length=40)
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.CHOSEN)
    company_name = models.CharField(max_length=250, blank=True)
    company_number = models.CharField(max_length=40, blank=True)
    base_currency = models.CharField(max_length=3, default="DKK")
    secret = models.TextField(blank=True)
    choices = models.JSONField(default=dict, blank=True)
    choices_at = models.DateTimeField(null=True, blank=True)
    findings = models.JSONField(default=list, blank=True)
    """What the last self-check found: a list of {"code", "facts"}."""
    learnt = models.JSONField(default=dict, blank=True)
    """What these books were seen to do where nobody has settled it (how they round, the sign of a payment), with the
    evidence and the time."""
    trouble = models.CharField(max_length=60, blank=True)
    connected_at = models.DateTimeField(null=True, blank=True)
    connected_by = models.CharField(max_length=200, blank=True)
    last_answer_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="connection_of_tenant")]

    def __str__(self) -> str:
        return f"{self.provider} {self.company_name}".strip()


class CallWindow(models.Model):
    """When the latest calls to one set of books were made (`accounting.pace`). Belongs to no tenant: two may share the
    books, and then they share their provider's limit."""

    account = models.CharField(max_length=80, primary_key=True)
    """Provider and number of the books."""
    made = models.JSONField(default=list)
    """ISO times by the database's clock, the oldest first."""
