"""A mail of the outbox, written: its letter in the reader's language, laid out as plain text and as HTML."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from connector.notices.models import CAN_BE_OFF, Kind, Mail
from connector.notices.post import Written
from connector.notices.readers import address_of, choice_of, is_reader
from connector.web.notices import links
from connector.web.notices.letters import LETTERS, Letter

LANGUAGES = frozenset(code for code, _name in settings.LANGUAGES)


def write(mail: Mail) -> Written | None:
    """The mail as its reader gets it; None when it is no longer true, or no longer wanted. In the tenant's scope."""
    if mail.user and mail.kind != Kind.CONFIRM and not is_reader(mail.shop, mail.user, mail.kind):
        return None
    to = _address(mail)
    with translation.override(_language(mail)):
        letter = LETTERS[mail.kind](mail)
        return _laid_out(mail, letter, to) if letter and to else None


def _address(mail: Mail) -> str:
    if mail.user is None:
        return str(settings.SUPPORT_EMAIL)
    if mail.kind == Kind.CONFIRM:
        return choice_of(mail.shop, mail.user).asked_address
    return address_of(mail.shop, mail.user)


def _language(mail: Mail) -> str:
    known = mail.user.language if mail.user else ""
    return known if known in LANGUAGES else settings.LANGUAGE_CODE


def _laid_out(mail: Mail, letter: Letter, to: str) -> Written:
    off = off_url(mail)
    values = {
        "letter": letter,
        "language": translation.get_language(),
        "why": _why(mail),
        "choose": _("Choose what you are told") if mail.user and mail.kind != Kind.CONFIRM else "",
        "choose_url": links.to("settings-messages", mail.shop.slug),
        "off": _("Switch this mail off") if off else "",
        "off_url": off,
    }
    text = render_to_string("mails/mail.txt", values)
    return Written(to, letter.subject, text, render_to_string("mails/mail.html", values), off)


def _why(mail: Mail) -> str:
    if mail.user is None or mail.kind == Kind.CONFIRM:
        return ""
    names = {"shop": mail.shop.name}
    if mail.kind in CAN_BE_OFF:
        return _("You get this mail because you are owner or bookkeeper of %(shop)s.") % names
    return (
        _("You are owner or bookkeeper of %(shop)s. This mail always comes: without the connection everything stops.")
        % names
    )


def off_url(mail: Mail) -> str:
    """Where one click switches the mail off, signed in or not; empty where it always comes."""
    if mail.user is None or mail.kind not in CAN_BE_OFF:
        return ""
    return links.absolute("notices-off", links.signed(choice_of(mail.shop, mail.user), kind=mail.kind))
