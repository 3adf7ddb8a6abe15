"""What entering a paper will do, what it still lacks, and which findings of the ledger it may repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from xuncha.findings.models import Draft, DraftChange, Finding, NumberSeries, Paper
from xuncha.findings.queries.addressing import successors, units_by
from xuncha.findings.queries.duplicates import Statement, nearest
from xuncha.findings.queries.papers import undecided_drafts
from xuncha.findings.workflow import DraftState
from xuncha.organisation.models import Unit
from xuncha.rounds.models import Round


@dataclass(frozen=True, slots=True)
class Lack:
    """Something without which a paper cannot be entered.

    ``code``: ``undecided`` (``number`` findings that nobody said anything of), ``nothing_accepted``, ``round_missing``,
    ``unit_missing``, ``unit_gone`` (merged or abolished), ``recipients_missing`` (joint: nobody to give it to).
    """

    code: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Repetition:
    """A draft that may say what a finding of the ledger says already; ``likeness`` 0-1."""

    draft: Draft
    finding: Finding
    likeness: float


@dataclass
class Plan:
    """What entering a paper means. All of it is worked out from the drafts as they stand at ``last_step``."""

    paper: Paper
    items: list[Draft]
    requirements: list[Draft]
    recipients: list[Unit]
    units: dict[int, Unit]
    round: Round | None
    owner: Unit | None
    last_step: int
    lacks: list[Lack] = field(default_factory=list)

    def addressees(self, draft: Draft) -> list[Unit]:
        """The units that a draft's finding is addressed to.

        Of a feedback to one unit that unit and no other, whatever its words name: a finding in a unit's own series is
        never shown to another. Of a joint one those named, else all that the paper was given to.
        """
        if self.owner is not None:
            return [self.owner]
        named = list(dict.fromkeys(self.units[key] for key in draft.units if key in self.units))
        return named or self.recipients


def plan_of(paper: Paper) -> Plan:
    """The plan of entering a paper, complete with what it lacks; a fixed number of queries."""
    is_joint = paper.kind == Paper.Kind.JOINT
    drafts = list(Draft.objects.filter(paper=paper).exclude(state=DraftState.DROPPED).order_by("position", "id"))
    items = [draft for draft in drafts if draft.level == Draft.Level.ITEM and draft.state == DraftState.ACCEPTED]
    requirements = _demands([draft for draft in drafts if draft.level == Draft.Level.REQUIREMENT])
    chosen = [int(key) for key in paper.reading.get("recipients", ())]
    named = {int(key) for draft in items for key in draft.units}
    noted = {int(note["unit"]) for draft in items for note in draft.seen_at}
    own = {paper.unit_id} if paper.unit_id is not None and not is_joint else set()
    units = dict(successors({*named, *noted, *chosen, *own}))
    owner = units.get(paper.unit_id or 0) if not is_joint else None
    if not is_joint:
        given_to = [owner] if owner is not None else []
    elif chosen:
        given_to = [units[key] for key in chosen if key in units]
    else:
        given_to = list(units_by(round=paper.round_id)) if paper.round_id is not None else []
    last_step = DraftChange.objects.filter(paper=paper).order_by("-id").values_list("id", flat=True).first() or 0
    plan = Plan(paper, items, requirements, given_to, units, paper.round, owner, last_step)
    plan.lacks = list(_lacks(plan, is_joint))
    return plan


def _demands(drafts: Sequence[Draft]) -> list[Draft]:
    """The requirements without those that only head others (三、整改要求), unless somebody accepted one as such."""
    above = {tuple(draft.path[:n]) for draft in drafts for n in range(1, len(draft.path))}
    return [
        draft
        for draft in drafts
        if draft.duties or draft.state == DraftState.ACCEPTED or tuple(draft.path) not in above
    ]


def _lacks(plan: Plan, is_joint: bool) -> Sequence[Lack]:
    lacks = []
    undecided = undecided_drafts().filter(paper=plan.paper).count()
    if undecided:
        lacks.append(Lack("undecided", undecided))
    elif not plan.items:
        lacks.append(Lack("nothing_accepted"))
    if plan.round is None:
        lacks.append(Lack("round_missing"))
    if is_joint:
        if any(not plan.addressees(draft) for draft in plan.items) or (plan.round is not None and not plan.recipients):
            lacks.append(Lack("recipients_missing"))
    elif plan.owner is None:
        lacks.append(Lack("unit_missing" if plan.paper.unit_id is None else "unit_gone"))
    return lacks


def repetitions(plan: Plan) -> list[Repetition]:
    """疑似重复: the accepted drafts that may say what a finding of the same round and unit says already."""
    if plan.round is None:
        return []
    owner = plan.owner.pk if plan.owner is not None else None
    found = nearest([Statement(plan.round.pk, owner, draft.statement) for draft in plan.items])
    pairs = [(draft, alike) for draft, alike in zip(plan.items, found, strict=True) if alike is not None]
    findings = Finding.objects.select_related("unit").in_bulk([alike.finding_id for _, alike in pairs])
    return [
        Repetition(draft, findings[alike.finding_id], alike.likeness)
        for draft, alike in pairs
        if alike.finding_id in findings
    ]


def next_serial(plan: Plan) -> int:
    """The serial that the first finding would be given, were it entered now."""
    series = NumberSeries.objects.filter(round=plan.round, unit=plan.owner).values_list("last", flat=True).first()
    return (series or 0) + 1


def headings(paper: Paper) -> dict[int, str]:
    """The words of each heading of a paper that was not dropped, by the key of its draft."""
    rows: Any = Draft.objects.filter(paper=paper, level=Draft.Level.GROUP).values_list(
        "pk", "group_id", "statement", "state"
    )
    kept = {pk: (above, words, state) for pk, above, words, state in rows}
    found: dict[int, str] = {}
    for pk in kept:
        at: int | None = pk
        for _ in range(len(kept)):
            if at is None or at not in kept:
                break
            above, words, state = kept[at]
            if state != DraftState.DROPPED:
                found[pk] = words
                break
            at = above
    return found
