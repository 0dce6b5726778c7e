"""Stands for the product's commands: `migrate` makes a table as the role it is given, and counts how often it ran."""

import os
import sys

import psycopg

if sys.argv[1] == "migrate":
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS migrations (id serial)")
        connection.execute("INSERT INTO migrations DEFAULT VALUES")
