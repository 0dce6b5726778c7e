"""The control page for a person: order faults, start chaos, set switches, and see what struck.

Every form does what the JSON address of the same name does (`sandbox.control`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sandbox import control
from sandbox.faults import KINDS, Fault
from sandbox.pages.html import Safe, act, button, choice, field, form, page, posted, see_other, table, tag
from sandbox.routes import Refused, Router, whole
from sandbox.wire import Reply, Request
from sandbox.world import World

PAGE = "/control/"
router: Router[World] = Router()

SYSTEMS = {
    "economic": "e-conomic",
    "dinero": "Dinero",
    "visma": "Visma Connect",
    "billy": "Billy",
    "shoporama": "Shoporama",
}
MEANINGS = {
    "drop_before": "forbindelsen brydes, før kaldet udføres",
    "drop_after": "kaldet udføres, men svaret går tabt",
    "truncated": "kaldet udføres, men kun det halve svar når frem",
    "late": "forbindelsen brydes, og kaldet udføres først nogle sekunder senere",
    "5xx_before": "serverfejl, intet udført",
    "5xx_after": "serverfejl, men kaldet er udført",
    "slow": "svaret kommer først efter nogle sekunder",
    "drip": "svaret kommer i ti stykker over nogle sekunder",
    "429": "for mange kald",
    "401": "adgangen er væk",
    "html": "200 med en webside i stedet for svaret",
    "not_json": "svaret er ikke JSON",
    "huge": "et svar på 66 MB",
    "redirect": "en omdirigering",
}
"""What each kind of fault does, for a person; sandbox/README.md has the same in English."""

EVERYWHERE = "*"
"""The path of a fault that may strike every call."""


@router.on("GET", "/control")
def control_page(world: World, request: Request) -> Reply:
    """Everything that can be ordered, and what struck."""
    return page(
        "Fejl og kontakter",
        tag("h1", "Fejl og kontakter"),
        tag("p", "Her bestilles det, som ellers kun sker på en dårlig dag. Alt kan også styres med JSON."),
        *_faults(world),
        *_chaos(world),
        *_switches(world),
    )


# --- faults -----------------------------------------------------------------------------------------------------------
def _faults(world: World) -> Iterator[Safe]:
    yield tag("h2", "Bestil en fejl")
    kinds = {kind: f"{kind}: {MEANINGS[kind]}" for kind in KINDS}
    yield form(
        "/faults",
        choice("System", "system", SYSTEMS),
        choice("Fejl", "kind", kinds, "drop_after"),
        field("Kald: metode og sti, * for alle", "path", EVERYWHERE, required=True),
        field("Antal kald, den rammer", "times", 1, type="number", min=1),
        field("Lad så mange passere først", "skip", 0, type="number", min=0),
        field("Sekunder (late, slow, drip)", "seconds", 5, type="number", min=0, step="any"),
        button("Bestil fejlen"),
    )
    headings = ("Fejl", "System", "Kald", "Tag tilbage", "Har ramt", "Skal ramme")
    yield table("Bestilte fejl", headings, map(_fault, world.faults.faults), numbers=2)


def _fault(fault: Fault) -> tuple[object, ...]:
    whose = f" ({fault.account})" if fault.account else ""
    back = act("/faults/clear", "Tag tilbage", fault=fault.number)
    return fault.kind, f"{SYSTEMS.get(fault.system, fault.system)}{whose}", fault.path, back, fault.hits, fault.times


@router.on("POST", "/faults")
def order_fault(world: World, request: Request) -> Reply:
    """Order the fault of the form."""
    given = posted(request)
    numbers = {name: whole(given.get(name, 1), name) for name in ("times", "skip")}
    wish = {name: given.get(name, "") for name in ("system", "kind", "path")}
    if wish["system"] not in SYSTEMS:
        raise Refused(400, f"system is one of {', '.join(SYSTEMS)}")
    control.order_fault(world, _as_json(request, {**wish, **numbers, "seconds": _seconds(given.get("seconds", ""))}))
    return see_other(PAGE)


def _seconds(text: str) -> float:
    try:
        seconds = float(text.replace(",", "."))
    except ValueError as error:
        raise Refused(400, f"seconds must be a number, not {text!r}") from error
    if not 0 <= seconds <= 600:
        raise Refused(400, "seconds is from 0 to 600")
    return seconds


@router.on("POST", "/faults/clear")
def clear_fault(world: World, request: Request) -> Reply:
    """Take back one fault."""
    world.faults.clear(number=whole(posted(request).get("fault", ""), "fault"))
    return see_other(PAGE)


# --- chaos ------------------------------------------------------------------------------------------------------------
def _chaos(world: World) -> Iterator[Safe]:
    told = world.chaos.report()
    yield tag("h2", "Kaos")
    yield tag(
        "p",
        f"Mistede svar: {told['dropped']} · udført for sent: {told['late']} · på vej: {world.traffic.late}",
    )
    yield form(
        "/chaos",
        field("Procent af svar på skrivende kald, der mistes", "drop_pct", told["drop_pct"], type="number", min=0),
        field("Procent, der udføres for sent", "late_pct", told["late_pct"], type="number", min=0),
        button("Sæt kaos"),
    )


@router.on("POST", "/chaos")
def set_chaos(world: World, request: Request) -> Reply:
    """Begin chaos anew with the form's shares; two zeros end it."""
    given = posted(request)
    shares = {name: whole(given.get(name, 0), name) for name in ("drop_pct", "late_pct")}
    if min(shares.values()) < 0 or sum(shares.values()) > 100:
        raise Refused(400, "the shares are from 0 to 100 together")
    control.start_chaos(world, _as_json(request, shares))
    return see_other(PAGE)


