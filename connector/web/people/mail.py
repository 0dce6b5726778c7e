"""The mail that invites somebody."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from connector.tenancy.models import Invitation, User
from connector.web.frame import format as written

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Letter:
    """An invitation on its way to its address: from whom, to which business, and what its link holds."""

    invitation: Invitation
    business: str
    token: str

    @property
    def url(self) -> str:
        return f"{settings.PUBLIC_URL}{reverse('invitation', args=[self.token])}"

    def send(self) -> bool:
        """Send it, in the language of whom it is for where we know them. False when our mail server took it not.

        Never inside a scope: the mail server may be slow.
        """
        known = User.objects.filter(email=self.invitation.email).values_list("language", flat=True).first()
        with translation.override(known or translation.get_language()):
            subject, text = self._written()
        try:
            send_mail(subject, text, None, [self.invitation.email])
        except (OSError, SMTPException) as reason:
            log.warning("invitation %s was not sent: %s", self.invitation.pk, reason)
            return False
        return True

    def _written(self) -> tuple[str, str]:
        # A name may hold anything; a subject is one line.
        names = {"who": self.invitation.invited_by_name, "business": self.business}
        names = {name: " ".join(text.split()) for name, text in names.items()}
        about = {**names, "role": self.invitation.role, "day": written.day(self.invitation.expires_at), "url": self.url}
        subject = _("%(who)s invites you to %(business)s") % names
        return subject, render_to_string("people/invitation_mail.html", about).strip() + "\n"
