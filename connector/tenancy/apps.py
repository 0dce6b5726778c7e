from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def grant_to_the_application(using: str, **_: Any) -> None:
    from connector.tenancy import ddl

    ddl.grant_to_application_role(using)


class TenancyConfig(AppConfig):
    name = "connector.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        post_migrate.connect(grant_to_the_application, sender=self)
