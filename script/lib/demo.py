"""script/demo: everything running against the sandbox, for a person to click in; with --once for a program to judge."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

from script.lib import ending, once, people, ports, product, showing, stand_ins
from script.lib.ending import WRONG, CannotStart
from script.lib.owner import Login
from script.lib.paths import VAR
from script.lib.run import Run
from script.lib.showing import EMPTY, EMPTY_BOOKS, EMPTY_OWNER, EVERY_SECONDS, Showing, Trickle
from script.lib.stack import Stack
from script.lib.supervisor import GaveUp, Supervisor
from script.lib.talk import line, say

FOLDER = VAR / "demo"
LOCK = VAR / "demo.lock"
LOOK_SECONDS = 1.0


def main(arguments: Sequence[str]) -> int:
    """Run the demo until it is told to stop, or every scenario once; answers the exit code."""
    options = _options(arguments)
    if options.once:
        return ending.run(lambda: once.play(options))
    return ending.run(lambda: _keep_running(options), on_term=ending.OK)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="script/demo", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="begin anew: forget the data of earlier starts")
    parser.add_argument("--port", type=int, metavar="N", help="the port of the pages (default: a free one, kept)")
    parser.add_argument("--sandbox-port", type=int, metavar="N", help="the port of the sandbox (default: a free one)")
    parser.add_argument("--once", action="store_true", help="play every scenario without a person, then stop")
    parser.add_argument("--provider", help="with --once: only this financial system")
    parser.add_argument("--shop", help="with --once: only this kind of shop")
    parser.add_argument("--scenario", metavar="WORD", help="with --once: only scenarios whose name has this in it")
    options = parser.parse_args(arguments)
    if not options.once and (options.provider or options.shop or options.scenario):
        parser.error("--provider, --shop and --scenario choose among the scenarios of --once")
    return options


def _keep_running(options: argparse.Namespace) -> int:
    VAR.mkdir(exist_ok=True)
    with _only_one() as note:
        if options.fresh or showing.is_half_made(FOLDER):
            shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(mode=0o700, exist_ok=True)
        with Run(FOLDER) as run:
            stack = _start(run, options)
            note.write_text(f"{os.getpid()} {stack.public_url}")
            shown = Showing(stack, _people(stack))
            shown.set_up()
            _welcome(shown)
            return _tend(run, Trickle(shown.business.shop) if shown.business else None)


@contextmanager
def _only_one() -> Iterator[Path]:
    """Hold the demo's folder; the lock dies with its holder. Raises CannotStart when another demo has it."""
    with LOCK.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"A demo already runs from this clone ({LOCK.read_text() or 'starting'}).") from None
        LOCK.write_text("")
        yield LOCK


def _start(run: Run, options: argparse.Namespace) -> Stack:
    """Start on the ports of the last time where they are free: what the shops and the browser remember goes on."""
    memory = FOLDER / "ports.json"
    last: dict[str, int] = json.loads(memory.read_text()) if memory.exists() else {}
    web = ports.chosen(options.port, "pages", last.get("web"))
    sandbox = stand_ins.chosen_port(options.sandbox_port, last.get("sandbox"))
    stack = Stack(run, web, sandbox)
    memory.write_text(json.dumps({"web": web, "sandbox": sandbox}))
    return stack


def _people(stack: Stack) -> list[Login]:
    """The people who can sign in, made where they are missing."""
    return people.of_the_demo(stack.run) if product.has_command("demo_people") else []


def _welcome(shown: Showing) -> None:
    stack = shown.stack
    sandbox = stack.sandbox["control"].rsplit("/control", 1)[0]
    say(f"\nConnector runs at {stack.public_url}")
    for login in shown.logins:
        say(f"  Sign in as {login.email} with the password {login.password} ({login.business})")
    say(f"The shops and the financial systems stand in at {sandbox}/")
    say(f"Every mail that Connector sends lands at {stack.sandbox['mail']}; a new user begins at /sign-up/")
    for advice in _first(shown, sandbox):
        say(f"  {advice}")
    say("Ctrl-C stops everything; the data stays in var/demo.")
    line({"address": stack.public_url, "people": [vars(login) for login in shown.logins], "sandbox": stack.sandbox})


def _first(shown: Showing, sandbox: str) -> Iterator[str]:
    """What to click first."""
    if shown.business is None:
        yield "First: open a shop and an agreement there, then sign in and connect both under Indstillinger."
        return
    shop, books = f"{sandbox}/shop/{shown.business.shop.number}", f"{sandbox}/agreement/{shown.business.books.number}"
    yield f"First: sign in as {shown.business.owner.login.email} and look at Ordrer and at Har brug for dig."
    yield f"Then: sell something at {shop}, pay it there, and see it arrive under Ordrer and at {books}."
    yield f"By itself an order comes every {EVERY_SECONDS:.0f} seconds."
    if empty := shown.by_shop.get(EMPTY):
        yield f"The whole way from the start: sign in as {empty.email}, then Indstillinger (shop, financial system)."
        yield f"In e-conomic it has the agreement {EMPTY_BOOKS}; in Dinero it signs in as {EMPTY_OWNER}."


def _tend(run: Run, trickle: Trickle | None) -> int:
    """Start again what dies, and let customers order, until a signal ends us."""
    supervisor = Supervisor(run)
    while True:
        time.sleep(LOOK_SECONDS)
        try:
            for process in supervisor.tend():
                say(f"The {process.command.name} process had died and was started again.")
        except GaveUp as reason:
            say(str(reason))
            return WRONG
        if trickle:
            # The sandbox may be on its way up again.
            with suppress(requests.RequestException):
                trickle.flow()
