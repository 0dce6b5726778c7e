"""What a call for help is about: the page it was made from, with the order and the reason that it showed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlencode

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from connector.web.frame.catalogue import CATALOGUE

_OF_A_SHOP = re.compile(r"/s/(?P<shop>[-\w]+)/(?:orders/(?P<order>[^/?#]+)/)?")
LONGEST_PAGE, LONGEST_LINES = 300, 1500


@dataclass(frozen=True)
class About:
    """`page` is an address of ours without its host; `shop` the part of it that names the shop; `lines` what the page
    Fejlsøgning had found. Each is empty where nothing is known."""

    page: str = ""
    shop: str = ""
    order: str = ""
    reason: str = ""
    lines: str = ""

    @property
    def query(self) -> str:
        """The same for the address of the next page of help; with its question mark, empty without anything."""
        given = {"from": self.page, "reason": self.reason, "lines": self.lines}
        known = {name: value for name, value in given.items() if value}
        return f"?{urlencode(known)}" if known else ""


def about(request: HttpRequest) -> About:
    """What the address, or the form that was sent, says of it. Anybody may write anything there: it is only told on."""
    given: Mapping[str, str] = request.POST if request.method == "POST" else request.GET
    page = given.get("from", "")[:LONGEST_PAGE]
    if not page.startswith("/") or not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        page = ""
    found = _OF_A_SHOP.match(page)
    reason = given.get("reason", "")
    return About(
        page=page,
        shop=found["shop"] if found else "",
        order=unquote(found["order"] or "") if found else "",
        reason=reason if reason in CATALOGUE else "",
        lines=given.get("lines", "")[:LONGEST_LINES],
    )
