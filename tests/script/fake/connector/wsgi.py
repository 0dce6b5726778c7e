"""Stands for the product's pages: tells what it was told, and how often the tables were migrated."""

import json
import os

import psycopg


def application(environ, start_response):
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        count = connection.execute("SELECT count(*) FROM migrations").fetchone()
    told = {name: os.environ.get(name) for name in ("PUBLIC_URL", "OUTBOUND_ALLOW", "ECONOMIC_REST_URL")}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(told | {"migrated": count[0], "web": os.getppid()}).encode()]
