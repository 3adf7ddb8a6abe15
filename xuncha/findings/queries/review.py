"""The review of a paper: what is in it, how far it stands, who else is at it, what changed since it was looked at."""

from __future__ import annotations

import datetime
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.db.models import Exists, OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone

from xuncha.extraction.classify import classify
from xuncha.findings.models import Draft, DraftChange, Paper, Presence
from xuncha.findings.permissions import papers_visible_to
from xuncha.findings.splitting import Half, Place, cut, unsure_below
from xuncha.findings.workflow import DraftState, PaperState
from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rounds.models import InspectedUnit
from xuncha.rulebook import queries as rulebook
from xuncha.rulebook.models import Category, Scheme
from xuncha.security.models import User

Level = Draft.Level
# Whoever was not heard of for so long has left the review.
GONE_AFTER: Final = datetime.timedelta(seconds=30)
# More than so many changed drafts are not sent one by one.
MOST_CHANGES: Final = 60


@dataclass
class Tally:
    """How far a review stands: findings in all, looked at, unsure, not looked at (without the unsure ones)."""

    total: int = 0
    checked: int = 0
    unsure: int = 0

    @property
    def unseen(self) -> int:
        return self.total - self.checked - self.unsure

    @property
    def left(self) -> int:
        """How many a person must still look at before the paper can be entered."""
        return self.total - self.checked

    @property
    def sure(self) -> int:
        """How many could be accepted at once."""
        return self.unseen


class Entry(NamedTuple):
    """One draft as the outline of a review knows it."""

    pk: int
    level: str
    group_id: int | None
    label: str
    state: str
    confidence: float

    @property
    def is_counted(self) -> bool:
        """Whether it is a finding that a person must look at; passages left out at reading are not."""
        return self.level == Level.ITEM and bool(self.label)

    @property
    def is_unsure(self) -> bool:
        return self.is_counted and self.state == DraftState.UNSEEN and self.confidence < unsure_below()


@dataclass
class Section:
    """A part of the paper as the tree shows it: a heading of the outermost level with all that stands under it.

    ``key`` is that of the heading; 0: findings without one; -1: the requirements. ``order`` counts from 1.
    """

    key: int
    order: int = 0
    entries: list[Entry] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


class Outline:
    """All drafts of a paper in order, light enough to be asked for at each step: one query."""

    def __init__(self, paper: Paper) -> None:
        self.entries = [
            Entry(*row)
            for row in Draft.objects.filter(paper=paper)
            .order_by("position", "id")
            .values_list("pk", "level", "group_id", "label", "state", "confidence")
        ]

    @cached_property
    def by_key(self) -> dict[int, Entry]:
        return {entry.pk: entry for entry in self.entries}

    @cached_property
    def tally(self) -> Tally:
        return _tally(self.entries)

    @cached_property
    def sections(self) -> list[Section]:
        found: dict[int, Section] = {}
        for entry in self.entries:
            key = self.section_key(entry)
            section = found.setdefault(key, Section(key))
            if entry.pk != key:
                section.entries.append(entry)
        # The demands stand behind the findings whatever their place.
        ordered = sorted(found.values(), key=lambda section: section.key == -1)
        for order, section in enumerate(ordered, start=1):
            section.order = order
            section.tally = _tally(section.entries)
        return ordered

    def section_key(self, entry: Entry) -> int:
        """The key of the section in which it stands."""
        if entry.level == Level.REQUIREMENT:
            return -1
        above, seen = entry, {entry.pk}
        while above.group_id is not None and above.group_id in self.by_key and above.group_id not in seen:
            above = self.by_key[above.group_id]
            seen.add(above.pk)
        return above.pk if above.level == Level.GROUP else 0

    def section_of(self, key: int) -> Section | None:
        entry = self.by_key.get(key)
        if entry is None:
            return None
        return next((s for s in self.sections if s.key == self.section_key(entry)), None)

    def depth(self, entry: Entry) -> int:
        """How many headings stand above it."""
        depth, above = 0, entry
        while above.group_id is not None and above.group_id in self.by_key and depth < 9:
            above = self.by_key[above.group_id]
            depth += 1
        return depth

    def next_to_look_at(self, after: int | None = None, *, unsure_first: bool = False) -> int | None:
        """The next finding nobody looked at, behind one or from the beginning; null: none is left."""
        waiting = [e.pk for e in self.entries if e.is_counted and e.state == DraftState.UNSEEN]
        unsure = [pk for pk in waiting if self.by_key[pk].is_unsure]
        order = {entry.pk: place for place, entry in enumerate(self.entries)}
        place = order.get(after, -1) if after is not None else -1
        for keys in (unsure, waiting) if unsure_first else (waiting,):
            behind = [pk for pk in keys if order[pk] > place]
            if behind or keys:
                return (behind or keys)[0]
        return None

    def previous_of(self, key: int) -> int | None:
        """The finding before it that is still in the count: the one it would be merged into."""
        before = None
        for entry in self.entries:
            if entry.pk == key:
                return before
            if entry.level == Level.ITEM and entry.state != DraftState.DROPPED:
                before = entry.pk
        return None


