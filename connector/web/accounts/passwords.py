"""Refuses passwords that are known from breaches with something hung on: "password2026!" is no better than it."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from connector.tenancy.models import User

LIST = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
"""Django's list of the 20,000 passwords that were found most often in breaches, in small letters."""

HUNG_ON = "0123456789 .,:;!?-_+*#@$%&/()=<>'\""


@cache
def breached() -> frozenset[str]:
    """The list."""
    with gzip.open(LIST, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines)


class NotBreached:
    """A password validator: https://docs.djangoproject.com/en/5.2/topics/auth/passwords/#password-validation."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError for a breached password, also when repeated or with digits and signs around it."""
        word = password.lower()
        if word in breached() or word.strip(HUNG_ON) in breached() or _repeated(word) in breached():
            raise ValidationError(
                _("This password is known from breaches, or close to one that is. Choose another."), code="breached"
            )

    def get_help_text(self) -> str:
        """What the form says beforehand."""
        return _("It must not be known from breaches.")


def _repeated(word: str) -> str:
    """What `word` repeats from beginning to end ("kodekodekode" → "kode"); the word itself when nothing."""
    length = (word + word).find(word, 1)
    return word[:length]
