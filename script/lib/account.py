"""Who a process runs as. PostgreSQL refuses to be root, so as root it gets another identity."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from script.lib.ending import CannotStart

NOBODY = 65_534
UID_MAP = Path("/proc/self/uid_map")


class Identity(TypedDict, total=False):
    """The keyword arguments by which subprocess changes the user."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """An identity for a process: ourselves by default, else `uid`, else whatever the command `prefix` makes of us."""

    uid: int | None = None
    prefix: tuple[str, ...] = ()

    def identity(self) -> Identity:
        """How subprocess takes this identity on."""
        return {} if self.uid is None else {"user": self.uid, "group": self.uid, "extra_groups": []}

    def own(self, target: Path | int) -> None:
        """Give a file, a folder (not what is in it) or an open file descriptor to this account."""
        if self.uid is not None:
            os.chown(target, self.uid, self.uid)


OURSELVES = Account()


def unprivileged(data: Path) -> Account:
    """The account for a server that refuses to be root: the owner of its `data` where there is any, else nobody."""
    if os.geteuid() != 0:
        return OURSELVES
    owner = data.stat().st_uid if data.exists() else 0
    uid = owner or NOBODY
    if _is_mapped(uid):
        return Account(uid)
    # In a user namespace where we are the only user (`unshare -r`, rootless containers), a second one inside it can at
    # least call us something other than root.
    if shutil.which("unshare"):
        return Account(prefix=("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"))
    raise CannotStart("PostgreSQL does not run as root and this machine has no other user: set DATABASE_URL instead.")


def _is_mapped(uid: int) -> bool:
    """Whether this process can become `uid`: inside a user namespace most ids do not exist."""
    if not UID_MAP.exists():
        return True
    ranges = [tuple(map(int, row.split())) for row in UID_MAP.read_text().splitlines()]
    return any(first <= uid < first + count for first, _, count in ranges)


def is_open_to_all(path: Path) -> bool:
    """Whether every user may read `path` and pass through every folder above it."""
    path = path.resolve()
    mode = path.stat().st_mode
    readable = mode & 0o005 == 0o005 if path.is_dir() else mode & 0o004 == 0o004
    return readable and all(folder.stat().st_mode & 0o001 for folder in path.parents)
