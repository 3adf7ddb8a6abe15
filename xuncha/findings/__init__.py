"""The ledger: papers read, findings, feedback and whom it was addressed to."""
