"""`python -m sandbox [--port N] [--smtp-port N] [--state FILE]`: start the stand-ins, print a line, stay until TERM."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from pathlib import Path

from sandbox.server import listen, server
from sandbox.state import load, save
from sandbox.world import addresses, new_world


def main() -> int:
    """Serve until TERM (exit 0) or INT (130); 2 with one sentence when the port is taken."""
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; a free one when not given")
    parser.add_argument("--smtp-port", type=int, default=0, help="port on 127.0.0.1 for mails; a free one if not given")
    parser.add_argument("--state", type=Path, help="file that keeps everything from one run to the next")
    given = parser.parse_args()
    try:
        listening = listen(given.port)
    except OSError as problem:
        sys.stderr.write(f"sandbox: port {given.port} cannot be used: {problem.strerror}\n")
        return 2
    here = f"http://127.0.0.1:{listening.getsockname()[1]}"
    world = (load(given.state, here) if given.state else None) or new_world(here)
    running = server(world, lambda: _say(json.dumps(addresses(world))), given.smtp_port)
    asyncio.run(running.serve([listening]))
    if given.state:
        save(world, given.state)
    return 130 if signal.SIGINT in running.caught else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
