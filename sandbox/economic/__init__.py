"""A stand-in for e-conomic: both hosts, one set of books per agreement, no network and no threads."""

from .agreement import Agreement
from .service import Economic
from .switches import SWITCHES, Switch

__all__ = ["SWITCHES", "Agreement", "Economic", "Switch"]
