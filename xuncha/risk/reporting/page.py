"""A run as one HTML page: nothing outside it is needed, no script, and it prints."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

from xuncha.risk.reporting.figures import Language
from xuncha.risk.reporting.leads import Neighbours, section
from xuncha.risk.reporting.markup import Safe, element, joined
from xuncha.risk.reporting.results import Lead, Results
from xuncha.risk.reporting.review import Review
from xuncha.risk.reporting.summary import chance, data, organisations, refused, standing, table_of_indicators
from xuncha.risk.reporting.words import say

MOST_LEADS: Final = 400
"""Leads that the page tells in full; the others are in the workbook and in ``leads.json``."""
MOST_OF_ONE: Final = 50
"""Of one indicator."""

_NOTHING: Final = Review()
_STYLES: Final = ("report-plot.css", "report.css", "report-print.css")


def page(results: Results, language: Language, review: Review = _NOTHING) -> str:
    """The page."""
    style = "\n".join(files(__package__).joinpath(name).read_text("utf-8") for name in _STYLES)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    title = say("title", language)
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"{say('notice', language)} · {title} · {results.run['as_of']}"),
        element("style", Safe(style)),
    )
    body = element(
        "body", _sheet(results, language, element("div", _content(results, language, review), class_="page"))
    )
    document = element("html", head, body, lang="zh-Hans" if language == "zh" else "en")
    return f"<!doctype html>\n{document}\n"


def _sheet(results: Results, language: Language, content: Safe) -> Safe:
    """The content in a table whose head stands on every printed page."""
    notice = element(
        "td",
        element("strong", say("notice", language)),
        f"{say('title', language)}　{say('as_of', language).format(day=results.run['as_of'])}",
        class_="every-page",
    )
    return element(
        "table",
        element("thead", element("tr", notice), aria_hidden="true"),
        element("tbody", element("tr", element("td", content))),
        class_="sheet",
        role="presentation",
    )


def _content(results: Results, language: Language, review: Review) -> Safe:
    version = say("version", language).format(version=results.run["data_version"][:12])
    as_of = say("as_of", language).format(day=results.run["as_of"])
    return joined(
        element(
            "header",
            element("span", say("brand", language), class_="brand", lang="zh-Hans" if language == "zh" else None),
            element("span", as_of, element("br"), version, class_="when"),
            class_="letterhead",
        ),
        element("main", _main(results, language, review)),
        element(
            "footer",
            element("span", say("notice", language)),
            element("span", f"{as_of} · {version}"),
            class_="foot",
        ),
    )


def _main(results: Results, language: Language, review: Review) -> Safe:
    of_indicators = results.of_indicators()
    most = _most_of_each(of_indicators)
    entries = {entry["code"]: entry for entry in results.indicators}
    neighbours = Neighbours(results.run["leads"])
    return joined(
        element("h1", say("title", language)),
        element(
            "div",
            element("strong", f"？{say('notice', language)}" if language == "zh" else f"? {say('notice', language)}"),
            element("span", say("notice_long", language)),
            class_="banner",
            role="note",
        ),
        element("p", standing(results, language), class_="state"),
        element("p", chance(results, language), class_="state"),
        element("h2", say("by_indicator", language), id="indicators"),
        table_of_indicators(results, language, review.measured),
        element("h2", say("by_organisation", language), id="organisations"),
        organisations(results, language),
        element("h2", say("leads", language), id="leads"),
        [section(entries[code], leads, most, neighbours, language, review) for code, leads in of_indicators.items()]
        if of_indicators
        else element("p", say("no_leads", language)),
        refused(results, language),
        element("h2", say("data", language), id="data"),
        data(results, language),
    )


def _most_of_each(of_indicators: Mapping[str, list[Lead]]) -> int:
    """How many leads of each indicator have room on the page, the same for all."""
    counts: list[Any] = [len(leads) for leads in of_indicators.values()]
    most = MOST_OF_ONE
    while most > 1 and sum(min(count, most) for count in counts) > MOST_LEADS:
        most -= 1
    return most
