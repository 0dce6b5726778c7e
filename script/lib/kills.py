"""The power cuts of script/chaos: which process dies when, and whether it was inside a call to the provider."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from script.lib.control import Control
from script.lib.processes import Process

WEB_SHARE = 0.25
"""The share of the kills that hit the pages and hooks; the others hit the worker, which calls the providers."""

IN_CALL_SHARE = 0.6
"""The share that is aimed into a call. A quarter must hit; a call may be over before the signal arrives."""

SPREAD_SHARE = 0.8
"""The kills come while this share of the orders becomes final: later there may be no call to hit."""

WAIT_SECONDS = 10


@dataclass(frozen=True)
class Kill:
    """One kill -9: when `after` orders are final, of `target`, waiting for an open call if `in_call`."""

    after: int
    target: str
    in_call: bool


def plan(kills: int, orders: int, seed: str) -> list[Kill]:
    """`kills` of them spread over the run of `orders`, the same for the same seed.

    They are tied to progress and not to the clock, so that a slow machine has them at the same points of the work.
    """
    dice = random.Random(seed)
    aimed = math.ceil(kills * IN_CALL_SHARE)
    on_web = min(kills - aimed, round(kills * WEB_SHARE))
    kinds = [("worker", True)] * aimed + [("web", False)] * on_web
    kinds += [("worker", False)] * (kills - len(kinds))
    dice.shuffle(kinds)
    moments = sorted(dice.randrange(math.ceil(orders * SPREAD_SHARE)) for _ in range(kills))
    return [Kill(after, target, in_call) for after, (target, in_call) in zip(moments, kinds, strict=True)]


def carry_out(kill: Kill, process: Process, control: Control, system: str) -> bool:
    """Kill the process group with -9; whether a call of it to `system` was open both before and after.

    A call that is still open when the process is dead can only have been cut by its death.
    """
    before = _open_calls(control, system, WAIT_SECONDS if kill.in_call else 0)
    process.kill()
    return kill.target == "worker" and bool(before & _open_calls(control, system, 0))


def _open_calls(control: Control, system: str, wait: int) -> set[int]:
    calls: Sequence[dict[str, int]] = control.get_list("/in-flight", system=system, wait=wait)
    return {call["number"] for call in calls}
