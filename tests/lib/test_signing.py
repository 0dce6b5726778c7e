"""Signatures over raw bodies: every usual form is found, and only the pinned one counts afterwards."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from connector.lib import signing

pytestmark = pytest.mark.unit

BODY = '{"order_id": 912345, "navn": "Søren"}'.encode()
SECRET = "s3cret-æøå"
NAME = "x-shoporama-signature"


def digest(algorithm: str, secret: str = SECRET, body: bytes = BODY) -> bytes:
    """Made apart from the code under test."""
    return hmac.new(secret.encode(), body, getattr(hashlib, algorithm)).digest()


FORMS = {
    "sha256:hex": digest("sha256").hex(),
    "sha256:base64": base64.b64encode(digest("sha256")).decode(),
    "sha256:prefixed-hex": "sha256=" + digest("sha256").hex(),
    "sha256:prefixed-base64": "sha256=" + base64.b64encode(digest("sha256")).decode(),
    "sha1:hex": digest("sha1").hex(),
    "sha1:base64": base64.b64encode(digest("sha1")).decode(),
    "sha1:prefixed-hex": "sha1=" + digest("sha1").hex(),
    "sha512:hex": digest("sha512").hex(),
    "sha512:prefixed-base64": "sha512=" + base64.b64encode(digest("sha512")).decode(),
}


@pytest.mark.parametrize(("form", "value"), FORMS.items(), ids=FORMS)
def test_every_form_is_found_and_then_pinned(form: str, value: str):
    headers = {"content-type": "application/json", NAME: value, "user-agent": "x"}
    assert signing.find_form(headers, BODY, ["another", SECRET]) == f"{NAME}:{form}"
    assert signing.proves(f"{NAME}:{form}", headers, BODY, ["another", SECRET])


@pytest.mark.parametrize(("form", "value"), FORMS.items(), ids=FORMS)
def test_another_form_header_body_or_secret_proves_nothing(form: str, value: str):
    others = [f"{NAME}:{other}" for other in FORMS if other != form]
    assert not any(signing.proves(other, {NAME: value}, BODY, [SECRET]) for other in others)
    pinned = f"{NAME}:{form}"
    assert not signing.proves(pinned, {"x-other": value}, BODY, [SECRET])
    assert not signing.proves(pinned, {NAME: value}, BODY + b" ", [SECRET])
    assert not signing.proves(pinned, {NAME: value}, BODY, ["another"])
    assert not signing.proves(pinned, {NAME: value}, BODY, [])
    assert not signing.proves("", {"": value}, BODY, [SECRET])


@pytest.mark.parametrize("secrets", [[], [""], ["another"]])
def test_nothing_fits_without_the_secret(secrets: list[str]):
    signed_with_nothing = digest("sha256", secret="").hex()
    assert signing.find_form({NAME: FORMS["sha256:hex"], "x-b": signed_with_nothing}, BODY, secrets) == ""
    assert not signing.proves("x-b:sha256:hex", {"x-b": signed_with_nothing}, BODY, secrets)


def test_an_empty_body_can_be_signed():
    value = digest("sha256", body=b"").hex()
    assert signing.find_form({NAME: value}, b"", [SECRET]) == f"{NAME}:sha256:hex"


def test_a_header_in_any_script_is_no_trouble():
    assert signing.find_form({NAME: "ünïcødé \udc80"}, BODY, [SECRET]) == ""
    assert not signing.proves(f"{NAME}:sha256:hex", {NAME: "ünïcødé \udc80"}, BODY, [SECRET])


def test_overlong_headers_are_not_compared():
    long_name = "x-" + "a" * signing.LONGEST_NAME
    assert signing.find_form({long_name: FORMS["sha256:hex"]}, BODY, [SECRET]) == ""


def test_every_comparison_is_made(monkeypatch: pytest.MonkeyPatch):
    """The time taken must not tell where a comparison ended, or which form fitted."""
    made = []
    compare = hmac.compare_digest
    monkeypatch.setattr(signing.hmac, "compare_digest", lambda a, b: made.append(1) or compare(a, b))
    counts = set()
    for value in (FORMS["sha256:hex"], FORMS["sha512:prefixed-base64"], "wrong"):
        made.clear()
        signing.find_form({NAME: value, "x-other": "1"}, BODY, ["another", SECRET])
        counts.add(len(made))
    forms = len(signing.ALGORITHMS) * len(signing.ENCODINGS)
    assert counts == {2 * 2 * forms}
