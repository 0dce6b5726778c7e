"""What the books have already: items and customers, by what is bound first, by one look-up else."""

from __future__ import annotations

from accounting.base import AccountingProvider
from connector.core.document import InvoiceDocument
from connector.core.errors import NeedsSetup
from connector.sync import transitions
from connector.sync.item_vat import ItemVat
from connector.sync.models import SyncJob
from connector.sync.transitions import Lease
from connector.tenancy.scope import scope


def known_items(
    lease: Lease, job: SyncJob, provider: AccountingProvider, wanted: frozenset[str], vat: ItemVat
) -> frozenset[str]:
    """Those of `wanted` that the books have; `vat` takes in what was seen. Raises NeedsSetup for a barred one."""
    with scope(lease.tenant_id):
        known = transitions.bound_among(lease.connection_id, "product", wanted)
    if unknown := wanted - known:
        found = provider.find_items(sorted(unknown))
        vat.saw(found)
        for number, item in found.items():
            if item.barred:
                raise NeedsSetup("product-barred", sku=number, order=job.order_number)
            transitions.keep_binding(lease, job, "product", number, item.number)
            known.add(number)
    return frozenset(known)


def find_customer(lease: Lease, job: SyncJob, provider: AccountingProvider, document: InvoiceDocument) -> None:
    """Note whom the document is for: the collective customer, one known or found by e-mail; else nobody yet.

    Raises NeedsSetup when several could be meant.
    """
    customer = document.customer
    number = customer.collective
    if not number:
        with scope(lease.tenant_id):
            number = transitions.bound(lease.connection_id, "customer", customer.key)
    if number:
        with transitions.fenced(lease):
            transitions.set_customer(job, number)
        return
    found = provider.find_customers(customer)
    # A barred customer cannot be invoiced, so it does not make the choice doubtful.
    found = [one for one in found if not one.more.get("barred")] or found
    if len(found) > 1:
        facts = {"n": str(len(found)), "email": customer.key, "order": document.number}
        raise NeedsSetup("customer-ambiguous", **facts)
    if found:
        transitions.keep_binding(lease, job, "customer", customer.key, found[0].id)
