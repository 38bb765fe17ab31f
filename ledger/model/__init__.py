"""What the ledger speaks of: frozen values, identifiers, canonical JSON. No I/O, no clock."""
