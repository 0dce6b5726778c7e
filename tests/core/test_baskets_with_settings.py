"""Random baskets through random valid settings; `script/test` judges tens of thousands on every core."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from connector.core import exact, mapping
from connector.core.document import Situation
from connector.core.money import ORE
from tests.core.baskets.__main__ import judge, main
from tests.core.baskets.judge import verdict
from tests.core.baskets.settings import case

pytestmark = pytest.mark.unit

COUNT = 40


def test_the_first_cases_are_right():
    batch = judge(0, COUNT)
    assert batch.wrong == ()
    assert batch.cases == COUNT
    assert (batch.rounding_lines > 0, batch.largest) == (True, 1)


def test_a_seed_is_always_the_same_case():
    assert case(4711) == case(4711)
    assert case(4711) != case(4712)


def test_every_kind_of_sale_and_setting_is_among_the_cases():
    cases = [case(seed) for seed in range(100)]
    assert {one.expected.situation for one in cases} == set(Situation)
    rules = [one.rules for one in cases]
    for chosen in (
        "layout",
        "gift_card",
        "missing_product",
        "no_email",
        "reading",
        "home_country",
        "creates_customers",
    ):
        assert len({getattr(one, chosen) for one in rules}) > 1, chosen
    assert len({one.order.total.currency for one in cases}) == 5
    assert {bool(one.carried) for one in cases} == {True, False}


def _an_ore_less(charges, reading):
    fitted = exact.fit(charges, reading)
    return replace(fitted, rounding=fitted.rounding - ORE)


def _first_doubled(charges, reading):
    fitted = exact.fit(charges, reading)
    return replace(fitted, pieces=(fitted.pieces[0] * 2, *fitted.pieces[1:]))


@pytest.mark.parametrize(
    ("name", "defect", "fault"),
    [
        ("fit", _an_ore_less, "gross"),
        ("fit", _first_doubled, "lines of"),
        ("tax_point", lambda _order, day: day, "no document"),
        ("term_of", lambda _order, _rules: "", "term"),
        ("_product", lambda line, *_: ("SKU", ""), "lines of"),
    ],
    ids=["an-ore-less", "a-line-doubled", "tax-point-forgotten", "no-term", "every-product-the-same"],
)
def test_a_defect_is_a_fault(monkeypatch, name, defect, fault):
    monkeypatch.setattr(mapping, name, defect)
    found = [verdict(case(seed)).faults for seed in range(COUNT)]
    assert any(said.startswith(fault) for faults in found for said in faults)


def test_what_is_found_is_one_line_of_json(capsys, tmp_path):
    assert main(["--cases", "20", "--result", str(tmp_path / "said")]) == 0
    said = json.loads(capsys.readouterr().out)
    assert json.loads((tmp_path / "said").read_text()) == said
    assert (said["cases"], said["off"]) == (20, 0)
    assert said["max_ore_line"] in (0, 1)


def test_one_case_is_told_in_full(capsys):
    assert main(["--seed", "7"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {"seed": 7, "faults": [], "rounding": 0}
    assert "MappingRules" in said.err
