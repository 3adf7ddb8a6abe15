"""What extraction gives: findings, requirements and facts, each tied to the sentence it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from xuncha.documents.model import Document

SCHEMA = "xuncha.extraction/1"


class Span(NamedTuple):
    """Code points ``start:end`` of the canonical text."""

    start: int
    end: int


@dataclass(slots=True)
class Finding:
    """发现问题: a group heading or a leaf finding.

    ``path`` holds the markers from outermost to its own, without points and commas; ``units`` whom it
    is said of; ``stated`` what the paper itself says of leaders, departments, persons and dates
    (keys ``leader``, ``department``, ``person``, ``due``, ``status``; only those stated).
    ``confidence`` (0–1) is low where a person should look first. Null facets mean "not said".
    """

    path: tuple[str, ...]
    level: str
    title: Span
    evidence: list[Span] = field(default_factory=list)
    measures: list[Span] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    category: str | None = None
    category_reasons: list[str] = field(default_factory=list)
    nature: str | None = None
    origin: str | None = None
    immediate: bool = False
    severity: str | None = None
    status: str | None = None
    stated: dict[str, str] = field(default_factory=dict)
    confidence: float = 1.0


@dataclass(slots=True)
class Requirement:
    """整改要求: a demand, who must do what by when. ``title`` is null where the paper gives it no heading."""

    path: tuple[str, ...]
    title: Span | None
    duties: list[Span] = field(default_factory=list)
    due: str | None = None


@dataclass(slots=True)
class Facts:
    """What the paper says of itself. Null: not said. ``totals`` holds the stated numbers, money in yuan."""

    kind: str = "other"
    title: str | None = None
    unit: str | None = None
    inspector: str | None = None
    round: str | None = None
    feedback_date: str | None = None
    totals: dict[str, int | float | None] = field(default_factory=dict)


TOTALS = ("findings", "completed", "in_progress", "rules_enacted", "money_recovered_yuan", "people_handled")


@dataclass(slots=True)
class Extraction:
    """All that was found in one document."""

    document: Document
    facts: Facts
    findings: list[Finding] = field(default_factory=list)
    requirements: list[Requirement] = field(default_factory=list)
    root_causes: list[Span] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def words(self, span: Span | None) -> str | None:
        """The verbatim words of a span."""
        return None if span is None else self.document.text[span.start : span.end]

    def as_json(self) -> dict[str, Any]:
        """The result as schema ``xuncha.extraction/1`` has it (`docs/extraction.schema.json`)."""
        facts = self.facts
        return {
            "schema": SCHEMA,
            "document": {
                "name": self.document.name,
                "sha256": self.document.sha256,
                "text_sha256": self.document.text_sha256,
                "kind": facts.kind,
                "title": facts.title,
                "unit": facts.unit,
                "inspector": facts.inspector,
                "round": facts.round,
                "feedback_date": facts.feedback_date,
                "totals": {key: facts.totals.get(key) for key in TOTALS},
                "truncated": self.document.truncated,
            },
            "findings": [self._finding(finding) for finding in self.findings],
            "requirements": [self._requirement(requirement) for requirement in self.requirements],
            "root_causes": [self.words(cause) for cause in self.root_causes],
            "warnings": list(self.warnings),
        }

    def _place(self, span: Span) -> list[int | None]:
        return [span.start, span.end, self.document.page_at(span.start)]

    def _finding(self, finding: Finding) -> dict[str, Any]:
        return {
            "path": list(finding.path),
            "level": finding.level,
            "units": finding.units,
            "title": self.words(finding.title),
            "evidence": [self.words(span) for span in finding.evidence],
            "category": finding.category,
            "category_reasons": finding.category_reasons,
            "nature": finding.nature,
            "origin": finding.origin,
            "immediate": finding.immediate,
            "severity": finding.severity,
            "measures": [self.words(span) for span in finding.measures],
            "status": finding.status,
            "stated": finding.stated,
            "confidence": round(finding.confidence, 2),
            "spans": {
                "title": self._place(finding.title),
                "evidence": [self._place(span) for span in finding.evidence],
                "measures": [self._place(span) for span in finding.measures],
            },
        }

    def _requirement(self, requirement: Requirement) -> dict[str, Any]:
        title = requirement.title
        return {
            "path": list(requirement.path),
            "title": self.words(title),
            "duties": [self.words(span) for span in requirement.duties],
            "due": requirement.due,
            "spans": {
                "title": None if title is None else self._place(title),
                "duties": [self._place(span) for span in requirement.duties],
            },
        }
