"""What of allauth is ours: the words, the mails, where things are counted, and how secrets are kept."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from connector.tenancy.models import User
from connector.tenancy.secrets import vault
from connector.web.accounts.mails import IGNORE, MAILS, NOT_YOU, SAID

log = logging.getLogger(__name__)

ONE_CODE = "account:two-step"
"""Where a sealed key of two-step sign-in belongs; allauth seals it before its row has a number."""


class Accounts(DefaultAccountAdapter):
    """Accounts in our words. See https://docs.allauth.org/en/latest/account/adapter.html."""

    error_messages: ClassVar[dict[str, Any]] = DefaultAccountAdapter.error_messages | {
        "duplicate_email": _("You sign in with this address already."),
        "enter_current_password": _("This is not your present password. Type it again."),
        "incorrect_code": _("The code does not fit. Type the one that the app shows now."),
        "incorrect_password": _("This is not your password. Type it again."),
        "too_many_login_attempts": _("There have been too many wrong attempts. Wait a minute and try again."),
        "rate_limited": _("There have been too many wrong attempts. Wait a minute and try again."),
    }

    def new_user(self, request: HttpRequest) -> User:
        """A user who speaks the language in which the person signed up."""
        return User(language=translation.get_language() or settings.LANGUAGE_CODE)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *more: Any, **options: Any
    ) -> None:
        """Say our words, or nothing."""
        if words := SAID.get(message_template or ""):
            messages.add_message(request, level, str(words))

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send one of our mails, in the user's language. A mail server that is down is logged and fails nothing."""
        user = context.get("user") or User.objects.filter(email=email).first()
        with translation.override(user.language if user else translation.get_language()):
            message = _written(template_prefix, email, context)
        try:
            message.send()
        except (OSError, SMTPException):
            log.exception("the mail %s was not sent", template_prefix)

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The address in the mail begins with the one that people use, whatever host the request named."""
        return _public(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """As above, for a new password; `key` is `<user>-<key>`."""
        user, _dash, secret = key.partition("-")
        return _public(reverse("account_reset_password_from_key", args=[user, secret]))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the account's page."""
        return reverse("account")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Counted per network address, too: who guesses at a shop owner's password must not lock the owner out.
        return f"{self.get_client_ip(request)} {str(credentials.get('email', '')).strip().casefold()}"


def _public(path: str) -> str:
    return f"{settings.PUBLIC_URL}{path}"


def _written(name: str, email: str, context: dict[str, Any]) -> EmailMessage:
    mail = MAILS[name]
    values = {
        "text": mail.text,
        "link": context.get(mail.link, ""),
        "last": IGNORE if mail.link else NOT_YOU,
        "email": email,
        "home": settings.PUBLIC_URL,
    }
    return EmailMessage(str(mail.subject), render_to_string("account/mail.txt", values), to=[email])


class TwoStep(DefaultMFAAdapter):
    """Two-step sign-in with an app; the keys are sealed with the installation's own key ring."""

    error_messages: ClassVar[dict[str, Any]] = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code does not fit. Type the one that the app shows now."),
    }

    def encrypt(self, text: str) -> str:
        """Seal a key for the database."""
        return vault().seal(text, ONE_CODE)

    def decrypt(self, encrypted_text: str) -> str:
        """Open what `encrypt` sealed."""
        return vault().open(encrypted_text, ONE_CODE)

    def build_totp_svg(self, url: str) -> str:
        """The square to scan, to stand in the page itself: our policy loads no picture from elsewhere."""
        svg: str = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]

    def _get_site_name(self) -> str:
        return "Connector"
