"""Versions of the schema. What they add up to equals `ledger.store.tables`; a test compares the two."""
