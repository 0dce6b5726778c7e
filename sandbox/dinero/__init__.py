"""A stand-in for Dinero: the API in front of one set of books per organisation, no network and no threads."""

from .organization import Organization
from .service import Dinero, organization_of
from .switches import SWITCHES

__all__ = ["SWITCHES", "Dinero", "Organization", "organization_of"]
