"""Conditions and addresses, read back by the stand-in's own parser, which takes escapes as the live server does."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.providers.economic.filters import both, contains, equal, listable, lists, one_of, segment
from sandbox.economic import filters as theirs
from sandbox.economic.ids import unescape
from sandbox.economic.matching import matches

pytestmark = pytest.mark.contract

TYPES = {"email": "text", "productNumber": "text", "n": "number"}
ODD = st.text(alphabet="ab$()*,[]:@+ _%&/\\.#?<>'æ🎁", min_size=1, max_size=12)


def holds(condition: str, **view: object) -> bool:
    return matches(theirs.parse(condition, TYPES), view, TYPES)


@given(ODD)
def test_equal_finds_exactly_its_value(value: str):
    assert holds(equal("email", value), email=value)
    assert not holds(equal("email", value), email=value + "x")


@given(ODD, ODD)
def test_contains_finds_its_value_anywhere(value: str, before: str):
    assert holds(contains("email", value), email=f"{before} {value} c@d.dk")


@given(st.lists(ODD.filter(listable), min_size=1, max_size=5, unique=True))
def test_one_of_finds_each(values: list[str]):
    condition = one_of("productNumber", values)
    assert all(holds(condition, productNumber=value) for value in values)
    assert not holds(condition, productNumber="zzz")


@pytest.mark.parametrize("value", ["a,b", "a]", "[a", "a)", "(a", "a$", "a*"])
def test_what_a_list_may_take_otherwise_is_not_listed(value: str):
    assert not listable(value)


def test_both():
    assert holds(both(equal("n", 4), equal("email", "a)b")), n=4, email="A)B")
    assert not holds(both(equal("n", 4), equal("email", "a)b")), n=5, email="a)b")


def test_lists_are_short_enough():
    numbers = [f"SKU-ÆØÅ-{n:04}" for n in range(500)]
    portions = list(lists(numbers, 150))
    assert [number for portion in portions for number in portion] == numbers
    assert all(len(portion) <= 150 and len(quote(",".join(portion))) <= 1500 for portion in portions)
    assert list(lists([])) == []
    assert [len(portion) for portion in lists([str(n) for n in range(1001, 1202)])] == [200, 1]


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("AB_1.5", "AB_8_1_11_5"),
        ("A-1", "A-1"),
        ("<>*%:&/\\_ ?.#+", "_0__1__2__3__4__5__6__7__8__9__10__11__12__13_"),
        ("Ø(1)", "%C3%98%281%29"),
    ],
)
def test_segment(key: str, address: str):
    assert segment(key) == address
    assert unescape(address) == key


@given(ODD)
def test_segment_is_one_segment_that_reads_back(key: str):
    assert "/" not in segment(key)
    assert unescape(segment(key)) == key


def test_no_address_without_a_key():
    with pytest.raises(ValueError, match="needs a key"):
        segment("")
