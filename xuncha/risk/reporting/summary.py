"""What stands before and after the leads: how many by indicator and organisation, what could not run, the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from xuncha.risk.loading.results import RULES
from xuncha.risk.reporting.figures import Language, table_label
from xuncha.risk.reporting.markup import Safe, element, joined
from xuncha.risk.reporting.results import Results
from xuncha.risk.reporting.review import precision_words
from xuncha.risk.reporting.words import say
from xuncha.risk.verdicts import Precision

MOST_ORGANISATIONS: Final = 100
MOST_FILES: Final = 100
_NAMES_SHOWN: Final = 20


def standing(results: Results, language: Language) -> str:
    """How it stands, in some sentences."""
    entries = results.indicators
    ran = [entry for entry in entries if entry["state"] == "ran"]
    organisations = {lead["organisation"] for lead in results.run["leads"]} - {None}
    said = [
        say("state", language).format(
            ran=len(ran), leads=f"{len(results.run['leads']):,}", organisations=f"{len(organisations):,}"
        )
    ]
    if len(ran) < len(entries):
        said.append(say("state_refused", language).format(refused=len(entries) - len(ran)))
    if suppressed := sum(entry.get("suppressed", 0) for entry in entries):
        said.append(say("state_suppressed", language).format(suppressed=f"{suppressed:,}"))
    if files := results.account.get("files"):
        sums = {key: f"{sum(file[key] for file in files):,}" for key in ("rows", "used", "skipped", "quarantined")}
        said.append(say("state_rows", language).format(**sums))
    return ("" if language == "zh" else " ").join(said)


def chance(results: Results, language: Language) -> str:
    """Of the statistical indicators: what chance alone would give."""
    tested = [entry for entry in results.indicators if entry["leads_by_chance"] is not None]
    return say("state_chance", language).format(
        units=f"{sum(entry['units'] for entry in tested):,}",
        leads=f"{sum(entry['leads'] for entry in tested):,}",
        chance=f"{sum(entry['leads_by_chance'] for entry in tested):.1f}",
    )


def remarks(entry: dict[str, Any], language: Language) -> str:
    """What must be known of an indicator that ran."""
    said = []
    if entry["not_judged"]:
        said.append(say("not_judged", language).format(columns="、".join(entry["not_judged"])))
    if entry["threshold_too_loose"]:
        said.append(say("too_loose", language))
    return ("；" if language == "zh" else "; ").join(said)


def table_of_indicators(results: Results, language: Language, measured: Mapping[str, Precision]) -> Safe:
    """One row an indicator that ran; zeros are printed."""
    has_suppressed = any(entry.get("suppressed") for entry in results.indicators)
    heads = ["indicator", "leads", "units", "chance", "skipped"]
    heads += ["suppressed"] if has_suppressed else []
    heads += ["precision"] if measured else []
    rows = []
    for entry in results.indicators:
        if entry["state"] != "ran":
            continue
        name = f"{entry['code']} {entry['name'][language]}"
        by_chance = entry["leads_by_chance"]
        numbers = [f"{entry['leads']:,}", f"{entry['units']:,}", "—" if by_chance is None else f"{by_chance:.2g}"]
        numbers.append(f"{sum(entry['skipped'].values()):,}")
        numbers += [f"{entry.get('suppressed', 0):,}"] if has_suppressed else []
        said = remarks(entry, language)
        rows.append(
            element(
                "tr",
                element(
                    "td",
                    element("a", name, href=f"#{entry['code']}") if entry["leads"] else name,
                    joined(element("br"), element("span", said, class_="note")) if said else None,
                ),
                [element("td", number, class_="end") for number in numbers],
                element("td", precision_words(measured.get(entry["code"]), language) or "—") if measured else None,
            )
        )
    return table(
        [say(head, language) for head in heads],
        rows,
        end=range(1, len(heads) - bool(measured)),
        name=say("by_indicator", language),
    )


def organisations(results: Results, language: Language) -> Safe:
    """One row an organisation: how many leads, of which indicators."""
    rows = []
    found = results.of_organisations()
    for name, leads in found[:MOST_ORGANISATIONS]:
        codes = sorted({lead["indicator"] for lead in leads})
        highest = max((lead["priority"]["total"] for lead in leads if lead["priority"]), default=None)
        rows.append(
            element(
                "tr",
                element("td", say("no_organisation", language) if name is None else name),
                element("td", f"{len(leads):,}", class_="end"),
                element("td", "—" if highest is None else highest, class_="end"),
                element(
                    "td",
                    [joined(" " if at else None, element("a", code, href=f"#{code}")) for at, code in enumerate(codes)],
                ),
            )
        )
    heads = ["organisation", "leads", "top_priority", "which_indicators"]
    rest = len(found) - len(rows)
    return joined(
        table([say(head, language) for head in heads], rows, end=(1, 2), name=say("by_organisation", language)),
        element("p", say("more_organisations", language).format(count=f"{rest:,}", place="report.xlsx"), class_="note")
        if rest
        else None,
    )


def refused(results: Results, language: Language) -> Safe | None:
    """What could not run, and for want of what."""
    rows = [
        element(
            "tr", element("td", f"{entry['code']} {entry['name'][language]}"), element("td", entry["reason"][language])
        )
        for entry in results.indicators
        if entry["state"] != "ran"
    ]
    if not rows:
        return None
    heads = [say("indicator", language), say("remarks", language)]
    return joined(
        element(
            "h2", say("not_runnable", language), " ", element("span", len(rows), class_="count"), id="not-runnable"
        ),
        table(heads, rows, name=say("not_runnable", language)),
    )


def data(results: Results, language: Language) -> Safe:
    """What became of every row that was read."""
    account = results.account
    if not account:
        return element("p", say("no_account", language))
    files = account["files"]
    heads = ["table", "file", "rows", "used", "removed", "quarantined"]
    rows = [
        element(
            "tr",
            element("td", table_label(file["table"], language)),
            element(
                "td",
                file["file"],
                joined(element("br"), element("span", refusal(file, language), class_="note"))
                if file["refused"]
                else None,
            ),
            [element("td", f"{file[key]:,}", class_="end") for key in ("rows", "used", "skipped", "quarantined")],
        )
        for file in files[:MOST_FILES]
    ]
    rest = len(files) - len(rows)
    others = account["others"]
    names = "、".join(others[:_NAMES_SHOWN]) + ("…" if len(others) > _NAMES_SHOWN else "")
    return joined(
        table([say(head, language) for head in heads], rows, end=range(2, 6), name=say("data", language)),
        element("p", say("more_files", language).format(count=f"{rest:,}"), class_="note") if rest else None,
        _rules(account, language),
        _warnings(account, language),
        element("p", say("others", language).format(names=names), class_="note") if others else None,
    )


def refusal(file: dict[str, Any], language: Language) -> str:
    reason = file.get("refused_zh") or file["refused"] if language == "zh" else file["refused"]
    return say("refused", language).format(reason=reason)


def rule_words(rule: str, language: Language) -> str:
    known = RULES.get(rule)
    return f"{rule} {known[0 if language == 'zh' else 1]}" if known else rule


def counts_words(counts: Mapping[str, int], language: Language) -> str:
    stop = "、" if language == "zh" else ", "
    return stop.join(f"{table_label(name, language)} {count:,}" for name, count in counts.items())


def _rules(account: dict[str, Any], language: Language) -> Safe | None:
    rows = [
        element("tr", element("td", rule_words(rule, language)), element("td", counts_words(counts, language)))
        for rule, counts in sorted(account["rules"].items())
    ]
    if not rows:
        return None
    return joined(
        element(
            "h3",
            f"{say('quarantined', language)}、{say('removed', language)}"
            if language == "zh"
            else "Quarantined and removed",
            class_="minor",
        ),
        table([say("check_rule", language), say("what_became", language)], rows, name=say("check_rule", language)),
        element("p", say("quarantine_place", language), class_="note"),
    )


def _warnings(account: dict[str, Any], language: Language) -> Safe | None:
    rows = [
        element(
            "tr",
            element("td", rule_words(warning["rule"], language)),
            element("td", f"{table_label(warning['table'], language)} {warning['column']}"),
            element("td", f"{warning['rows']:,}", class_="end"),
            element("td", "、".join(warning["places"])),
        )
        for warning in account["warnings"]
    ]
    if not rows:
        return None
    heads = [say(head, language) for head in ("check_rule", "table", "rows", "place_head")]
    return joined(
        element("h3", say("warnings", language), class_="minor"),
        table(heads, rows, end=(2,), name=say("warnings", language)),
    )


def table(heads: list[str], rows: list[Safe], *, end: object = (), name: str) -> Safe:
    """A table in a frame of its own, which scrolls sideways on a narrow screen. ``end``: places of figures."""
    right = set(end) if isinstance(end, range | tuple) else set()
    whole = element(
        "table",
        element(
            "thead",
            element(
                "tr",
                [
                    element("th", head, class_="end" if at in right else None, scope="col")
                    for at, head in enumerate(heads)
                ],
            ),
        ),
        element("tbody", rows),
        class_="table",
    )
    return element("div", whole, class_="scroll", tabindex="0", role="group", aria_label=name)
