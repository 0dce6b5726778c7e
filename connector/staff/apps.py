from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "connector.staff"
    label = "staff"
