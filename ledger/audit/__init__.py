"""The auditor's own reading of the ledger: what the rules say, what the acts amount to, and who tells another story."""
