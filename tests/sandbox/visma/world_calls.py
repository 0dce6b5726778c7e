"""A program at the control address, and a client of Dinero with tokens, in the sandbox's world."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox import site
from sandbox.wire import Reply, Request
from sandbox.world import Target, target

if TYPE_CHECKING:
    from sandbox.world import World

KEY = "invoice:shoporama:4001:912345"
FIRST = 200001


def control(world: World, method: str, path: str, body: Any = None, status: int | None = None, **query: str) -> Any:
    content = b"" if body is None else json.dumps(body).encode()
    reply = site.dispatch(world, Request(method, f"/control{path}", query, {}, content))
    assert reply.status == status if status else reply.status < 300, reply.body
    return reply.json()


def where(path: str) -> Target:
    found = target(path)
    assert found is not None
    return found


class Client:
    """A client with the tokens of an organisation's user."""

    def __init__(self, world: World, organization: int = FIRST) -> None:
        self.world = world
        self.number = organization
        self.tokens = control(world, "POST", f"/organizations/{organization}/tokens")

    def call(self, method: str, path: str, body: Any = None) -> Reply:
        headers = {"authorization": f"Bearer {self.tokens['access_token']}", "content-type": "application/json"}
        content = b"" if body is None else json.dumps(body).encode()
        address = f"/dinero/v1/{self.number}{path}"
        return self.world.execute(where(address), Request(method, address, {}, headers, content))

    def draft(self, key: str = KEY) -> str:
        line = {"Description": "Kop", "Quantity": 1, "BaseAmountValue": 125, "Discount": 0, "AccountNumber": 1000}
        body = {"ExternalReference": key, "ShowLinesInclVat": True, "ProductLines": [line | {"Unit": "parts"}]}
        contact = (
            next(iter(self.world.organization(self.number).books.contacts), None)
            or control(self.world, "POST", f"/organizations/{self.number}/make_contact", {"name": "Ida"})["result"]
        )
        reply = self.call("POST", "/invoices", body | {"ContactGuid": contact})
        assert reply.status in (200, 201), reply.body
        return str(reply.json()["Guid"])
