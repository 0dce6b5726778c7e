"""What support leaves behind: messages to users, visits to businesses with every page seen, and searches."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from connector.tenancy.models import TenantModel, User

LONGEST_TEXT = 300


class ServiceMessage(models.Model):
    """A message to users, shown as the banner of their pages. No tenant's: it holds nothing of anybody.

    `about` is the provider, the shop system or the reason code that `audience` speaks of; empty for everybody.
    """

    class Audience(models.TextChoices):
        EVERYBODY = "everybody", _("Everybody")
        PROVIDER = "provider", _("Users of a financial system")
        SHOP = "shop", _("Users of a shop system")
        REASON = "reason", _("Those whose orders a reason holds now")

    LANGUAGES: ClassVar[tuple[str, ...]] = ("da", "nb", "en")

    da = models.CharField(max_length=LONGEST_TEXT)
    nb = models.CharField(max_length=LONGEST_TEXT)
    en = models.CharField(max_length=LONGEST_TEXT)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.EVERYBODY)
    about = models.CharField(max_length=60, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["ends_at"], name="message_by_end")]

    def __str__(self) -> str:
        return self.en

    def text(self, language: str) -> str:
        """The message in this language, in Danish where we have none of it."""
        said: str = getattr(self, language) if language in self.LANGUAGES else self.da
        return said


class StaffEntry(models.Model):
    """What one of us did in the staff area: who, what, when. Never changed, so that support can be held to it.

    `business` is the id of the business that it was about; null for what spans them all.
    """

    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    who = models.CharField(max_length=200)
    what = models.CharField(max_length=60)
    business = models.BigIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["business", "-id"], name="entry_of_business")]

    def __str__(self) -> str:
        return f"{self.who}: {self.what}"


class Look(TenantModel):
    """A visit of one of us to a business: read only, for a stated reason, until `ends_at` or `ended_at`."""

    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    who = models.CharField(max_length=200)
    why = models.CharField(max_length=300)
    begun_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "id"], name="look_of_tenant")]
        indexes = [models.Index(fields=["user", "ends_at"], name="look_by_user")]

    @property
    def over_at(self) -> datetime:
        """When it was over, or will be."""
        return self.ended_at or self.ends_at


class LookedPage(TenantModel):
    """A page that was seen on a visit; `times` counts the same page fetched again and again."""

    look = models.ForeignKey(Look, on_delete=models.CASCADE, related_name="pages")
    path = models.CharField(max_length=300)
    times = models.IntegerField(default=1)
    at = models.DateTimeField()
    last_at = models.DateTimeField()