def is_unsure(draft: Draft) -> bool:
    """Whether a finding nobody looked at was read with so little certainty that it wants a look of its own."""
    return draft.level == Level.ITEM and draft.state == DraftState.UNSEEN and draft.confidence < unsure_below()


def _tally(entries: Iterable[Entry]) -> Tally:
    tally = Tally()
    for entry in entries:
        if entry.is_counted:
            tally.total += 1
            tally.checked += entry.state != DraftState.UNSEEN
            tally.unsure += entry.is_unsure
    return tally


def paper_to_review(actor: User, pk: int, *, with_text: bool = False) -> Paper | None:
    """The paper if the actor may know of it; null else. Without text and reading unless asked for."""
    papers = papers_visible_to(actor).select_related("round__term", "unit", "entered_by")
    return (papers if with_text else papers.defer("text", "reading")).filter(pk=pk).first()


def drafts_of(paper: Paper, keys: Iterable[int] | None = None) -> list[Draft]:
    """Drafts in their order, with their categories; all of the paper or those asked for."""
    drafts = Draft.objects.filter(paper=paper).select_related("category").defer("original")
    return list(drafts if keys is None else drafts.filter(pk__in=list(keys)))


def draft_of(paper: Paper, pk: int) -> Draft | None:
    """One draft with its category, its heading, and who changed it last."""
    return Draft.objects.filter(paper=paper, pk=pk).select_related("category", "group", "changed_by").first()


def is_of_another_paper(paper: Paper, pk: int) -> bool:
    """Whether there is such a draft, but not in this paper: an address made up, not a draft that is gone."""
    return Draft.objects.filter(pk=pk).exclude(paper=paper).exists()


@dataclass(frozen=True)
class Changes:
    """What happened in a review behind a step: the last step's key, the drafts touched, what is gone or new.

    ``places`` are the stretches of the text whose marks moved; ``is_much``: too much to be told one by one.
    """

    last: int
    touched: frozenset[int] = frozenset()
    gone: frozenset[int] = frozenset()
    new: frozenset[int] = frozenset()
    places: tuple[tuple[int, int], ...] = ()
    is_much: bool = False


def last_step(paper: Paper) -> int:
    """The key of the newest step of a review; 0 before the first."""
    return DraftChange.objects.filter(paper=paper).order_by("-id").values_list("id", flat=True).first() or 0


def changes_since(paper: Paper, step: int) -> Changes:
    """What happened in the review behind a step."""
    newer = DraftChange.objects.filter(paper=paper, id__gt=step).order_by("id")
    steps = list(newer.only("id", "before", "after")[: MOST_CHANGES + 1])
    if not steps:
        return Changes(step)
    if len(steps) > MOST_CHANGES:
        return Changes(last_step(paper), is_much=True)
    existed: dict[str, bool] = {}
    exists: dict[str, bool] = {}
    moved: set[tuple[int, int]] = set()
    is_much = False
    for each in steps:
        for key, fields in each.before.items():
            existed.setdefault(key, fields is not None)
            was, now = _places(fields), _places(each.after.get(key))
            moved |= was ^ now
            after = each.after.get(key)
            # A heading became a finding: the parts of the tree are others now.
            is_much = is_much or (fields is not None and after is not None and fields["level"] != after["level"])
        for key, fields in each.after.items():
            exists[key] = fields is not None
    touched = {int(key) for key, is_there in exists.items() if is_there}
    return Changes(
        steps[-1].pk,
        frozenset(touched),
        frozenset(int(key) for key, is_there in exists.items() if not is_there and existed.get(key)),
        frozenset(key for key in touched if not existed.get(str(key))),
        tuple(sorted(moved)),
        is_much or len(touched) > MOST_CHANGES,
    )


def _places(fields: Mapping[str, Any] | None) -> set[tuple[int, int]]:
    if fields is None:
        return set()
    pieces = [fields, *fields["evidence"], *fields["duties"]]
    return {
        (piece["start"], piece["end"])
        for piece in pieces
        if piece.get("start") is not None and piece.get("end") is not None
    }


def as_seen(draft: Draft, version: int) -> Mapping[str, Any] | None:
    """What a draft was when it had that version, by the steps kept since; null when they do not tell."""
    behind = draft.version - version
    if behind <= 0:
        return None
    steps = DraftChange.objects.filter(paper=draft.paper_id, after__has_key=str(draft.pk)).order_by("-id")
    kept = list(steps.values_list("before", flat=True)[:behind])
    return kept[-1].get(str(draft.pk)) if len(kept) == behind else None


def own_last_step(paper: Paper, actor: User) -> DraftChange | None:
    """The step that undo would take back."""
    return DraftChange.objects.filter(paper=paper, by=actor, undone=False).order_by("-id").first()


@dataclass(frozen=True)
class Outcome:
    """One of the two findings a split would give, with its likely category and the words that speak for it."""

    half: Half
    category: Category | None
    reasons: Sequence[str]


