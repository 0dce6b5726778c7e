"""Where an address leads: which host, which service of the newer host, which segments."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True)
class Place:
    """A taken-apart path. `prefix` is what all paths of the same host and service begin with."""

    legacy: bool
    service: str
    version: str
    segments: list[str]
    prefix: str


def place_of(path: str) -> Place:
    """The place of a path that begins with /rest or /api.

    A slash at the end is dropped: an address built with an empty number is the collection's, which is
    how every draft gets deleted by accident (fact sheet, 4.4).
    """
    parts = path.strip("/").split("/")
    if parts[0] != "api":
        return Place(True, "", "", parts[1:], "/rest")
    service, version = (*parts[1:3], "", "")[:2]
    return Place(False, service.lower(), version, [unquote(part) for part in parts[3:]], f"/api/{service}/{version}")
