"""Makes the translations that the running product reads, without gettext's tools."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from connector.web.texts import catalogues


class Command(BaseCommand):
    """Merges `locale/<language>/parts/*.po` into django.po and django.mo."""

    help = "Compile the translations."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        locale = Path(settings.LOCALE_PATHS[0])
        for language in catalogues.languages(locale):
            try:
                catalog = catalogues.merged(locale, language)
            except catalogues.Conflict as reason:
                raise CommandError(str(reason)) from reason
            catalogues.write(locale, language, catalog)
            self.stderr.write(f"{language}: {len(catalog)} texts")
