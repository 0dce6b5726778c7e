from importlib import import_module

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "connector.web"
    label = "web"

    def ready(self) -> None:
        import_module("connector.web.checks")
