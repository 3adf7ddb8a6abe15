"""Ledgers (台账) in and out: recognised, read back into findings, written as offices keep them."""

from xuncha.extraction.ledger.mapping import ColumnMapping, MappingError
from xuncha.extraction.ledger.reading import NoLedger, read_ledger
from xuncha.extraction.ledger.tables import LedgerTable, LedgerTables, recognise

__all__ = ["ColumnMapping", "LedgerTable", "LedgerTables", "MappingError", "NoLedger", "read_ledger", "recognise"]
