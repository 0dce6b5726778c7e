"""The control address: faults, chaos, switches, counters, reset. sandbox/README.md documents every body and answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, NamedTuple

from sandbox import control_billy, control_dinero, control_economic, control_shoporama, control_visma, grants
from sandbox.billy import switches as billy_switches
from sandbox.chaos import Chaos
from sandbox.dinero import switches as dinero_switches
from sandbox.economic import switches as economic_switches
from sandbox.faults import Fault
from sandbox.routes import Refused, Router, document, plain, whole
from sandbox.shoporama import switches as shoporama_switches
from sandbox.traffic import Account
from sandbox.visma import switches as visma_switches
from sandbox.wire import Reply, Request
from sandbox.world import World

router: Router[World] = Router()
control_economic.add_to(router)
control_dinero.add_to(router)
control_visma.add_to(router)
control_billy.add_to(router)
control_shoporama.add_to(router)


class Whose(NamedTuple):
    """One account: the word that named it, the systems that know it, and its number or e-mail."""

    word: str
    systems: tuple[str, ...]
    account: Account


KNOWN_BY = {
    "agreement": ("economic",),
    "organization": ("dinero", "visma"),
    "user": ("visma", "dinero"),
    "company": ("billy",),
    "shop": ("shoporama",),
}


def whose(given: Mapping[str, Any], system: str | None = None) -> Whose | None:
    """The account that the body or the query names; None when it names none.

    Raises Refused 400 when `system` does not know such accounts.
    """
    for word, systems in KNOWN_BY.items():
        if given.get(word):
            if system not in (None, *systems):
                raise Refused(400, f"{system} has no {word}")
            return Whose(word, systems, str(given[word]) if word == "user" else whole(given[word], word))
    return None


@router.on("POST", "/fault")
def order_fault(world: World, request: Request) -> Reply:
    """Order a fault."""
    wish = plain(document(request))
    limit = whose(wish, str(wish.get("system", "")))
    wish = {name: value for name, value in wish.items() if name not in KNOWN_BY}
    allowed = {field.name for field in fields(Fault)} - {"account", "number", "hits"}
    missing = {"system", "path", "kind"} - wish.keys()
    if missing or wish.keys() - allowed:
        raise Refused(400, f"needs system, path, kind; knows {', '.join(sorted(allowed))}")
    if "retry_after" in wish:
        wish["retry_after"] = str(wish["retry_after"])
    fault = Fault(**(wish | {"kind": str(wish["kind"])}), account=limit.account if limit else None)
    return Reply.of(201, world.faults.order(fault).report())


@router.on("GET", "/fault")
def faults(world: World, request: Request) -> Reply:
    """The ordered faults with their hits so far."""
    return Reply.of(200, {"faults": [fault.report() for fault in world.faults.faults]})


@router.on("DELETE", "/fault")
def clear_faults(world: World, request: Request) -> Reply:
    """Take back one fault, those of one account, or all."""
    number = whole(request.query.get("fault", 0), "fault")
    limit = whose(request.query)
    systems, account = (limit.systems, limit.account) if limit else ((), None)
    return Reply.of(200, {"cleared": world.faults.clear(number=number, systems=systems, account=account)})


@router.on("POST", "/chaos")
def start_chaos(world: World, request: Request) -> Reply:
    """Begin chaos anew with these shares."""
    wish = plain(document(request))
    allowed = {field.name for field in fields(Chaos) if field.init} - {"dropped", "late"}
    if wish.keys() - allowed:
        raise Refused(400, f"knows {', '.join(sorted(allowed))}")
    world.chaos = Chaos(**wish | {"seed": str(wish.get("seed", "0"))})
    return Reply.of(200, world.chaos.report())


@router.on("GET", "/chaos")
def chaos(world: World, request: Request) -> Reply:
    """The shares and what has happened so far."""
    return Reply.of(200, world.chaos.report() | {"late_pending": world.traffic.late})


@router.on("DELETE", "/chaos")
def stop_chaos(world: World, request: Request) -> Reply:
    """No more chaos; the counters stay."""
    world.chaos.drop_pct = world.chaos.late_pct = 0
    world.chaos.latency_seconds = (0, 0)
    return Reply.of(200, world.chaos.report())


@router.on("POST", "/switch")
def set_switch(world: World, request: Request) -> Reply:
    """Set a switch for everybody, or for one agreement, organisation, user, company or shop."""
    wish = document(request)
    system, _, name = str(wish.get("name", "")).partition(".")
    if system not in SETTERS:
        raise Refused(404, f"a switch is named {' or '.join(f'{known}.…' for known in SETTERS)}")
    limit = whose(wish, system)
    SETTERS[system](world, name, plain(wish.get("value")), limit.account if limit else None)
    return Reply.of(200, {"name": f"{system}.{name}", "value": plain(wish.get("value"))})


def _set_economic(world: World, name: str, value: Any, account: Account | None) -> None:
    if name in grants.CHOICES:
        world.grant_page.set(name, value)
        return
    number = world.agreement(whole(account)).number if account else None
    _set("economic", name, lambda: world.economic.set_switch(name, value, number))


def _set_dinero(world: World, name: str, value: Any, account: Account | None) -> None:
    number = world.organization(whole(account)).number if account else None
    _set("dinero", name, lambda: world.dinero.set_switch(name, value, number))


def _set_billy(world: World, name: str, value: Any, account: Account | None) -> None:
    number = world.company(whole(account)).number if account else None
    _set("billy", name, lambda: world.billy.set_switch(name, value, number))


def _set_visma(world: World, name: str, value: Any, account: Account | None) -> None:
    email = control_visma.known(world, str(account)) if account else None
    _set("visma", name, lambda: world.visma.set_switch(name, value, email))


def _set(system: str, name: str, setting: Callable[[], None]) -> None:
    try:
        setting()
    except KeyError as error:
        raise Refused(404, f"no switch {system}.{name}") from error
    except ValueError as error:
        raise Refused(400, str(error)) from error


def _set_shoporama(world: World, name: str, value: Any, account: Account | None) -> None:
    table = world.shop(whole(account)).switches if account else world.shoporama.switches
    table[name] = shoporama_switches.check(name, value)


SETTERS = {
    "economic": _set_economic,
    "dinero": _set_dinero,
    "visma": _set_visma,
    "billy": _set_billy,
    "shoporama": _set_shoporama,
}


@router.on("GET", "/switch")
def switches(world: World, request: Request) -> Reply:
    """Every switch with its meaning, its values and its value for all."""
    rows = [
        _row(system, row.name, table[row.name], row.values, row.meaning)
        for system, known, table in (
            ("economic", economic_switches.SWITCHES, world.economic.switches),
            ("dinero", dinero_switches.SWITCHES, world.dinero.switches),
            ("visma", visma_switches.SWITCHES, world.visma.switches),
            ("billy", billy_switches.SWITCHES, world.billy.switches),
        )
        for row in known
    ]
    for name, choice in grants.CHOICES.items():
        rows.append(_row("economic", name, world.grant_page.switches[name], choice.values, choice.meaning))
    for switch in shoporama_switches.SWITCHES:
        values = None if switch.free else switch.values
        rows.append(_row("shoporama", switch.name, world.shoporama.switches[switch.name], values, switch.meaning))
    return Reply.of(200, {"switches": rows})


def _row(system: str, name: str, value: Any, values: Any, meaning: str) -> dict[str, Any]:
    known = list(values) if values else None
    return {"name": f"{system}.{name}", "value": value, "values": known, "meaning": meaning}


@router.on("GET", "/counts")
def counts(world: World, request: Request) -> Reply:
    """Requests by account, the open ones, the late ones to come."""
    return Reply.of(200, world.traffic.report())


@router.on("POST", "/reset")
def reset(world: World, request: Request) -> Reply:
    """Empty one agreement, organisation, company or shop; its number, grants, keys and webhooks stay."""
    limit = whose(document(request))
    if limit is None or limit.word not in EMPTIES:
        raise Refused(400, f"needs one of {', '.join(EMPTIES)}")
    EMPTIES[limit.word](world, whole(limit.account))
    world.traffic.forget(limit.systems[0], limit.account)
    return Reply.of(200, {"reset": limit.account})


EMPTIES: dict[str, Callable[[World, int], None]] = {
    "agreement": control_economic.empty,
    "organization": control_dinero.empty,
    "company": control_billy.empty,
    "shop": lambda world, number: world.shop(number).empty(),
}
