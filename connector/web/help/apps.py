from django.apps import AppConfig


class HelpConfig(AppConfig):
    name = "connector.web.help"
    label = "help"
