"""Where things stand in the clone."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
"""The clone."""

VENV = ROOT / ".venv"
"""The one virtual environment that every script shares."""

VAR = ROOT / "var"
"""What running leaves behind; never committed."""

REFERENCE = ROOT.parent / "shared" / "reference"
"""The vendors' schemas and the fact sheets, where somebody has put them beside the clone."""
