"""What is a setting of the app in Visma's portal, or unknown: the switches of the Visma Connect stand-in.

Numbers are sections of the Dinero fact sheet. A switch with `values` None takes any whole number from 0. The first
value is the default unless `default` says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

YES_NO = (True, False)
NO_YES = (False, True)


@dataclass(frozen=True)
class Switch:
    """One point that may be otherwise: its name, its choices, what it means."""

    name: str
    values: tuple[object, ...] | None
    meaning: str
    default: object = None

    def start(self) -> object:
        """The value that it has until somebody sets it."""
        return self.default if self.values is None else self.values[0]

    def accepts(self, value: object) -> bool:
        """Whether `value` is one of the choices."""
        if self.values is None:
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        return any(value == choice and type(value) is type(choice) for choice in self.values)


SWITCHES: tuple[Switch, ...] = (
    Switch("refresh", ("one_time", "reuse"), "1.1: a refresh token is good for one exchange, or stays the same"),
    Switch("grace_seconds", None, "1.1: so long after its first use a one-time token can be used again (0 to 60)", 0),
    Switch("expires_in", None, "1.1: seconds that an access token lives", 3600),
    Switch("pkce", ("required", "optional"), "1.1: whether the app must prove its codes with S256"),
    Switch("iss", YES_NO, "1.1: the answer to the return address names the issuer"),
    Switch("authorize_errors", ("page", "redirect"), "unstated: where the person reads that a request is wrong"),
    Switch("error_description", NO_YES, "1.1: a refused exchange says why in error_description"),
    Switch("reuse_answer", ("same", "absent"), "unstated: a re-used refresh token is repeated in the answer, or not"),
    Switch("code_reuse_revokes", YES_NO, "RFC 6749, 4.1.2: a code that comes twice ends what it gave"),
    Switch("refresh_reuse_revokes", NO_YES, "RFC 9700, 4.14: a one-time token that comes too late ends the consent"),
)
BY_NAME: Mapping[str, Switch] = {switch.name: switch for switch in SWITCHES}


def defaults() -> dict[str, object]:
    """A fresh table of the values at the start."""
    return {switch.name: switch.start() for switch in SWITCHES}


def checked(name: str, value: object) -> object:
    """`value` if switch `name` takes it. Raises KeyError for an unknown name, ValueError for the value."""
    switch = BY_NAME[name]
    if not switch.accepts(value):
        raise ValueError(f"visma.{name} takes {switch.values or 'a whole number'}, not {value!r}")
    return value
