"""Category and facets suggested for findings whose ledger does not state them; what is stated stays."""

from __future__ import annotations

from collections.abc import Iterable

from xuncha.extraction.classify import classify
from xuncha.extraction.facets import facets, units_of
from xuncha.extraction.model import Extraction, Finding

FROM_A_ROW = 0.95
"""How sure a finding is that someone wrote into a row of its own."""


def suggest(result: Extraction, findings: Iterable[Finding]) -> None:
    """Fill what ``findings`` (of ``result``) leave open."""
    headings = {
        finding.path: result.words(finding.title) or "" for finding in result.findings if finding.level == "group"
    }
    for finding in findings:
        title = result.words(finding.title) or ""
        evidence = "；".join(result.words(span) or "" for span in finding.evidence)
        above = next(
            (headings[finding.path[:k]] for k in range(len(finding.path), -1, -1) if finding.path[:k] in headings), ""
        )
        if finding.category is None:
            suggested = classify(title, evidence, above)
            finding.category, finding.category_reasons = suggested.code, list(suggested.reasons)
            finding.confidence = min(finding.confidence, FROM_A_ROW, 0.5 + suggested.confidence / 2)
        if finding.level == "group":
            continue
        found = facets(title, evidence, above)
        finding.nature = finding.nature or found.nature
        finding.origin = finding.origin or found.origin
        finding.severity = finding.severity or found.severity
        finding.immediate = finding.immediate or found.immediate
        finding.units = finding.units or units_of(title, evidence, [])
