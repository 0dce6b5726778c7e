"""The README's tables are what the code says."""

from __future__ import annotations

import re

import pytest

from connector.web.management.commands.readme_tables import MEANING, README, filled, variables

pytestmark = pytest.mark.unit

NAMED = re.compile(r"`([a-z_/]+(?:\.py|/))`")


def test_the_tables_are_up_to_date() -> None:
    text = README.read_text()
    assert filled(text) == text, "run `python manage.py readme_tables --write`"


def test_every_setting_is_explained_and_none_that_is_gone() -> None:
    assert {name for name, _ in variables()} == set(MEANING)


def test_every_picture_and_page_that_is_named_exists() -> None:
    for target in ("docs/order.png", "docs/data-path.svg", "sandbox/README.md", "docs"):
        assert f"({target})" in README.read_text()
        assert (README.parent / target).exists(), target


def test_the_places_of_behaviours_are_there() -> None:
    table = README.read_text().split("### Where a behaviour is")[1].split("\n## ")[0]
    rows = [line.strip("| ").split("|") for line in table.splitlines() if line.startswith("| ")][1:]
    homes = ("connector/core/", "connector/sync/", "connector/web/")
    named = [
        home + name for row in rows for home, cell in zip(homes, row[1:], strict=True) for name in NAMED.findall(cell)
    ]
    assert len(named) > 40
    assert [name for name in named if not (README.parent / name).exists()] == []
