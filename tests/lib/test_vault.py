"""A secret opens for the row that it was sealed for, under a key of the ring, and nowhere else."""

from __future__ import annotations

import base64

import pytest

from connector.lib.vault import CannotOpen, Vault, parse_keys

pytestmark = pytest.mark.unit

OLD, NEW = b"o" * 32, b"n" * 32
HERE, THERE = "accounting_connection:secret:17", "accounting_connection:secret:18"
SECRET = "grant-ÆØÅ-1234"


def written(key: bytes) -> str:
    return base64.b64encode(key).decode()


def test_a_sealed_secret_opens_where_it_belongs() -> None:
    ring = Vault({"k1": OLD})
    blob = ring.seal(SECRET, HERE)
    assert SECRET not in blob
    assert ring.open(blob, HERE) == SECRET


def test_the_same_secret_never_looks_the_same() -> None:
    ring = Vault({"k1": OLD})
    assert len({ring.seal(SECRET, HERE) for _ in range(50)}) == 50


@pytest.mark.parametrize("place", [THERE, "shops_shop:secret:17", "accounting_connection:other:17", "", HERE + " "])
def test_a_secret_does_not_open_elsewhere(place: str) -> None:
    ring = Vault({"k1": OLD})
    with pytest.raises(CannotOpen):
        ring.open(ring.seal(SECRET, HERE), place)


def test_two_rows_whose_secrets_were_swapped_do_not_open() -> None:
    ring = Vault({"k1": OLD})
    mine, theirs = ring.seal("mine", HERE), ring.seal("theirs", THERE)
    for blob, place in ((theirs, HERE), (mine, THERE)):
        with pytest.raises(CannotOpen):
            ring.open(blob, place)


def test_every_changed_byte_is_noticed() -> None:
    ring = Vault({"k1": OLD})
    name, _, value = ring.seal(SECRET, HERE).partition(".")
    raw = base64.b64decode(value)
    for place in range(len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        with pytest.raises(CannotOpen):
            ring.open(f"{name}.{written(bytes(changed))}", HERE)


def test_a_key_under_another_name_does_not_open() -> None:
    blob = Vault({"k1": OLD}).seal(SECRET, HERE)
    with pytest.raises(CannotOpen):
        Vault({"k2": OLD}).open(blob.replace("k1.", "k2."), HERE)


def test_nothing_of_the_blob_is_quoted_when_its_key_is_gone() -> None:
    blob = Vault({"k1": OLD}).seal(SECRET, HERE)
    with pytest.raises(CannotOpen) as caught:
        Vault({"k2": NEW}).open(blob, HERE)
    assert "ring" in str(caught.value)
    assert not any(part in str(caught.value) for part in blob.split("."))


@pytest.mark.parametrize("blob", ["", "k1", "k1.", "k1.!!!", "k1.AAAA", "k1." + "A" * 23, ".", "ciphertext", "k1.æ"])
def test_what_is_no_secret_does_not_open(blob: str) -> None:
    with pytest.raises(CannotOpen):
        Vault({"k1": OLD}).open(blob, HERE)


# --- rotation -----------------------------------------------------------------------------------------------------
def test_rotation_reads_the_old_and_writes_the_new() -> None:
    before = Vault({"k1": OLD}).seal(SECRET, HERE)
    ring = Vault(parse_keys(f"k2:{written(NEW)}, k1:{written(OLD)}"))
    assert ring.open(before, HERE) == SECRET
    after = ring.seal(ring.open(before, HERE), HERE)
    assert (ring.is_current(before), ring.is_current(after)) == (False, True)
    assert Vault({"k2": NEW}).open(after, HERE) == SECRET


def test_a_key_whose_name_begins_another_is_not_mistaken_for_it() -> None:
    blob = Vault({"k1": OLD}).seal(SECRET, HERE)
    ring = Vault({"k": NEW, "k1": OLD})
    assert ring.open(blob, HERE) == SECRET
    assert not ring.is_current(blob)


# --- the setting --------------------------------------------------------------------------------------------------
def test_keys_are_read_in_their_order() -> None:
    assert list(parse_keys(f"b:{written(NEW)},a:{written(OLD)},").items()) == [("b", NEW), ("a", OLD)]


@pytest.mark.parametrize(
    "listed",
    [
        "",
        " , ",
        written(OLD),
        f":{written(OLD)}",
        f"k.1:{written(OLD)}",
        "k1:",
        f"k1:{written(b'short')}",
        f"k1:{written(OLD + b'x')}",
        "k1:not base64 at all",
        f"k1:{written(OLD)},k2:zz",
        f"k1:{written(OLD)},k1:{written(NEW)}",
    ],
)
def test_malformed_keys_are_refused(listed: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_keys(listed)
    # The message ends in a log; a key does not.
    assert written(OLD) not in str(caught.value)
