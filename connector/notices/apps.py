from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "connector.notices"
    label = "notices"
