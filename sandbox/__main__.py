"""`python -m sandbox [--port N]`: start the stand-ins, print one JSON line, stay until TERM."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys

from sandbox.server import listen, server
from sandbox.world import addresses, new_world


def main() -> int:
    """Serve until TERM (exit 0) or INT (130); 2 with one sentence when the port is taken."""
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; a free one when not given")
    wanted = parser.parse_args().port
    try:
        listening = listen(wanted)
    except OSError as problem:
        sys.stderr.write(f"sandbox: port {wanted} cannot be used: {problem.strerror}\n")
        return 2
    world = new_world(f"http://127.0.0.1:{listening.getsockname()[1]}")
    running = server(world, lambda: _say(json.dumps(addresses(world))))
    asyncio.run(running.serve([listening]))
    return 130 if signal.SIGINT in running.caught else 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
