"""The Celery app: it carries hints, and starts the loops beside every worker."""

import os

from celery import Celery

from connector.sync.bootstep import SweepStep
from connector.web.notices.bootstep import TellingStep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "connector.settings")

app = Celery("connector")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["connector.sync"])
app.steps["worker"].add(SweepStep)
app.steps["worker"].add(TellingStep)
