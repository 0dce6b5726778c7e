"""A stand-in for Visma Connect: sign-in by authorization code, tokens that expire, rotate and are revoked."""

from .model import Access
from .service import Visma

__all__ = ["Access", "Visma"]
