"""One finding: what its page shows to whom, where it was read from, what happened to it, what is like it."""

from xuncha.findings.queries.finding.alike import Alike, alike_earlier
from xuncha.findings.queries.finding.choosing import SectorUnits, round_units, rounds_to_choose, units_to_choose
from xuncha.findings.queries.finding.sealed import sealed_notes
from xuncha.findings.queries.finding.seen import Code, Seen, finding_seen, findings_by_number
from xuncha.findings.queries.finding.source import PaperPart, Source, paper_part, source_of
from xuncha.findings.queries.finding.told import Names, history, names_in

__all__ = [
    "Alike",
    "Code",
    "Names",
    "PaperPart",
    "SectorUnits",
    "Seen",
    "Source",
    "alike_earlier",
    "finding_seen",
    "findings_by_number",
    "history",
    "names_in",
    "paper_part",
    "round_units",
    "rounds_to_choose",
    "sealed_notes",
    "source_of",
    "units_to_choose",
]
