"""The browser of the browser tests: the system's own Chromium."""

from __future__ import annotations

import os
import shutil

from script.lib import bootstrap
from script.lib.talk import say

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find() -> str | None:
    """Where Chromium is: what CHROMIUM says, else what is on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def must_install() -> bool:
    """Whether it is missing where it may not be: in continuous integration with the right to install it."""
    return find() is None and os.environ.get("CI") == "true" and os.geteuid() == 0


def install() -> bool:
    """Install Debian's package; whether that gave us a browser."""
    say("Installing Chromium")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    for step in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium"]):
        if bootstrap.aside(step, quiet):
            return False
    return find() is not None
