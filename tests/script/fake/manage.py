"""Stands for the product's commands: `migrate` makes a table as its owner, and counts how often it ran."""

import os
import sys

import psycopg

if sys.argv[1:] == ["migrate", "--no-input", "--database", "owner"]:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS migrations (id serial)")
        connection.execute("GRANT SELECT ON migrations TO connector_app")
        connection.execute("INSERT INTO migrations DEFAULT VALUES")
