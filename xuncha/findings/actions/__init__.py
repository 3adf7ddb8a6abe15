"""What changes the ledger: right, state, change, trail, in one transaction."""