# --- switches ---------------------------------------------------------------------------------------------------------
def _switches(world: World) -> Iterator[Safe]:
    request = Request("GET", "/switch", {}, {})
    rows = control.switches(world, request).json()["switches"]
    for system, label in SYSTEMS.items():
        own = [_switch(row) for row in rows if row["name"].startswith(f"{system}.")]
        yield table(f"Kontakter: {label}", ("Kontakt", "Betydning", "Værdi"), own)


def _switch(row: Mapping[str, Any]) -> tuple[object, ...]:
    name, value = str(row["name"]), row["value"]
    label = tag("label", "Værdi af ", name, for_=f"v-{name}", class_="hidden")
    if row["values"]:
        options = [
            tag("option", _shown(each), value=json.dumps(each), selected=_same(each, value)) for each in row["values"]
        ]
        entry = tag("select", *options, name="value", id=f"v-{name}")
    else:
        entry = tag("input", name="value", id=f"v-{name}", value=_typed(value))
    hidden = tag("input", type="hidden", name="name", value=name)
    return tag("code", name), row["meaning"], form("/switches", hidden, label, entry, " ", button("Sæt"))


def _shown(value: object) -> str:
    return {True: "ja", False: "nej"}[value] if isinstance(value, bool) else str(value)


def _typed(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _same(one: object, other: object) -> bool:
    """Equal, and of one type: 1 is not True."""
    return type(one) is type(other) and one == other


@router.on("POST", "/switches")
def set_switch(world: World, request: Request) -> Reply:
    """Set a switch for everybody."""
    given = posted(request)
    name, text = given.get("name", ""), given.get("value", "")
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    known = {row["name"]: row["value"] for row in control.switches(world, request).json()["switches"]}
    # What is typed for a switch that holds a text stays a text, also when it looks like a number.
    value = text if isinstance(known.get(name), str) and not isinstance(value, str) else value
    control.set_switch(world, _as_json(request, {"name": name, "value": value}))
    return see_other(PAGE)


def _as_json(request: Request, body: Mapping[str, Any]) -> Request:
    return replace(request, body=json.dumps(body).encode())
