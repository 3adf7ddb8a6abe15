"""Old ledgers (旧台账) as offices keep them: surveyed, read by a mapping of columns, marked where faulty."""

from xuncha.extraction.ledger.old.faults import Fault, fault, sentence
from xuncha.extraction.ledger.old.known import Known
from xuncha.extraction.ledger.old.marking import mark
from xuncha.extraction.ledger.old.plan import FIELDS, MappingPlan, SheetPlan, plan_of
from xuncha.extraction.ledger.old.rows import LedgerRow, LedgerRows, Skipped, rows
from xuncha.extraction.ledger.old.survey import Column, SheetSurvey, Survey, survey

__all__ = [
    "FIELDS",
    "Column",
    "Fault",
    "Known",
    "LedgerRow",
    "LedgerRows",
    "MappingPlan",
    "SheetPlan",
    "SheetSurvey",
    "Skipped",
    "Survey",
    "fault",
    "mark",
    "plan_of",
    "rows",
    "sentence",
    "survey",
]
