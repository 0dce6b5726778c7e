"""A stand-in for Billy: the API in front of one set of books per company, no network and no threads."""

from .company import Company
from .service import Billy
from .switches import SWITCHES

__all__ = ["SWITCHES", "Billy", "Company"]
