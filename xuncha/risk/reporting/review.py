"""What reviewers said, beside the leads of a report: measured precision, verdicts on single leads, what is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from xuncha.risk.reporting.figures import Language
from xuncha.risk.reporting.results import Lead, Results, number_of, print_of
from xuncha.risk.reporting.words import say
from xuncha.risk.verdicts import Book, Judged, Precision


@dataclass(frozen=True, slots=True)
class Review:
    """``measured``: by code; ``judged``: by number, on the evidence that the leads have now."""

    measured: Mapping[str, Precision] = field(default_factory=lambda: MappingProxyType({}))
    judged: Mapping[str, Judged] = field(default_factory=lambda: MappingProxyType({}))


def reviewed(results: Results, book: Book) -> tuple[Results, Review]:
    """A run without the leads that the book clears, and what the book says of the others."""
    kept: list[Lead] = []
    judged: dict[str, Judged] = {}
    cleared: Counter[str] = Counter()
    for lead in results.run["leads"]:
        named, evidence = number_of(lead), print_of(lead)
        if book.clears(named, evidence):
            cleared[lead["indicator"]] += 1
            continue
        kept.append(lead)
        verdict = book.on(named, evidence)
        if verdict is not None:
            judged[named] = verdict
    entries = [
        {
            **entry,
            "leads": entry["leads"] - cleared[entry["code"]],
            "suppressed": entry.get("suppressed", 0) + cleared[entry["code"]],
        }
        for entry in results.indicators
    ]
    run = {**results.run, "leads": kept, "indicators": entries}
    return replace(results, run=run), Review(book.precision(), judged)


def precision_words(precision: Precision | None, language: Language) -> str:
    """How many leads of an indicator proved so, with the interval and a word of caution where they are few."""
    if precision is None or precision.interval is None or precision.share is None:
        return ""
    low, high = precision.interval
    said = say("measured", language).format(
        n=f"{precision.n:,}",
        so=f"{precision.so:,}",
        share=f"{precision.share * 100:.1f}%",
        low=f"{low * 100:.0f}%",
        high=f"{high * 100:.0f}%",
    )
    return said + (say("measured_small", language) if precision.is_small else "")


def verdict_words(judged: Judged, language: Language) -> str:
    said = say(f"verdict_{judged.verdict}", language)
    if judged.day:
        said += f"（{judged.day}）" if language == "zh" else f" ({judged.day})"
    return f"{say('verdict', language)} {said}"
