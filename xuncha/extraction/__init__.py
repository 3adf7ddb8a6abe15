"""Findings out of documents: what was found, what was demanded, and where it is written. Knows no Django."""

from xuncha.extraction.model import Extraction, Facts, Finding, Requirement, Span
from xuncha.extraction.reading import extract

__all__ = ["Extraction", "Facts", "Finding", "Requirement", "Span", "extract"]
