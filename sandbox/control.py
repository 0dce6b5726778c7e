"""The control address: faults, chaos, switches, counters, reset. sandbox/README.md documents every body and answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sandbox import control_economic, control_shoporama, grants
from sandbox.chaos import Chaos
from sandbox.economic import switches as economic_switches
from sandbox.faults import Fault
from sandbox.routes import Refused, Router, document, plain, whole
from sandbox.shoporama import switches as shoporama_switches
from sandbox.wire import Reply, Request
from sandbox.world import World

router: Router[World] = Router()
control_economic.add_to(router)
control_shoporama.add_to(router)


def account(given: Mapping[str, Any]) -> tuple[str, int] | None:
    """The system and the account that `agreement` or `shop` names; None when neither is given."""
    for name, system in (("agreement", "economic"), ("shop", "shoporama")):
        if given.get(name):
            return system, whole(given[name], name)
    return None


@router.on("POST", "/fault")
def order_fault(world: World, request: Request) -> Reply:
    """Order a fault."""
    wish = plain(document(request))
    limit = account(wish)
    wish.pop("agreement", None), wish.pop("shop", None)
    allowed = {field.name for field in fields(Fault)} - {"account", "number", "hits"}
    missing = {"system", "path", "kind"} - wish.keys()
    if missing or wish.keys() - allowed:
        raise Refused(400, f"needs system, path, kind; knows {', '.join(sorted(allowed))}")
    if "retry_after" in wish:
        wish["retry_after"] = str(wish["retry_after"])
    fault = Fault(**(wish | {"kind": str(wish["kind"])}), account=limit[1] if limit else None)
    return Reply.of(201, world.faults.order(fault).report())


@router.on("GET", "/fault")
def faults(world: World, request: Request) -> Reply:
    """The ordered faults with their hits so far."""
    return Reply.of(200, {"faults": [fault.report() for fault in world.faults.faults]})


@router.on("DELETE", "/fault")
def clear_faults(world: World, request: Request) -> Reply:
    """Take back one fault, those of one account, or all."""
    number = whole(request.query.get("fault", 0), "fault")
    system, limit = account(request.query) or (None, None)
    return Reply.of(200, {"cleared": world.faults.clear(number=number, system=system, account=limit)})


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
    """Set a switch for everybody, or for one agreement or shop."""
    wish = document(request)
    system, _, name = str(wish.get("name", "")).partition(".")
    if system not in SETTERS:
        raise Refused(404, "a switch is named economic.… or shoporama.…")
    SETTERS[system](world, name, plain(wish.get("value")), account(wish))
    return Reply.of(200, {"name": f"{system}.{name}", "value": plain(wish.get("value"))})


def _set_economic(world: World, name: str, value: Any, limit: tuple[str, int] | None) -> None:
    if name in grants.CHOICES:
        world.grant_page.set(name, value)
        return
    try:
        world.economic.set_switch(name, value, world.agreement(limit[1]).number if limit else None)
    except KeyError as error:
        raise Refused(404, f"no switch economic.{name}") from error
    except ValueError as error:
        raise Refused(400, str(error)) from error


def _set_shoporama(world: World, name: str, value: Any, limit: tuple[str, int] | None) -> None:
    table = world.shop(limit[1]).switches if limit else world.shoporama.switches
    table[name] = shoporama_switches.check(name, value)


SETTERS = {"economic": _set_economic, "shoporama": _set_shoporama}


@router.on("GET", "/switch")
def switches(world: World, request: Request) -> Reply:
    """Every switch with its meaning, its values and its value for all."""
    rows = [
        _row("economic", row.name, world.economic.switches[row.name], row.values, row.meaning)
        for row in economic_switches.SWITCHES
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
    """Empty one agreement or shop; its number, grants, keys and webhooks stay."""
    named = account(document(request))
    if named is None:
        raise Refused(400, "needs agreement or shop")
    system, number = named
    if system == "shoporama":
        world.shop(number).empty()
    else:
        control_economic.empty(world, number)
    world.traffic.forget(system, number)
    return Reply.of(200, {"reset": number})
