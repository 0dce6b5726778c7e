"""What each mail about an account says: a subject, a few sentences, and at most one link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Mail:
    """A mail's words. `link` is the name under which allauth gives the address; empty for a mail without one."""

    subject: Text
    text: Text
    link: str = ""


NOT_YOU = _("If that was not you, choose a new password at once and write to us.")
IGNORE = _("If you did not ask for this, you need not do anything.")

MAILS: Mapping[str, Mail] = {
    "account/email/email_confirmation_signup": Mail(
        _("Confirm your e-mail address"),
        _("You have signed up to Connector. Confirm that this address is yours, and you can begin:"),
        "activate_url",
    ),
    "account/email/email_confirmation": Mail(
        _("Confirm your e-mail address"),
        _("This address is to be used for signing in to Connector. Confirm that it is yours:"),
        "activate_url",
    ),
    "account/email/password_reset_key": Mail(
        _("Choose a new password"),
        _("You asked for a new password for Connector. Choose it here:"),
        "password_reset_url",
    ),
    "account/email/unknown_account": Mail(
        _("You have no user at Connector"),
        _("Somebody asked for a new password for this address, but no user has it. You can sign up here:"),
        "signup_url",
    ),
    "account/email/account_already_exists": Mail(
        _("You already have a user at Connector"),
        _("Somebody wanted to sign up with this address. Forgotten the password? Choose a new one here:"),
        "password_reset_url",
    ),
    "account/email/password_changed": Mail(_("Your password was changed"), _("The password of your user is new.")),
    "account/email/password_set": Mail(_("Your password was changed"), _("The password of your user is new.")),
    "account/email/password_reset": Mail(_("Your password was changed"), _("The password of your user is new.")),
    "account/email/email_changed": Mail(
        _("Your e-mail address was changed"), _("You now sign in to Connector with another e-mail address.")
    ),
    "account/email/email_confirm": Mail(
        _("Your e-mail address was confirmed"), _("You now sign in to Connector with this e-mail address.")
    ),
    "account/email/email_deleted": Mail(
        _("Your e-mail address was removed"), _("This e-mail address is no longer used at Connector.")
    ),
    "mfa/email/totp_activated": Mail(
        _("Two-step sign-in is on"), _("From now on Connector asks for a code from your app when you sign in.")
    ),
    "mfa/email/totp_deactivated": Mail(
        _("Two-step sign-in is off"), _("Connector no longer asks for a code when you sign in.")
    ),
    "mfa/email/recovery_codes_generated": Mail(
        _("New recovery codes"), _("New recovery codes were made for your user. The old ones no longer work.")
    ),
}
"""allauth's name for the mail → ours. A name that is missing is an error, not a mail in another voice."""

SAID: Mapping[str, Text] = {
    "account/messages/email_confirmed.txt": _("Your e-mail address is confirmed."),
    "account/messages/email_confirmation_failed.txt": _("This e-mail address is used by somebody else."),
    "account/messages/email_confirmation_sent.txt": _("We have sent a mail. Follow the link in it."),
    "account/messages/password_changed.txt": _("The new password is saved."),
    "account/messages/password_set.txt": _("The new password is saved."),
    "mfa/messages/totp_activated.txt": _("Two-step sign-in is on."),
    "mfa/messages/totp_deactivated.txt": _("Two-step sign-in is off."),
    "mfa/messages/recovery_codes_generated.txt": _("New recovery codes are made. The old ones no longer work."),
}
"""What is said on the next page; what is not named here is not said at all."""
