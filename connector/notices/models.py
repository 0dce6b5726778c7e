"""What people want to be told, what was seen that is worth telling, and the outbox."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from connector.tenancy.models import TenantModel, User
from shops.models import Shop


class Kind(models.TextChoices):
    """What a mail is about."""

    DIGEST = "digest"
    STOP = "stop"
    SILENT = "silent"
    LOST = "lost"
    CONFIRM = "confirm"
    SUPPORT = "support"


AT_ONCE = (Kind.STOP, Kind.SILENT, Kind.LOST)
CAN_BE_OFF = (Kind.DIGEST, Kind.STOP, Kind.SILENT)
"""A lost connection stops everything, so that mail always comes."""


class Choice(TenantModel):
    """What one person wants to be told about one shop. Without a row: everything, at the address they sign in with.

    `asked_address` gets mails only once a link that was sent there has been used; until then `address` holds.
    """

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    digest = models.BooleanField(default=True)
    stop = models.BooleanField(default=True)
    silent = models.BooleanField(default=True)
    address = models.EmailField(blank=True)
    asked_address = models.EmailField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "user"], name="one_choice_per_reader")]

    def wants(self, kind: str) -> bool:
        """Whether a mail of this kind is sent."""
        return kind not in CAN_BE_OFF or bool(getattr(self, kind))


class Watch(TenantModel):
    """How far a shop has been looked at. Held (row lock) while its mails are put into the outbox.

    `seen_attempt`: the newest try that was judged. `stopped_at`: when an order was last seen to stop. `digest_day`: the
    last day whose morning was judged.
    """

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="+")
    next_look_at = models.DateTimeField()
    seen_attempt = models.BigIntegerField(default=0)
    stopped_at = models.DateTimeField(null=True, blank=True)
    digest_day = models.DateField(null=True, blank=True)


class Trouble(TenantModel):
    """Something that has been wrong since a moment; the row goes when it is over. `told`: how often it was said."""

    class What(models.TextChoices):
        BOOKS = "books"
        SHOP = "shop"
        SILENT = "silent"

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    what = models.CharField(max_length=10, choices=What.choices)
    since = models.DateTimeField()
    told = models.SmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "what"], name="one_trouble_of_a_kind")]


class Mail(TenantModel):
    """One mail to one reader. It holds no text: that is written when it is sent, of what is true then.

    `event` names the reader and what happened, so that nobody is told the same twice. `user` is null for our own
    support. `upto`: the newest try (SyncAttempt) that the mail tells of. `next_at`: when to send it, or to try again;
    null once it is sent, given up, or no longer true.
    """

    class Status(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        GIVEN_UP = "given_up"
        MOOT = "moot"

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    event = models.CharField(max_length=200)
    facts = models.JSONField(default=dict, blank=True)
    upto = models.BigIntegerField(default=0)
    made_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    next_at = models.DateTimeField(null=True, blank=True)
    tries = models.SmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=60, blank=True)
    """Why the last try failed: the name of the error, never its text, which may hold an address."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "event"], name="one_mail_per_event")]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="mail_due"),
            models.Index(fields=["shop", "user", "-id"], name="mail_of_reader"),
        ]
