"""Pages for a person: shops, agreements, both sign-in flows, the ledger. They work without JavaScript."""
