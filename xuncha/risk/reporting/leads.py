"""The leads of one indicator on the page: its rule once, then each lead with sentence, terms, peers and rows."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from xuncha.risk.citations import spelled_out
from xuncha.risk.reporting.figures import (
    Language,
    cell,
    columns_of,
    figure,
    is_figure,
    label,
    table_label,
)
from xuncha.risk.reporting.markup import Safe, element, joined
from xuncha.risk.reporting.plot import strip_plot
from xuncha.risk.reporting.results import Lead, key_shown, may_show_peers, number_of
from xuncha.risk.reporting.review import Review, precision_words, verdict_words
from xuncha.risk.reporting.words import say

MOST_ROWS: Final = 8
"""Rows of evidence shown with a lead, of each table."""
_TERMS: Final = (("certainty", 40), ("size", 25), ("breadth", 20), ("recency", 15))
_HIGH, _MIDDLE = 70, 40
DATA_FILE: Final = "leads.json"


class Neighbours:
    """Which indicators hit an organisation or a supplier."""

    def __init__(self, leads: list[Lead]) -> None:
        self._hit: dict[tuple[str, str], set[str]] = defaultdict(set)
        for lead in leads:
            for place in self._places(lead):
                self._hit[place].add(lead["indicator"])

    def of(self, lead: Lead) -> list[str]:
        """The other indicators."""
        found: set[str] = set().union(*(self._hit[place] for place in self._places(lead)))
        return sorted(found - {lead["indicator"]})

    @staticmethod
    def _places(lead: Lead) -> list[tuple[str, str]]:
        return [(kind, lead[kind]) for kind in ("organisation", "supplier") if lead[kind] is not None]


def section(
    entry: dict[str, Any], leads: list[Lead], most: int, neighbours: Neighbours, language: Language, review: Review
) -> Safe:
    """An indicator with its first ``most`` leads."""
    shown = leads[:most]
    note = say("shown", language).format(shown=f"{len(shown):,}", count=f"{len(leads):,}")
    rest = len(leads) - len(shown)
    left_out = say("left_out", language).format(count=f"{rest:,}", place="report.xlsx, leads.json") if rest else None
    return element(
        "section",
        element(
            "h3",
            f"{entry['code']} {entry['name'][language]} ",
            element("span", note, class_="count"),
            id=entry["code"],
        ),
        element("p", entry["rule"]["question"][language], class_="question"),
        rule(entry, language, precision_words(review.measured.get(entry["code"]), language)),
        [_lead(entry, lead, neighbours, language, review) for lead in shown],
        element("p", left_out, class_="note") if left_out else None,
    )


def rule(entry: dict[str, Any], language: Language, measured: str) -> Safe:
    """Rule, parameters, source, known false alarms."""
    source = spelled_out(entry["sources"], language)
    facts = [
        ("rule", entry["rule"]["formula"][language]),
        ("parameters", parameters(entry, language) or say("nothing", language)),
        ("source", source),
        ("false_positives", entry["rule"]["false_positives"][language]),
    ]
    if measured:
        facts.append(("precision", measured))
    if entry["threshold_too_loose"]:
        facts.append(("remarks", say("too_loose", language)))
    if entry["rule"]["of_person"]:
        facts.append(("priority", say("of_person", language)))
    return element(
        "dl",
        [joined(element("dt", say(key, language)), element("dd", words)) for key, words in facts],
        class_="facts",
    )


def parameters(entry: dict[str, Any], language: Language) -> str:
    """The parameters of the run in one line, each with its source."""
    said = []
    for name, value in entry["parameters"].items():
        known = entry["rule"]["parameters"].get(name)
        if known is None:
            said.append(f"{name} = {_value(value)}")
            continue
        source = spelled_out(known["source"], language)
        if known["effective"]:
            source += " " + say("since", language).format(day=known["effective"])
        said.append(f"{known['meaning'][language]} {name} = {_value(value)} [{source}]")
    return ("；" if language == "zh" else "; ").join(said)


def _value(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def level(total: int) -> str:
    return "high" if total >= _HIGH else "medium" if total >= _MIDDLE else "low"


def _lead(entry: dict[str, Any], lead: Lead, neighbours: Neighbours, language: Language, review: Review) -> Safe:
    key = key_shown(lead, entry["rule"]["key"])
    named = [lead["organisation"]] if lead["organisation"] not in (None, lead["key"]) else []
    dot = element("span", " · ".join([*named, key]))
    notes = [f"{say('number', language)} {number_of(lead)}"]
    notes.append(f"{say('severity', language)} {say('severity_' + lead['severity'], language)}")
    if lead["day"]:
        notes.append(str(lead["day"]))
    judged = review.judged.get(number_of(lead))
    if judged is not None:
        notes.append(verdict_words(judged, language))
    return element(
        "article",
        element(
            "div",
            element("h4", dot),
            element("span", "　".join(notes) if language == "zh" else " · ".join(notes), class_="note"),
            class_="lead-head",
        ),
        element("p", lead["sentence"][language], class_="sentence"),
        _weighed(entry, lead, neighbours, language),
        _evidence(lead, language),
        class_="lead",
        id=number_of(lead),
    )


def _weighed(entry: dict[str, Any], lead: Lead, neighbours: Neighbours, language: Language) -> Safe:
    """The peers, with the terms of the priority at their side; without peers the terms in one line."""
    terms = (_priority(lead, language), _also(lead, neighbours, language))
    if not may_show_peers(entry, lead):
        return element("div", terms)
    plot = strip_plot(entry["peers"], lead, language)
    return element(
        "div",
        element("div", element("h5", say("peers", language)), plot),
        element("div", terms),
        class_="beside",
    )


def _priority(lead: Lead, language: Language) -> Safe | None:
    terms = lead["priority"]
    if terms is None:
        return None
    inputs = terms["inputs"]
    said = {
        "certainty": say("input_certainty", language).format(certainty=inputs["certainty"]),
        "size": say("input_rows", language).format(rows=f"{inputs['evidence_rows']:,}")
        if inputs["yuan"] is None
        else say("input_yuan", language).format(yuan=figure(inputs["yuan"], "yuan")),
        "breadth": say("input_others", language).format(others=inputs["other_indicators"]),
        "recency": inputs["day"] or "—",
    }
    rows = [
        element(
            "li",
            element("span", say(name, language), class_="term"),
            _bar(terms[name] / most),
            element("span", f"{terms[name]} / {most}", class_="points"),
            element("span", said[name], class_="note"),
        )
        for name, most in _TERMS
    ]
    total = terms["total"]
    head = f"{say('priority', language)} {total} "
    word = element("span", say(f"level_{level(total)}", language), class_="note")
    return joined(element("h5", head, word), element("ul", rows, class_="terms"))


def _bar(share: float) -> Safe:
    return element(
        "svg",
        element("rect", width=72, height=8, class_="track"),
        element("rect", width=round(72 * share, 1), height=8, class_="fill"),
        viewBox="0 0 72 8",
        class_="bar",
        aria_hidden="true",
    )


def _also(lead: Lead, neighbours: Neighbours, language: Language) -> Safe | None:
    others = neighbours.of(lead)
    if not others:
        return None
    links = [joined(" " if place else None, element("a", code, href=f"#{code}")) for place, code in enumerate(others)]
    return element("p", say("also", language), "：" if language == "zh" else ": ", links, class_="note")


def _evidence(lead: Lead, language: Language) -> Safe | None:
    by_table: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in lead["evidence"]:
        by_table[row["table"]].append(row)
    if not by_table:
        return None
    shown = sum(min(len(rows), MOST_ROWS) for rows in by_table.values())
    note = say("evidence_count", language).format(count=f"{lead['evidence_rows']:,}")
    rest = lead["evidence_rows"] - shown
    return joined(
        element("h5", say("evidence", language), " ", element("span", note, class_="note")),
        [_rows(table, rows[:MOST_ROWS], language) for table, rows in by_table.items()],
        element(
            "p",
            say("evidence_more", language).format(count=f"{rest:,}", place="report.xlsx, " + DATA_FILE),
            class_="note",
        )
        if rest
        else None,
    )


def _rows(table: str, rows: list[dict[str, Any]], language: Language) -> Safe:
    columns = columns_of(table, [row["row"] for row in rows])
    end = [is_figure(table, column) for column in columns]
    head = [
        element("th", label(table, column, language), class_="end" if right else None, scope="col")
        for column, right in zip(columns, end, strict=True)
    ]
    body = [
        element(
            "tr",
            element("td", say("place", language).format(file=row["file"], line=row["line"]), class_="note place"),
            [
                element("td", cell(table, column, row["row"].get(column), language), class_="end" if right else None)
                for column, right in zip(columns, end, strict=True)
            ],
        )
        for row in rows
    ]
    first = element("th", f"{table_label(table, language)}", scope="col")
    whole = element("table", element("thead", element("tr", first, head)), element("tbody", body), class_="table rows")
    return element("div", whole, class_="scroll", tabindex="0", role="group", aria_label=table_label(table, language))
