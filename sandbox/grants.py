"""How e-conomic's approve page sends the browser back (fact sheet, section 2.3; open points: 19, row 4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import quote

from sandbox.routes import Refused


class Choice(NamedTuple):
    """A switch of the page: its values, the first being the default, and what it means."""

    values: tuple[Any, ...]
    meaning: str


CHOICES = {
    "grant_join": Choice(("right", "question"), "token after an existing query: joined by &, or by a second ?"),
    "grant_decline": Choice(("stay", "back"), "declining leaves the browser on the page, or sends it back bare"),
    "grant_registered_redirect": Choice(("",), "where every answer goes, whatever redirectUrl says; empty: as it says"),
}


@dataclass
class GrantPage:
    """The page's switches."""

    switches: dict[str, str] = field(default_factory=lambda: {name: row.values[0] for name, row in CHOICES.items()})

    def set(self, name: str, value: object) -> None:
        """Set a switch. Raises Refused 400 for a value that it cannot take."""
        values = CHOICES[name].values
        if not isinstance(value, str) or (len(values) > 1 and value not in values):
            raise Refused(400, f"economic.{name} is one of {', '.join(values)}" if len(values) > 1 else "an address")
        self.switches[name] = value

    def approved(self, redirect: str, token: str) -> str | None:
        """Where the browser goes with the token; None when it is shown on the page instead."""
        back = self._back(redirect)
        if not back:
            return None
        join = "&" if "?" in back and self.switches["grant_join"] == "right" else "?"
        return f"{back}{join}token={quote(token)}"

    def declined(self, redirect: str) -> str | None:
        """Where the browser goes without a token; None when it stays."""
        return self._back(redirect) or None if self.switches["grant_decline"] == "back" else None

    def _back(self, redirect: str) -> str:
        return self.switches["grant_registered_redirect"] or redirect
