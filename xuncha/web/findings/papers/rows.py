"""Papers as a list shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xuncha.findings.workflow import PaperState
from xuncha.web.findings.papers.addresses import ledger
from xuncha.web.findings.papers.wording import MARKS, failure, paper_round


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One paper in a list: what it is, how it stands, what to press."""

    pk: int
    version: int
    name: str
    url: str
    kind: str
    unit: str
    is_named: bool
    round: str
    state: str
    state_word: str
    mark: str
    standing: str
    number: int | None
    who: str
    when: datetime
    act_url: str
    act_word: str
    is_under_way: bool


def paper_row(paper: Any, present: Sequence[str] = ()) -> PaperRow:
    """A paper with the counts of `queries.papers.with_counts`."""
    url = reverse("paper", args=[paper.pk])
    act_url, act_word = _act(paper, url)
    is_entered = paper.state == PaperState.ENTERED
    number = paper.findings_count if is_entered else paper.items if paper.state == PaperState.REVIEW else None
    who, when = paper.uploaded_by, paper.uploaded_at
    if is_entered and paper.entered_by is not None:
        who, when = paper.entered_by, paper.entered_at
    return PaperRow(
        pk=paper.pk,
        version=paper.version,
        name=paper.name,
        url=url,
        kind=paper.get_kind_display(),
        unit=_unit(paper),
        is_named=paper.unit is not None,
        round=paper_round(paper.round),
        state=state_class(paper.state),
        state_word=paper.get_state_display(),
        mark=MARKS[paper.state],
        standing=_standing(paper, present),
        number=number,
        who=str(who),
        when=when,
        act_url=act_url,
        act_word=act_word,
        is_under_way=paper.state in (PaperState.WAITING, PaperState.READING, PaperState.ENTERING),
    )


def paper_rows(papers: Sequence[Any], present: Mapping[int, Sequence[str]]) -> list[PaperRow]:
    """A page of the list."""
    return [paper_row(paper, present.get(paper.pk, ())) for paper in papers]


def state_class(state: str) -> str:
    """The class of a state in the style sheet."""
    return {
        PaperState.FAILED: "wrong",
        PaperState.REVIEW: "unsure",
        PaperState.DISCARDED: "none",
        PaperState.DESTROYED: "none",
    }.get(PaperState(state), str(state))


def _unit(paper: Any) -> str:
    if paper.unit is not None:
        return str(paper.unit.short_name)
    return _("Several units") if paper.kind == "joint" else ""


def _act(paper: Any, url: str) -> tuple[str, str]:
    if paper.state == PaperState.REVIEW:
        return url, _("Check the rows") if paper.kind == "ledger" else _("Review")
    if paper.state == PaperState.FAILED:
        return url, _("See why")
    if paper.state == PaperState.ENTERED:
        return ledger(paper=paper.pk), _("Findings")
    return "", ""


def _standing(paper: Any, present: Sequence[str]) -> str:
    """How it stands beside its state, in a few words."""
    if paper.state == PaperState.FAILED:
        return failure(paper.error).sentence
    if paper.state == PaperState.READING and paper.progress_of:
        return _("%(done)d of %(total)d") % {"done": paper.progress, "total": paper.progress_of}
    if paper.state == PaperState.REVIEW and paper.kind != "ledger":
        words = []
        if not paper.items:
            words.append(_("no finding was read out of it"))
        elif paper.undecided:
            words.append(ngettext("%(n)d to look at", "%(n)d to look at", paper.undecided) % {"n": paper.undecided})
        else:
            words.append(_("all looked at"))
        if present:
            words.append(_("%(names)s is at it") % {"names": _(", ").join(present)})
        return _("; ").join(words)
    return ""
