"""Signing in at Visma Connect: authorization code with PKCE, tokens that are renewed (fact sheet, section 1.1)."""

from __future__ import annotations

from collections.abc import Mapping

from accounting.access import SignIn
from connector.lib import oauth
from connector.lib.http import Transport
from connector.lib.oauth import Tokens

SCOPES = ("dineropublicapi:read", "dineropublicapi:write", "offline_access")
LOCALES = {"da": "da-DK", "nb": "nb-NO", "en": "en-GB"}
"""Language → a locale of the sign-in page; da-DK for all others."""
LONGEST_CODE = 2000


def authorize_url(config: Mapping[str, str], sign_in: SignIn) -> str:
    """Where the owner is sent to approve. `config` may say `response_mode`: query, unless it says form_post."""
    return oauth.authorize_url(
        f"{config['connect_url']}/connect/authorize",
        config["client_id"],
        redirect_uri=sign_in.return_url,
        state=sign_in.state,
        verifier=sign_in.verifier,
        scopes=SCOPES,
        response_mode=config.get("response_mode") or "query",
        ui_locales=LOCALES.get(sign_in.language[:2], LOCALES["da"]),
    )


def granted(config: Mapping[str, str], answer: Mapping[str, str], sign_in: SignIn) -> dict[str, str] | None:
    """The code with what redeems it; None when the owner declined, or it is another issuer's answer (RFC 9207) or
    another sign-in's."""
    code, issuer = answer.get("code", ""), answer.get("iss", "")
    is_ours = answer.get("state") == sign_in.state and issuer.rstrip("/") in ("", config["connect_url"].rstrip("/"))
    usable = code.isascii() and code.isprintable() and " " not in code and 0 < len(code) <= LONGEST_CODE
    if answer.get("error") or not is_ours or not usable:
        return None
    return {"code": code, "verifier": sign_in.verifier, "return_url": sign_in.return_url}


def redeem(config: Mapping[str, str], granted: Mapping[str, str], transport: Transport) -> dict[str, str]:
    """The tokens for a code, which can be redeemed once."""
    asker = transport, _token_url(config), config["client_id"], config["client_secret"]
    return _secrets(oauth.exchange(*asker, granted["code"], granted["verifier"], granted["return_url"]))


def renew(config: Mapping[str, str], secrets: Mapping[str, str], transport: Transport) -> dict[str, str]:
    """Fresh tokens for the same organisation."""
    asker = transport, _token_url(config), config["client_id"], config["client_secret"]
    return {**secrets, **_secrets(oauth.refresh(*asker, secrets.get("refresh", "")))}


def _token_url(config: Mapping[str, str]) -> str:
    return f"{config['connect_url']}/connect/token"


def _secrets(tokens: Tokens) -> dict[str, str]:
    return {"access": tokens.access, "refresh": tokens.refresh, "expires": tokens.expires_at.isoformat()}
