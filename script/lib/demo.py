"""script/demo: everything running against the sandbox, for a person to click in; with --once for a program to judge."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from script.lib import ending, once, ports, product, stand_ins
from script.lib.ending import WRONG, CannotStart
from script.lib.paths import VAR
from script.lib.run import Run
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
        if options.fresh:
            shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(mode=0o700, exist_ok=True)
        with Run(FOLDER) as run:
            stack = _start(run, options)
            note.write_text(f"{os.getpid()} {stack.public_url}")
            _welcome(stack)
            return _tend(run)


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


def _people(stack: Stack) -> list[dict[str, str]]:
    """Make the people who can sign in, where they are missing; one object for each, as the command prints them."""
    if not product.has_command("demo_people"):
        return []
    return [json.loads(text) for text in stack.run.finish(product.manage("demo_people"))]


def _welcome(stack: Stack) -> None:
    people = _people(stack)
    say(f"\nConnector runs at {stack.public_url}")
    for person in people:
        say(f"  Sign in as {person['email']} with the password {person['password']} ({person['business']})")
    say(f"The shop and the financial system stand in at {stack.sandbox['control'].rsplit('/control', 1)[0]}/")
    say("First: sign in, open a shop in the sandbox, place an order there and see it arrive in the orders list.")
    say("Ctrl-C stops everything; the data stays in var/demo.")
    line({"address": stack.public_url, "people": people, "sandbox": stack.sandbox})


def _tend(run: Run) -> int:
    """Start again what dies, until a signal ends us."""
    supervisor = Supervisor(run)
    while True:
        time.sleep(LOOK_SECONDS)
        try:
            for process in supervisor.tend():
                say(f"The {process.command.name} process had died and was started again.")
        except GaveUp as reason:
            say(str(reason))
            return WRONG