def pieces_of(draft: Draft) -> list[dict[str, Any]]:
    """Statement and facts of a draft, as `splitting` cuts them."""
    return [
        {"text": draft.statement, "start": draft.start, "end": draft.end, "page": draft.page},
        *({"start": None, "end": None, "page": None, **piece} for piece in draft.evidence),
    ]


def outcomes(pieces: Sequence[Mapping[str, Any]], heading: str, place: Place) -> list[Outcome]:
    """Both findings that a cut would give; empty when there is no such place."""
    halves = cut(pieces, place)
    if halves is None:
        return []
    said = [classify(h.statement["text"], "；".join(fact["text"] for fact in h.evidence), heading) for h in halves]
    known = {
        category.code: category
        for category in Category.objects.filter(
            scheme__is_leading=True, retired_on__isnull=True, code__in=[each.code for each in said if each.code]
        )
    }
    return [
        Outcome(half, known.get(each.code or ""), list(each.reasons)) for half, each in zip(halves, said, strict=True)
    ]


def others_present(paper: Paper, actor: User) -> list[Presence]:
    """Who else has this review open, with the draft each is at."""
    since = timezone.now() - GONE_AFTER
    return list(
        Presence.objects.filter(paper=paper, seen_at__gte=since)
        .exclude(user=actor)
        .select_related("user")
        .order_by("user_id")
    )


def left_off_at(paper: Paper, actor: User) -> int | None:
    """The draft at which the actor last was in this review."""
    return Presence.objects.filter(paper=paper, user=actor).values_list("draft_id", flat=True).first()


def interrupted_reviews(actor: User) -> QuerySet[Paper]:
    """Reviews that the actor began and that still wait, the last one first; ``mine_at``: when the actor was in it."""
    mine = Presence.objects.filter(user=actor, paper=OuterRef("pk")).values("seen_at")[:1]
    return (
        papers_visible_to(actor)
        .filter(state=PaperState.REVIEW, presences__user=actor)
        .exclude(kind=Paper.Kind.LEDGER)
        .defer("text", "reading")
        .annotate(mine_at=Subquery(mine))
        .order_by("-mine_at", "-id")
    )


def schemes_to_choose_from() -> list[Scheme]:
    """The schemes in use, the leading one first, each with its categories that are not retired."""
    current = Category.objects.filter(retired_on__isnull=True).order_by("order", "id")
    return list(rulebook.active_schemes().prefetch_related(Prefetch("categories", current)))


def categories_of(keys: Iterable[int]) -> list[Category]:
    """Categories by key, with their schemes."""
    return list(Category.objects.filter(pk__in=list(keys)).select_related("scheme").order_by("scheme__order", "scheme"))


def unit_names(keys: Iterable[int]) -> dict[int, str]:
    """Short names of units by key."""
    return dict(Unit.objects.filter(pk__in=list(keys)).values_list("pk", "short_name"))


def units_to_choose_from(actor: User, paper: Paper) -> QuerySet[Any]:
    """The units that exist and the actor may know, with their sectors; ``in_round``: inspected in the paper's round."""
    inspected = InspectedUnit.objects.filter(round=paper.round_id, unit=OuterRef("pk"))
    return (
        units_visible_to(actor)
        .filter(state=Unit.State.ACTIVE)
        .select_related("sector")
        .annotate(in_round=Exists(inspected))
        .order_by("order", "id")
    )


class Sentence(NamedTuple):
    """A sentence of the paper that stands in no finding. ``start``/``end``: code points of the text."""

    start: int
    end: int
    page: int | None
    text: str


_SENTENCE: Final = re.compile(r"[^。；！？]+[。；！？]?[”’）]?")
LEAST_SENTENCE: Final = 6
MOST_SENTENCES: Final = 60


def sentences_left(paper: Paper, near: int | None = None) -> list[Sentence]:
    """Sentences that stand in no draft, at most `MOST_SENTENCES`, those around a draft."""
    taken: list[tuple[int, int]] = []
    at = 0
    for draft in drafts_of(paper):
        if draft.pk == near and draft.start is not None:
            at = draft.start
        if draft.state != DraftState.DROPPED:
            taken += _places(
                {
                    "start": draft.start,
                    "end": draft.end,
                    "evidence": [*draft.evidence, *draft.measures],
                    "duties": draft.duties,
                }
            )
    taken.sort()
    starts = [start for start, _ in taken]
    longest = max((end - start for start, end in taken), default=0)
    left = []
    for block in paper.reading.get("blocks", ()):
        for found in _SENTENCE.finditer(paper.text, block["start"], block["end"]):
            start, end = found.span()
            near_by = taken[bisect_left(starts, start - longest) : bisect_left(starts, end)]
            if end - start >= LEAST_SENTENCE and not any(last > start for _, last in near_by):
                left.append(Sentence(start, end, block.get("page"), found[0].strip()))
    first = max(bisect_left([s.start for s in left], at) - MOST_SENTENCES // 3, 0)
    return left[first : first + MOST_SENTENCES]
