"""Rows of the ledger and of what comes before it."""

from xuncha.findings.models.feedback import Addressee, Attribution, Feedback, Recipient, Requirement
from xuncha.findings.models.finding import (
    Classification,
    Finding,
    FindingCount,
    FindingSketch,
    Lineage,
    Manifestation,
    NumberSeries,
    Stated,
)
from xuncha.findings.models.paper import ColumnMapping, Draft, DraftChange, LedgerRow, Paper, Presence
from xuncha.findings.models.sealed import SealedNote
from xuncha.findings.models.search import SearchText
from xuncha.findings.models.view import ListSetting, SavedView

__all__ = [
    "Addressee",
    "Attribution",
    "Classification",
    "ColumnMapping",
    "Draft",
    "DraftChange",
    "Feedback",
    "Finding",
    "FindingCount",
    "FindingSketch",
    "LedgerRow",
    "Lineage",
    "ListSetting",
    "Manifestation",
    "NumberSeries",
    "Paper",
    "Presence",
    "Recipient",
    "Requirement",
    "SavedView",
    "SealedNote",
    "SearchText",
    "Stated",
]
