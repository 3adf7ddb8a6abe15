"""Fixtures of the findings stage."""

from tests.findings.listed import ledger

__all__ = ["ledger"]
