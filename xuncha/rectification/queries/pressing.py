"""Letters by which units are pressed, and requests for time: lists, one of them, and what comes next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Max, Q, QuerySet

from xuncha.rectification.models import ClockRequest, Letter, LetterKind, LetterReply, Rectification
from xuncha.rectification.permissions import (
    clock_requests_visible_to,
    letters_visible_to,
    rectifications_visible_to,
)
from xuncha.rectification.workflow import ClockState
from xuncha.rounds.models import Round
from xuncha.security.models import User
from xuncha.security.policy import units_acted_for

PAGE: Final = 50
SHOWN: Final = 200


def kinds() -> list[LetterKind]:
    """The kinds in use, the mildest first."""
    return list(LetterKind.objects.filter(is_active=True))


def find_kind(code: str) -> LetterKind | None:
    """A kind in use."""
    return LetterKind.objects.filter(code=code, is_active=True).first()


def items_for_letter(actor: User, keys: Collection[int]) -> list[Rectification]:
    """Items that a letter is to be about, of those the actor may know."""
    rows = rectifications_visible_to(actor).filter(pk__in=keys).select_related("finding", "unit", "round__term")
    return list(rows.order_by("due_on", "pk"))


def last_letters(actor: User, items: Iterable[Rectification]) -> dict[int, Letter]:
    """The last letter about each of the items, by the item's key; in two queries."""
    about = Letter.items.through.objects.filter(rectification__in=[item.pk for item in items]).order_by("letter")
    last = dict(about.values_list("rectification", "letter"))
    letters = letters_visible_to(actor).select_related("kind").in_bulk(set(last.values()))
    return {item: letters[letter] for item, letter in last.items() if letter in letters}


def next_kind(before: Iterable[Letter], known: Sequence[LetterKind]) -> LetterKind | None:
    """What comes after the sharpest of letters sent before: the kind after it, the last one again; null without any."""
    sharpest = max((letter.kind.order for letter in before), default=-1)
    return next((kind for kind in known if kind.order > sharpest), known[-1] if known else None)


def reasons_given(actor: User, items: Iterable[Rectification]) -> dict[int, str]:
    """What units said last about why an item is late, asking for time or answering a letter; by the item's key."""
    keys = [item.pk for item in items]
    asked = clock_requests_visible_to(actor).filter(rectification__in=keys)
    told = [(at, key, words) for at, key, words in asked.values_list("asked_at", "rectification", "reason")]
    answers = LetterReply.objects.filter(letter__in=letters_visible_to(actor).values("pk"), letter__items__in=keys)
    told += [(at, key, words) for at, key, words in answers.values_list("at", "letter__items", "words") if key in keys]
    return {key: words for _at, key, words in sorted(told)}


def last_letter() -> int:
    """The key of the last letter: what a new one says it has seen."""
    return Letter.objects.aggregate(last=Max("pk"))["last"] or 0


@dataclass(frozen=True, slots=True)
class LetterPage:
    """A page of letters, the newest first; ``before`` is the key to ask for the next page with, null on the last."""

    letters: Sequence[Letter]
    before: int | None


def letters(actor: User, round: Round | None, *, heap: str = "", before: int | None = None) -> LetterPage:
    """Letters of a round that the actor may know, each with ``about``, how many items. ``heap``: open or answered."""
    rows = _of_round(actor, round)
    if heap in HEAPS:
        rows = rows.filter(HEAPS[heap])
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("kind", "unit", "by").annotate(about=Count("items")).order_by("-pk")[: PAGE + 1])
    return LetterPage(found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None)


HEAPS: Final = {"open": Q(replied_on__isnull=True), "answered": Q(replied_on__isnull=False)}


def _of_round(actor: User, round: Round | None) -> QuerySet[Letter]:
    rows = letters_visible_to(actor)
    return rows if round is None else rows.filter(round=round)


def letter_counts(actor: User, round: Round | None) -> dict[str, int]:
    """How many letters lie on each heap, and ``all``; in one query."""
    counted = _of_round(actor, round).aggregate(
        **{heap: Count("pk", filter=condition) for heap, condition in HEAPS.items()}, all=Count("pk")
    )
    return dict(counted)


def find_letter(actor: User, pk: int) -> Letter | None:
    """One letter, if it is in sight."""
    rows = letters_visible_to(actor).select_related("kind", "unit", "by", "round__term")
    return rows.prefetch_related("replies__by", "items__finding").filter(pk=pk).first()


def letters_to_answer(actor: User, round: Round | None) -> list[Letter]:
    """Letters that the units acted for have not answered yet, the earliest due first."""
    rows = _of_round(actor, round).filter(unit__in=units_acted_for(actor), replied_on__isnull=True)
    return list(rows.select_related("kind", "unit").order_by("reply_by", "pk")[:PAGE])


def requests_of(actor: User, item: Rectification) -> list[ClockRequest]:
    """All that was ever asked of the clock of an item, the oldest first."""
    rows = clock_requests_visible_to(actor).filter(rectification=item)
    return list(rows.select_related("asked_by", "decided_by").order_by("pk"))


def find_request(actor: User, pk: int) -> ClockRequest | None:
    """One request for time, if it is in sight."""
    rows = clock_requests_visible_to(actor).select_related(
        "asked_by", "decided_by", "rectification__finding", "rectification__unit"
    )
    return rows.filter(pk=pk).first()


def requests(actor: User, round: Round | None, *, heap: str = "asked") -> list[ClockRequest]:
    """Requests for time: those that wait for the office (``asked``), clocks that stand (``standing``), or all."""
    rows = clock_requests_visible_to(actor)
    if round is not None:
        rows = rows.filter(rectification__round=round)
    if heap == "asked":
        rows = rows.filter(state=ClockState.ASKED)
    elif heap == "standing":
        rows = rows.filter(state=ClockState.GRANTED, kind="suspension")
    rows = rows.select_related("asked_by", "rectification__finding", "rectification__unit")
    return list(rows.order_by("pk" if heap == "asked" else "-pk")[:SHOWN])


def requests_waiting(actor: User, round: Round | None) -> int:
    """How many requests for time wait for the office."""
    rows = clock_requests_visible_to(actor).filter(state=ClockState.ASKED)
    return (rows if round is None else rows.filter(rectification__round=round)).count()
