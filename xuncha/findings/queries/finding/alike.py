"""往轮同类: findings of earlier rounds that say nearly the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q

from xuncha.findings import similarity
from xuncha.findings.models import Finding, FindingSketch
from xuncha.findings.permissions import findings_visible_to
from xuncha.findings.workflow import CURRENT
from xuncha.rounds.models import InspectedUnit, Round
from xuncha.security.models import User

# Near-duplicates are kept apart by round and unit; so many of these are looked into, the newest first.
ROUNDS = 12
SERIES = 60
LOOKED_AT = 60
SHOWN = 5


@dataclass(frozen=True)
class Alike:
    """A finding that is like another; ``likeness`` 0-1."""

    finding: Finding
    likeness: float


def alike_earlier(actor: User, finding: Finding) -> list[Alike]:
    """Findings of earlier rounds like this one, the likeliest first; only such as the actor may see.

    Looked for in the unit's own earlier findings, those of its sector (of a joint one: of all units), and joint ones.
    """
    bare = similarity.sketch(finding.statement)
    keys = {key ^ salt for salt in _salts(finding) for key in bare}
    if not keys:
        return []
    shared = Counter(FindingSketch.objects.filter(key__in=keys).values_list("finding_id", flat=True))
    candidates = [key for key, _ in shared.most_common(LOOKED_AT) if key != finding.pk]
    rows = (
        findings_visible_to(actor)
        .filter(pk__in=candidates, state__in=CURRENT)
        .select_related("unit", "feedback", "round__term")
    )
    prepared = similarity.prepare(finding.statement)
    alike = [Alike(row, similarity.likeness_of(prepared, similarity.prepare(row.statement))) for row in rows]
    alike = [each for each in alike if each.likeness >= similarity.likely()]
    return sorted(alike, key=lambda each: (-each.likeness, each.finding.number_key))[:SHOWN]


def _salts(finding: Finding) -> Iterable[int]:
    """What sets the keys of each earlier series apart from bare ones."""
    round = finding.round
    earlier = Round.objects.filter(
        Q(term__number__lt=round.term.number) | Q(term__number=round.term.number, number__lt=round.number)
    ).order_by("-term__number", "-number")
    rounds = list(earlier.values_list("pk", flat=True)[:ROUNDS])
    series: list[tuple[int, int | None]] = [(key, None) for key in rounds]
    if rounds:
        inspected = InspectedUnit.objects.filter(round__in=rounds)
        if finding.unit is not None:
            series += [(key, finding.unit_id) for key in rounds]
            inspected = inspected.filter(unit__sector=finding.unit.sector_id).exclude(unit=finding.unit_id)
        series += (
            inspected.annotate(key=F("round_id"))
            .order_by("-round_id", "unit_id")
            .values_list("key", "unit_id")[:SERIES]
        )
    for key, unit in series:
        yield similarity.salt(similarity.scope(key, unit))
