"""What is read from the ledger: each starts from what the actor may see."""
