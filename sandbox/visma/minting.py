"""The texts that Visma Connect hands out: codes, tokens, and the discovery document."""

from __future__ import annotations

import base64
import json
import secrets
import uuid
from collections.abc import Sequence
from typing import Any

AUDIENCE = "https://api.dinero.dk"


def code() -> str:
    """An authorization code."""
    return secrets.token_hex(32).upper()


def refresh_token() -> str:
    """64 hexadecimal digits, as recorded ones have (fact sheet, 1.1)."""
    return secrets.token_hex(32).upper()


def access_token(issuer: str, client_id: str, subject: str, scopes: Sequence[str], now: float, seconds: int) -> str:
    """A text that looks like Visma's token (header `at+jwt`, RS256); it is known by its whole, nothing verifies it."""
    header = {"alg": "RS256", "typ": "at+jwt", "kid": "sandbox"}
    payload = {
        "iss": issuer,
        "aud": AUDIENCE,
        "nbf": int(now),
        "iat": int(now),
        "exp": int(now) + seconds,
        "scope": list(scopes),
        "client_id": client_id,
        "sub": str(uuid.uuid5(uuid.NAMESPACE_URL, f"mailto:{subject}")),
        "jti": secrets.token_hex(16).upper(),
    }
    parts = (_packed(json.dumps(part).encode()) for part in (header, payload))
    return ".".join((*parts, _packed(secrets.token_bytes(64))))


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def discovery(issuer: str, scopes: Sequence[str]) -> dict[str, Any]:
    """The document of OpenID Connect Discovery, as far as this stand-in serves what it names."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/connect/authorize",
        "token_endpoint": f"{issuer}/connect/token",
        "scopes_supported": list(scopes),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
