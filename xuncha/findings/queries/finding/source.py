"""Where a finding was read from: the sentence in its paragraph, and the paper's text at that place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Length, Substr

from xuncha.findings.models import Finding, Manifestation, Paper
from xuncha.findings.permissions import POLICY, paper_not_kept_from
from xuncha.security.models import User
from xuncha.security.policy import is_excluded

# Code points of the paper's text that are fetched on each side of a place.
AROUND = 2000
# Of a paragraph longer than this only what is nearest is shown.
NEAREST = 400
# Code points of a paper that are shown at once.
PART = 40_000


@dataclass(frozen=True)
class Source:
    """The words a finding was read from, with the paragraph before and after them.

    A unit gets the words alone: no context, no paper. So does whoever is recused from what the paper may speak of.
    ``page`` and ``paragraph`` count from 1, null where unknown.
    """

    words: str
    before: str = ""
    after: str = ""
    page: int | None = None
    paragraph: int | None = None
    paper: Paper | None = None


def source_of(actor: User, finding: Finding) -> Source | None:
    """The source of a finding the actor can see; null where a person wrote it or the paper was not kept as text."""
    if finding.paper_id is None or finding.start is None or finding.end is None or finding.end <= finding.start:
        return None
    first = max(finding.start - AROUND, 0)
    row = (
        Paper.objects.filter(pk=finding.paper_id)
        .defer("text", "reading")
        .annotate(window=Substr("text", first + 1, finding.end + AROUND - first))
        .first()
    )
    if row is None:
        return None
    window: str = getattr(row, "window", "") or ""
    start, end = finding.start - first, finding.end - first
    words = window[start:end]
    if not words.strip():
        return None
    if not POLICY.may(actor, "see_papers") or not _is_in_sight(actor, row.pk):
        return Source(words)
    opens = window.rfind("\n", 0, start) + 1
    closes = window.find("\n", end)
    closes = len(window) if closes < 0 else closes
    before, after = window[opens:start], window[end:closes]
    cut_before, cut_after = len(before) > NEAREST or (opens == 0 and first > 0), len(after) > NEAREST
    return Source(
        words,
        before=("…" if cut_before else "") + before[-NEAREST:],
        after=after[:NEAREST] + ("…" if cut_after else ""),
        page=finding.page,
        paragraph=_paragraph(row.pk, finding, window[:start], first),
        paper=row,
    )


def _is_in_sight(actor: User, paper: int) -> bool:
    """Whether the paper around the words may be read: not where it may speak of a unit that the actor keeps off."""
    return not is_excluded(actor) or Paper.objects.filter(paper_not_kept_from(actor), pk=paper).exists()


def _paragraph(paper: int, finding: Finding, ahead: str, first: int) -> int | None:
    """Which paragraph of its page it stands in; null where the page begins before what was fetched."""
    if finding.page is None or finding.start is None:
        return None
    starts: Any = Paper.objects.filter(pk=paper).values_list("reading__page_starts", flat=True).first()
    offsets = [offset for offset, _ in starts or ()]
    at = bisect_right(offsets, finding.start) - 1
    if at < 0 or offsets[at] < first:
        return None
    return sum(1 for line in ahead[offsets[at] - first :].split("\n")[:-1] if line.strip()) + 1


@dataclass(frozen=True)
class Stretch:
    """Words of a paper, and what they are of the finding: ``statement``, ``fact``, or nothing."""

    words: str
    of: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a paper; ``page`` where a new page begins with it, else null. ``is_place``: the finding begins."""

    stretches: Sequence[Stretch]
    page: int | None
    is_place: bool


@dataclass(frozen=True)
class PaperPart:
    """A paper's text around a finding. ``left_before``/``left_after``: how many code points are not shown."""

    paper: Paper
    paragraphs: Sequence[Paragraph]
    left_before: int
    left_after: int


def paper_part(actor: User, finding: Finding) -> PaperPart | None:
    """The text of the paper a finding was read from, its words marked; null where there is none to show.

    Errors: `NotPermitted` for whoever may not see papers.
    """
    POLICY.require(actor, "see_papers")
    if finding.paper_id is None or not _is_in_sight(actor, finding.paper_id):
        return None
    middle = finding.start or 0
    first = max(middle - PART // 2, 0)
    row = (
        Paper.objects.filter(pk=finding.paper_id)
        .defer("text", "reading")
        .annotate(window=Substr("text", first + 1, PART), size=Length("text"))
        .first()
    )
    if row is None or not getattr(row, "window", ""):
        return None
    window: str = getattr(row, "window", "")
    size: int = getattr(row, "size", 0)
    starts: Any = Paper.objects.filter(pk=row.pk).values_list("reading__page_starts", flat=True).first()
    pages: dict[int, int] = dict(starts or ())
    spans = [(fact.start, fact.end, "fact") for fact in Manifestation.objects.filter(finding=finding)]
    spans.append((finding.start, finding.end, "statement"))
    marks = sorted((start, end, of) for start, end, of in spans if start is not None and end is not None)
    return PaperPart(
        row, _paragraphs(window, first, pages, marks, finding.start), first, max(size - first - len(window), 0)
    )


def _paragraphs(
    window: str, first: int, pages: dict[int, int], marks: list[tuple[int, int, str]], place: int | None
) -> list[Paragraph]:
    found = []
    offset = first
    for line in window.split("\n"):
        end = offset + len(line)
        if line.strip():
            begun = [page for start, page in pages.items() if offset <= start <= end]
            is_place = place is not None and offset <= place < end
            found.append(Paragraph(_stretches(line, offset, marks), begun[0] if begun else None, is_place))
        offset = end + 1
    return found


def _stretches(line: str, offset: int, marks: list[tuple[int, int, str]]) -> list[Stretch]:
    stretches = []
    at = 0
    for start, end, of in marks:
        opens, closes = max(start - offset, at), min(end - offset, len(line))
        if closes <= opens:
            continue
        if opens > at:
            stretches.append(Stretch(line[at:opens]))
        stretches.append(Stretch(line[opens:closes], of))
        at = closes
    if at < len(line):
        stretches.append(Stretch(line[at:]))
    return stretches
