"""Users, tenants (businesses), memberships, and the handshakes of a sign-in at an outside system."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_scopes import ScopedManager


class UserManager(BaseUserManager["User"]):
    """Makes users; e-mail addresses are kept in lower case, so that one address is one user."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class Theme(models.TextChoices):
    """The colours of the pages: as the device says, or chosen."""

    SYSTEM = "system", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in: shop owner, bookkeeper or our own support."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, default="da")
    theme = models.CharField(max_length=10, choices=Theme.choices, default=Theme.SYSTEM)
    has_shortcuts = models.BooleanField(default=True)
    """Whether single keys do something in the lists (WCAG 2.1.4: it must be possible to switch them off)."""
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    def __str__(self) -> str:
        return self.name or self.email


class Tenant(models.Model):
    """A business: the unit whose rows nobody else sees."""

    name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class TenantModel(models.Model):
    """A row that belongs to one tenant. Queries outside `tenancy.scope` raise."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="+")

    if TYPE_CHECKING:
        # The scoped manager is a class made at run time, which a type checker cannot see.
        objects: ClassVar[models.Manager[Self]]
    else:
        objects = ScopedManager(tenant="tenant")

    class Meta:
        abstract = True


class Role(models.TextChoices):
    """What a member may do: the owner everything, the bookkeeper all but people and consent, the reader nothing."""

    OWNER = "owner", _("Owner")
    BOOKKEEPER = "bookkeeper", _("Bookkeeper")
    READER = "reader", _("Reader")


class Membership(TenantModel):
    """A user's place in a business."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=20, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["tenant", "user"], name="one_membership_per_user")]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"


class Invitation(TenantModel):
    """A place in a business that is offered to an e-mail address: once, for 14 days, until it is withdrawn.

    Only the hash of what stands in the mail's link is kept; sending it again makes a new link. `sent_at` is null while
    the mail has not left us.
    """

    email = models.EmailField()
    role = models.CharField(max_length=20, choices=Role.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    invited_by_name = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "email"],
                condition=models.Q(revoked_at__isnull=True, accepted_at__isnull=True),
                name="one_open_invitation_per_address",
            )
        ]

    def __str__(self) -> str:
        return f"{self.email} ({self.role})"


class Handshake(TenantModel):
    """A sign-in at an outside system that is under way: single use, ten minutes, bound to one browser session.

    Only hashes are kept. `purpose` is `shop:<kind>` or `accounting:<provider>`, `target` the id of the shop
    or connection that is being connected.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=60)
    target = models.BigIntegerField()
    state_hash = models.CharField(max_length=64, unique=True)
    session_hash = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")
    """What came without the browser's cookies, sealed, until the browser fetches it (`tenancy.answers`)."""
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["session_hash", "purpose"], name="handshake_by_session")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.target}"
