"""OAuth 2 by authorization code with PKCE (RFC 6749 and 7636): requests and answers, over our own transport.

oauthlib writes the requests and reads the answers. No token, code or description of theirs is quoted in an error.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

from connector.core.errors import NeedsSetup, OutcomeUnknown, Temporary
from connector.lib.http import Answer, Transport, raise_for_trouble

FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
ASSUMED_SECONDS = 3600
"""How long an access token lasts where the answer does not say: as long as is usual."""
LONGEST_SECONDS = 7 * 24 * 3600
"""No access token is believed to last longer: it is renewed by then."""
REFUSING = frozenset({400, 401})
"""RFC 6749, section 5.2. What comes with another status is not believed to end a connection."""
ERROR_CODE = re.compile(r"[a-z_]{1,40}")
"""What an `error` of RFC 6749 looks like; anything else may hold something that must not be repeated."""


class GrantRefused(NeedsSetup):
    """`invalid_grant`: the code or refresh token is used up, over or withdrawn. The owner has to approve again."""

    code = "connection-expired"


@dataclass(frozen=True)
class Tokens:
    """What a token endpoint gave. `refresh` is empty where none was given, and none was had before."""

    access: str
    refresh: str
    expires_at: datetime
    """UTC, as of when the answer came."""

    def __repr__(self) -> str:
        """Without the tokens: it may stand in a traceback."""
        return f"Tokens(expires_at={self.expires_at:%Y-%m-%dT%H:%M:%SZ})"


def authorize_url(
    endpoint: str, client_id: str, *, redirect_uri: str, state: str, verifier: str, scopes: Sequence[str], **extra: str
) -> str:
    """Where somebody is sent to approve, with PKCE S256. `extra` are parameters of the provider's own."""
    # oauthlib's own builder refuses every address that is not https, a stand-in's on this machine too.
    query = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(scopes),
        "state": state,
        "code_challenge": WebApplicationClient(client_id).create_code_challenge(verifier, "S256"),
        "code_challenge_method": "S256",
    }
    return f"{endpoint}?{urlencode(query | extra)}"


def exchange(
    transport: Transport,
    token_url: str,
    client_id: str,
    client_secret: str,
    code: str,
    verifier: str,
    redirect_uri: str,
) -> Tokens:
    """Redeem a code, which can be done once.

    Raises GrantRefused (connection-declined) for a code that is used or too old, Temporary when nothing was redeemed,
    OutcomeUnknown when the answer was lost.
    """
    client = WebApplicationClient(client_id)
    body = client.prepare_request_body(
        code=code, redirect_uri=redirect_uri, code_verifier=verifier, client_secret=client_secret
    )
    try:
        return _ask(transport, token_url, client, body)
    except GrantRefused as refusal:
        raise GrantRefused("connection-declined") from refusal


def refresh(transport: Transport, token_url: str, client_id: str, client_secret: str, refresh_token: str) -> Tokens:
    """Fresh tokens. The refresh token may be another one now and the old one dead, so what comes back must be stored
    before it is used.

    Raises GrantRefused (connection-expired) when none are given any more, Temporary when nothing was done,
    OutcomeUnknown when the answer was lost.
    """
    if not refresh_token:
        raise GrantRefused
    client = WebApplicationClient(client_id)
    # Unlike the builder for a code, this one does not name the client by itself.
    body = client.prepare_refresh_body(refresh_token=refresh_token, client_id=client_id, client_secret=client_secret)
    return _ask(transport, token_url, client, body, before=refresh_token)


def _ask(transport: Transport, token_url: str, client: WebApplicationClient, body: str, before: str = "") -> Tokens:
    answer = transport("POST", token_url, FORM, body.encode())
    if answer.status == 429 or answer.status >= 500:
        raise_for_trouble("POST", answer)
    told = _told(client, answer)
    access, fresh, seconds = told.get("access_token"), told.get("refresh_token") or before, told.get("expires_in")
    if not _is_token(access) or (fresh and not _is_token(fresh)):
        raise OutcomeUnknown(detail="no readable token")
    lasts = min(max(seconds, 0), LONGEST_SECONDS) if isinstance(seconds, int) else ASSUMED_SECONDS
    return Tokens(str(access), str(fresh), datetime.now(UTC) + timedelta(seconds=lasts))


def _is_token(told: object) -> bool:
    """Whether it can be sent in a header (RFC 6750, section 2.1, is stricter still)."""
    return isinstance(told, str) and told.isascii() and told.isprintable() and bool(told) and " " not in told


def _told(client: WebApplicationClient, answer: Answer) -> dict[str, object]:
    """The fields of the answer. Raises for every answer but one with a token."""
    try:
        told = client.parse_request_body_response(answer.body.decode(errors="replace"))
    except OAuth2Error as error:
        raise _refusal(answer, str(error.error or "")) from None
    except (ValueError, TypeError, AttributeError, OverflowError):
        # Valid JSON that is no object, or a time that is no number.
        raise _refusal(answer, "unreadable") from None
    if not answer.ok:
        raise _refusal(answer, "unreadable")
    return dict(told)


def _refusal(answer: Answer, error: str) -> GrantRefused | OutcomeUnknown | Temporary:
    """Everything but `invalid_grant` is between the provider and our app: the owner can do nothing about it."""
    if error == "invalid_grant" and answer.status in REFUSING:
        return GrantRefused()
    if answer.ok:
        return OutcomeUnknown(detail="no readable token")
    named = error if ERROR_CODE.fullmatch(error) else "unreadable"
    return Temporary("provider-down", detail=f"{answer.status} {named}")
