"""Pages of the ledger: import, review, list, finding."""
