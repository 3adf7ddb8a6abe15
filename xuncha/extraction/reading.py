"""From a document to an extraction: the order of the work."""

from __future__ import annotations

import re

from xuncha.documents.model import Document
from xuncha.extraction.classify import classify
from xuncha.extraction.cues import cue, deficiencies
from xuncha.extraction.facets import facets, units_of
from xuncha.extraction.facts import facts_of, totals_of
from xuncha.extraction.findings import FindingsReader
from xuncha.extraction.flat_tables import flat_tables
from xuncha.extraction.ledger import read_ledger, recognise
from xuncha.extraction.model import Extraction, Facts, Finding, Span
from xuncha.extraction.narrative import NarrativeReader
from xuncha.extraction.outline import outline
from xuncha.extraction.prose import Prose
from xuncha.extraction.references import assign, refers_by_number
from xuncha.extraction.requirements import RequirementsReader, root_causes
from xuncha.extraction.sections import Role

_ASKING = re.compile(r"是否|有没有|有无|[？?]$|[（(]示例[)）]")
NARRATED_KINDS = ("rectification_notice", "feedback", "audit")
LONG_TITLE = 60
UNNAMED = 0.1
ANNOUNCING = 14
ANSWERED_KINDS = ("rectification_notice", "audit", "ledger", "plan")


def extract(document: Document) -> Extraction:
    """Findings, requirements, causes and facts of one paper. Never fails on a document that was read."""
    ledger = recognise(document)
    if ledger is not None:
        return read_ledger(document, tables=ledger)
    facts = facts_of(document)
    if facts.kind in ("negative", "other"):
        return Extraction(document, facts)
    prose = Prose(document.text)
    tables = flat_tables(document, prose)
    tree = outline(document, beside=[table.span for table in tables])
    # Where a later section answers the findings by their numbers, none is answered where it stands.
    reader = FindingsReader(prose, tree, answered=facts.kind in ANSWERED_KINDS and not refers_by_number(prose))
    findings = reader.read()
    answered = any(finding.measures for finding in findings)
    for section, purpose in reader.sections:
        if purpose in (Role.NEXT, Role.ANSWERS, Role.OVERVIEW, Role.UNKNOWN, Role.OTHER) and findings and not answered:
            assign(prose, Span(section.body, section.end), [f for f in findings if f.title.end <= section.start])
    findings.extend(finding for table in tables for finding in table.findings)
    if not any(finding.level == "item" for finding in findings) and facts.kind in NARRATED_KINDS:
        findings = NarrativeReader(prose, answered=facts.kind in ANSWERED_KINDS).read()
    findings = [finding for finding in findings if not _asks(prose, finding)]
    facts.totals = _totals(document, facts, findings)
    requirements = RequirementsReader(prose, reader.sections).read(tree, [finding.title for finding in findings])
    result = Extraction(
        document, facts, findings, requirements, root_causes(prose, reader.sections, len(document.text))
    )
    _classify(result)
    return result


def _asks(prose: Prose, finding: Finding) -> bool:
    """Whether the words ask instead of telling: 是否…, …？, an example in a form."""
    return finding.level == "item" and _ASKING.search(prose.words(finding.title)) is not None


def _totals(document: Document, facts: Facts, findings: list[Finding]) -> dict[str, int | float | None]:
    """The stated totals; of a speech only how many findings there were, for the rest is still to come."""
    begin = min((finding.title.start for finding in findings if finding.level == "item"), default=None)
    totals = totals_of(document.text, begin)
    return {"findings": totals["findings"]} if facts.kind == "speech" else totals


def _classify(result: Extraction) -> None:
    """Category and facets of every finding, the headings above it giving the context."""
    headings: dict[tuple[str, ...], str] = {}
    units: dict[tuple[str, ...], list[str]] = {}
    for finding in result.findings:
        title = result.words(finding.title) or ""
        evidence = "；".join(result.words(span) or "" for span in finding.evidence)
        above = _heading_above(headings, finding)
        category = classify(title, evidence, above)
        finding.category, finding.category_reasons = category.code, category.reasons
        if finding.level == "group":
            announces = len(title) <= ANNOUNCING and cue("headings", "findings").search(title) is not None
            if announces or category.confidence < UNNAMED:
                # 发现的主要问题: a heading that only announces has no category.
                finding.category, finding.category_reasons = None, []
            headings[finding.path] = title
            units[finding.path] = finding.units
            continue
        finding.confidence = _confidence(finding, title, category.confidence)
        found = facets(title, evidence, above)
        finding.nature, finding.origin = found.nature, found.origin
        finding.immediate, finding.severity = found.immediate, found.severity
        if not finding.units:
            finding.units = next(
                (units[finding.path[:k]] for k in range(len(finding.path), 0, -1) if units.get(finding.path[:k])), []
            )
        if not finding.units:
            finding.units = units_of(title, evidence, [])


def _confidence(finding: Finding, title: str, classified: float) -> float:
    """How sure the finding is: less where its words name no deficiency, run long, or fit no category well."""
    sure = finding.confidence
    if not deficiencies(title, 0, len(title)):
        sure -= 0.25
    if len(title) > LONG_TITLE:
        sure -= 0.1
    return max(0.05, min(sure, 0.5 + classified / 2))


def _heading_above(headings: dict[tuple[str, ...], str], finding: Finding) -> str:
    for depth in range(len(finding.path), -1, -1):
        if finding.path[:depth] in headings:
            return headings[finding.path[:depth]]
    return ""


__all__ = ["Span", "extract"]
