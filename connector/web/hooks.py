"""`POST /hooks/<code>/`: where shops deliver. Prove it, store it, answer; the order itself is fetched later.

2xx means stored, also for a repeat. If the database is down it is a 500, and the shop tries again. A body that is
not proven is stored nowhere.
"""

from __future__ import annotations

import logging
import re

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException, UnreadablePostError

from connector.sync import acts, build, clock, hints, intake, lookups, poll
from connector.tenancy.scope import scope
from shops.base import Event, Verdict
from shops.models import Shop

log = logging.getLogger(__name__)

PREFIX = "/hooks/"
LARGEST = 1024 * 1024
ADDRESS = re.compile(r"^/hooks/([0-9a-f]{32})/?$")


def receive(request: HttpRequest) -> HttpResponse:
    """Take a delivery of a shop. 404 unknown address, 405 not POST, 413 too large, 401 not proven, 400 unreadable."""
    address = ADDRESS.match(request.path)
    if address is None:
        return HttpResponse(status=404)
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    body = _body(request)
    if body is None:
        return HttpResponse(status=413)
    try:
        found = lookups.shop_by_code(address[1])
        return _deliver(*found, request, body) if found else HttpResponse(status=404)
    except DatabaseError:
        log.exception("delivery not stored")
        return HttpResponse(status=500)


def _body(request: HttpRequest) -> bytes | None:
    """The raw body; None when it is too large, judged by its announced length before it is read."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not (announced.isascii() and announced.isdigit()) or int(announced) > LARGEST:
        return None
    try:
        return request.body
    except (UnreadablePostError, RawPostDataException):
        return None


def _deliver(tenant_id: int, shop_id: int, request: HttpRequest, body: bytes) -> HttpResponse:
    now = clock.now()
    with scope(tenant_id):
        shop = Shop.objects.get(pk=shop_id)
        if not shop.is_connected:
            return HttpResponse(status=410)
        adapter = build.adapter_for(shop)
        headers = {name.lower(): value for name, value in request.headers.items()}
        proof = adapter.verify(headers, body)
        if proof.verdict is Verdict.FORGED:
            return HttpResponse(status=401)
        if proof.verdict is Verdict.UNPROVEN:
            poll.bring_forward(shop, now)
            return _answer(202, "asked")
        try:
            event = adapter.read(headers, body)
            heard = _hear(shop, event, body, proof.form)
        except ValueError:
            return HttpResponse(status=400)
    hints.give(tenant_id, heard.channel_id)
    return _answer(202 if heard.is_new else 200, "stored" if heard.is_new else "known")


def _hear(shop: Shop, event: Event, body: bytes, form: str) -> intake.Heard:
    heard = intake.receive(shop, event, body, clock.now())
    # The shop's row comes last, as in a poll: held before the lane's, the two could lock each other up.
    if form and not shop.signing_form:
        acts.pin_signing(shop, form)
    if not event.order_id:
        # Says only that something happened: ask what changed.
        poll.bring_forward(shop, clock.now())
    return heard


def _answer(status: int, word: str) -> HttpResponse:
    return JsonResponse({"status": word}, status=status, json_dumps_params={"separators": (",", ":")})
