"""What extraction found becomes drafts that a person can review; nothing of it is in the ledger yet."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from xuncha.findings import splitting
from xuncha.findings.models import Draft, Paper
from xuncha.findings.queries.naming import UnitNames, find_round
from xuncha.findings.workflow import DraftState, Nature, Origin, Severity
from xuncha.rulebook.models import Category

Level = Draft.Level
# What extraction says of a status, where the paper's own words were not kept.
STATUS_WORDS: Final = {"done": "已完成", "in_progress": "进行中", "long_term": "长期坚持"}
# A passage shorter than this between two findings says nothing a reviewer must see.
LEAST_PASSAGE: Final = 12
FEEDBACK_KINDS: Final = frozenset({"feedback", "speech"})


def make_drafts(paper: Paper, read: Mapping[str, Any]) -> None:
    """Keep the text and the facts of a paper that was read, and lay its findings down as drafts.

    ``read`` is `Extraction.as_json` with ``text``, ``blocks`` and ``page_starts``. Inside the caller's transaction;
    drafts of an earlier reading are replaced.
    """
    units = UnitNames()
    _keep_reading(paper, read, units)
    known = dict(Category.objects.filter(scheme__is_leading=True).values_list("code", "pk"))
    drafts, parents = _drafts_of(paper, read, known, units)
    paper.drafts.all().delete()
    Draft.objects.bulk_create(drafts, batch_size=500)
    for draft, parent in parents:
        draft.group = parent
    Draft.objects.bulk_update([draft for draft, _ in parents], ["group"], batch_size=500)


def _keep_reading(paper: Paper, read: Mapping[str, Any], units: UnitNames) -> None:
    facts = read["document"]
    paper.text = read["text"]
    paper.text_sha256 = facts.get("text_sha256") or ""
    paper.reading = {
        **paper.reading,
        "blocks": read["blocks"],
        "page_starts": read["page_starts"],
        "facts": facts,
        "format": read.get("format", ""),
        "root_causes": read.get("root_causes", []),
        "warnings": read.get("warnings", []),
    }
    paper.kind = _kind(paper, facts)
    if paper.unit_id is None and paper.kind != Paper.Kind.JOINT:
        paper.unit_id = units.find(facts.get("unit"))
    if paper.round_id is None:
        paper.round = find_round(facts.get("round") or facts.get("title"))
    if paper.feedback_on is None:
        paper.feedback_on = _date(facts.get("feedback_date"))
    if paper.feedback_on is None and paper.round is not None:
        paper.feedback_on = paper.round.feedback_on
    paper.save(update_fields=["text", "text_sha256", "reading", "kind", "unit", "round", "feedback_on"])


def _kind(paper: Paper, facts: Mapping[str, Any]) -> str:
    if paper.kind != Paper.Kind.FEEDBACK or paper.reading.get("kind_is_chosen"):
        return paper.kind  # Somebody chose it.
    if facts.get("kind") in ("rectification_notice", "plan"):
        return Paper.Kind.NOTICE
    if facts.get("kind") == "speech" and not facts.get("unit"):
        return Paper.Kind.JOINT
    return Paper.Kind.JOINT if "集中反馈" in (facts.get("title") or "") else paper.kind


def _date(iso: str | None) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(iso or "")
    except ValueError:
        return None


def _drafts_of(
    paper: Paper, read: Mapping[str, Any], known: Mapping[str, int], units: UnitNames
) -> tuple[list[Draft], list[tuple[Draft, Draft]]]:
    found = [_finding(paper, entry, known, units) for entry in read["findings"]]
    if read["document"].get("kind") in FEEDBACK_KINDS:
        found += _left_out(paper, read, found)
    found.sort(key=lambda draft: (draft.start is None, draft.start or 0))
    required = [_requirement(paper, entry) for entry in read["requirements"]]
    parents: list[tuple[Draft, Draft]] = []
    headings: dict[tuple[str, ...], Draft] = {}
    under: Draft | None = None
    number = 0
    for position, draft in enumerate([*found, *required], start=1):
        draft.position = position
        path = tuple(draft.path)
        if draft.level == Level.ITEM and draft.state == DraftState.UNSEEN:
            number += 1
            draft.label = str(number)
        if draft.level == Level.REQUIREMENT:
            continue
        # A heading is above what bears its markers; what bears none stands under the last heading.
        parent = next((headings[path[:n]] for n in range(len(path) - 1, 0, -1) if path[:n] in headings), None)
        if draft.level == Level.GROUP:
            headings[path] = draft
            under = draft
        elif parent is None and not path:
            parent = under
        if parent is not None:
            parents.append((draft, parent))
    return [*found, *required], parents


def _finding(paper: Paper, entry: Mapping[str, Any], known: Mapping[str, int], units: UnitNames) -> Draft:
    spans = entry["spans"]
    stated = {key: value for key, value in entry["stated"].items() if value}
    if entry["status"] and not stated.get("status"):
        stated["status"] = STATUS_WORDS.get(entry["status"], entry["status"])
    # "有的单位" beside named ones may be any of them: the finding is then addressed to all.
    named = [units.find(words) for words in entry["units"]] if paper.kind == Paper.Kind.JOINT else []
    start, end, page = spans["title"]
    return Draft(
        paper=paper,
        level=Level.GROUP if entry["level"] == "group" else Level.ITEM,
        path=list(entry["path"]),
        statement=entry["title"],
        start=start,
        end=end,
        page=page,
        evidence=_pieces(entry["evidence"], spans["evidence"]),
        measures=_pieces(entry["measures"], spans["measures"]),
        due=(stated.get("due") or "")[:100],
        category_id=known.get(entry["category"] or ""),
        category_reasons=entry["category_reasons"],
        nature=_code(entry["nature"], Nature.values),
        origin=_code(entry["origin"], Origin.values),
        severity=_code(entry["severity"], Severity.values),
        immediate=bool(entry["immediate"]),
        stated=stated,
        units=[] if None in named else list(dict.fromkeys(named)),
        unit_words=entry["units"],
        confidence=_confidence(entry),
        original={"statement": entry["title"], "category": entry["category"]},
    )


def _confidence(entry: Mapping[str, Any]) -> float:
    # However surely it was read: where one sentence may hold two findings, a person looks at it by itself.
    looks_like_two = entry["level"] != "group" and splitting.looks_like_two([entry["title"], *entry["evidence"]])
    return min(float(entry["confidence"]), splitting.two_at_most()) if looks_like_two else float(entry["confidence"])


def _requirement(paper: Paper, entry: Mapping[str, Any]) -> Draft:
    duties = _pieces(entry["duties"], entry["spans"]["duties"])
    place = entry["spans"]["title"]
    statement = entry["title"]
    if statement is None and duties:
        first, duties = duties[0], duties[1:]
        statement, place = first["text"], [first["start"], first["end"], first["page"]]
    start, end, page = place or (None, None, None)
    return Draft(
        paper=paper,
        level=Level.REQUIREMENT,
        path=list(entry["path"]),
        statement=statement or "",
        start=start,
        end=end,
        page=page,
        duties=duties,
        due=(entry["due"] or "")[:100],
    )


def _left_out(paper: Paper, read: Mapping[str, Any], found: Sequence[Draft]) -> list[Draft]:
    """Passages between the findings that were not read as one, praise most often: shown as dropped."""
    taken = sorted(_spans(found))
    if not taken:
        return []
    first, last = taken[0][0], max(draft.start for draft in found if draft.start is not None)
    left = []
    for block in read["blocks"]:
        start, end = block["start"], block["end"]
        if block["kind"] != "paragraph" or not first < start < last or end - start < LEAST_PASSAGE:
            continue
        near = bisect_left(taken, (end, end))
        if any(span[1] > start for span in taken[max(0, near - 40) : near]):
            continue
        left.append(
            Draft(
                paper=paper,
                level=Level.ITEM,
                state=DraftState.DROPPED,
                statement=read["text"][start:end],
                start=start,
                end=end,
                page=block.get("page"),
            )
        )
    return left


def _spans(drafts: Iterable[Draft]) -> Iterable[tuple[int, int]]:
    for draft in drafts:
        if draft.start is not None and draft.end is not None:
            yield draft.start, draft.end
        for piece in [*draft.evidence, *draft.measures]:
            yield piece["start"], piece["end"]


def _pieces(texts: Sequence[str], places: Sequence[Sequence[int | None]]) -> list[dict[str, Any]]:
    return [
        {"text": text, "start": start, "end": end, "page": page}
        for text, (start, end, page) in zip(texts, places, strict=True)
    ]


def _code(value: str | None, known: Sequence[str]) -> str:
    return value if value is not None and value in known else ""
