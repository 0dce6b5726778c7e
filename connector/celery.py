"""The Celery app: it carries hints, and starts the sweep with every worker."""

import os

from celery import Celery

from connector.sync.bootstep import SweepStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connector.settings")

app = Celery("connector")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["connector.sync"])
app.steps["worker"].add(SweepStep)
