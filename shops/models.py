"""A webshop of a tenant."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q

from connector.tenancy.models import TenantModel


def new_code() -> str:
    """The unguessable part of a webhook address: 128 bits."""
    return secrets.token_hex(16)


class Shop(TenantModel):
    """A webshop: unconnected it has only a name and an address (slug); connecting fills in kind and platform id.

    `code` is the webhook address's secret part and appears on no page address. `secret` holds the platform's key
    and the webhooks' signing secrets, sealed. `signing_form` is pinned by the first delivery that fits.
    """

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    url = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    platform_id = models.CharField(max_length=40, blank=True)
    code = models.CharField(max_length=32, unique=True, default=new_code)
    secret = models.TextField(blank=True)
    auth_form = models.CharField(max_length=40, blank=True)
    signing_form = models.CharField(max_length=120, blank=True)
    currency = models.CharField(max_length=3, default="DKK")
    country = models.CharField(max_length=2, default="DK")
    is_connected = models.BooleanField(default=False)
    trouble = models.CharField(max_length=60, blank=True)
    """Reason code of what keeps us from reading the shop; empty while it answers."""

    connected_at = models.DateTimeField(null=True, blank=True)
    last_event_at = models.DateTimeField(null=True, blank=True)
    last_answer_at = models.DateTimeField(null=True, blank=True)
    polled_at = models.DateTimeField(null=True, blank=True)
    """Up to when changes have been asked for."""
    unfinished_poll = models.JSONField(default=dict, blank=True)
    """How far a listing of changes has come that was too long for one poll; empty when there is none."""
    asked_at = models.DateTimeField(null=True, blank=True)
    """When a poll last began, whatever came of it."""

    methods_at = models.DateTimeField(null=True, blank=True)
    """When the shop last listed its payment and shipping methods; null before the first list."""

    next_methods_at = models.DateTimeField(null=True, blank=True)
    """When to ask for them again; null for a shop that was never asked."""

    next_poll_at = models.DateTimeField(null=True, blank=True)
    is_poll_wanted = models.BooleanField(default=False)
    """Something said that there is news without saying what: the next poll asks, whatever the hour."""

    budget_day = models.DateField(null=True, blank=True)
    budget_used = models.IntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "id"], name="shop_of_tenant"),
            models.UniqueConstraint(
                fields=["kind", "platform_id"], condition=Q(is_connected=True), name="one_active_shop_per_platform_id"
            ),
        ]
        indexes = [models.Index(fields=["next_poll_at"], condition=Q(is_connected=True), name="shop_due_poll")]

    def __str__(self) -> str:
        return self.name
