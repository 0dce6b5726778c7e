"""What is a setting of the app in Visma's portal, or unknown: the switches of the Visma Connect stand-in.

Numbers are sections of the Dinero fact sheet. A switch with `values` None takes any whole number from 0.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.economic.switches import YES_NO, Switch

SWITCHES: tuple[Switch, ...] = (
    Switch(
        "refresh", ("one_time", "reuse"), "one_time", "1.1: a refresh token is good for one exchange, or stays the same"
    ),
    Switch("grace_seconds", None, 0, "1.1: so long after its first use a one-time token works again (0 to 60)"),
    Switch("expires_in", None, 3600, "1.1: seconds that an access token lives"),
    Switch("pkce", ("required", "optional"), "required", "1.1: whether the app must prove its codes with S256"),
    Switch("iss", YES_NO, True, "1.1: the answer to the return address names the issuer"),
    Switch(
        "authorize_errors", ("page", "redirect"), "page", "unstated: where the person reads that a request is wrong"
    ),
    Switch("error_description", YES_NO, False, "1.1: a refused exchange says why in error_description"),
    Switch(
        "reuse_answer",
        ("same", "absent"),
        "same",
        "unstated: a re-used refresh token is repeated in the answer, or not",
    ),
    Switch("code_reuse_revokes", YES_NO, True, "RFC 6749, 4.1.2: a code that comes twice ends what it gave"),
    Switch(
        "refresh_reuse_revokes", YES_NO, False, "RFC 9700, 4.14: a one-time token that comes too late ends the consent"
    ),
)
BY_NAME: Mapping[str, Switch] = {switch.name: switch for switch in SWITCHES}


def defaults() -> dict[str, object]:
    """A fresh table of the values at the start."""
    return {switch.name: switch.default for switch in SWITCHES}


def checked(name: str, value: object) -> object:
    """`value` if switch `name` takes it. Raises KeyError for an unknown name, ValueError for the value."""
    switch = BY_NAME[name]
    if not switch.accepts(value):
        raise ValueError(f"visma.{name} takes {switch.values or 'a whole number'}, not {value!r}")
    return value
