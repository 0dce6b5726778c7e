"""Standard output carries JSON lines only; everything meant for a person goes to standard error."""

from __future__ import annotations

import json
import sys


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, file=sys.stderr, flush=True)


def line(document: object) -> None:
    """Print one JSON line for whoever reads standard output."""
    print(json.dumps(document, ensure_ascii=False), flush=True)
