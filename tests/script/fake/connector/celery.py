"""Stands for the product's worker."""

import os

from celery import Celery

app = Celery("connector", broker=os.environ["REDIS_URL"])
