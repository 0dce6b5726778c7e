"""Keeps the sandbox over a restart, so that a demo that is started again finds its shop and its books."""

from __future__ import annotations

import hashlib
import pickle
import sys
from dataclasses import replace
from pathlib import Path

from sandbox.world import World


def stamp() -> str:
    """A digest of the sandbox's own code: what another version kept is not read."""
    digest = hashlib.sha256(sys.version.encode())
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.hexdigest()


def save(world: World, path: Path) -> None:
    """Write everything to `path`, readable by its owner alone; an older file stays whole until then."""
    world.shoporama.platform.send = None
    content = pickle.dumps((stamp(), replace(world, sender=None)))
    temporary = path.with_suffix(".new")
    temporary.touch(mode=0o600)
    temporary.write_bytes(content)
    temporary.replace(path)


def load(path: Path, public_url: str) -> World | None:
    """What `save` wrote, now at `public_url`; None when there is nothing or another version wrote it."""
    if not path.exists():
        return None
    # The file is the sandbox's own, written with mode 0600 into the folder that its owner named.
    kept, world = pickle.loads(path.read_bytes())  # noqa: S301
    if kept != stamp() or not isinstance(world, World):
        sys.stderr.write("sandbox: the kept state is of another version; beginning anew\n")
        return None
    world.move_to(public_url)
    return world
