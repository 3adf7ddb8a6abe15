"""What a person may see of one finding. A unit sees a strict part of it, and nothing from which the rest shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Prefetch

from xuncha.findings.models import (
    Addressee,
    Attribution,
    Classification,
    Feedback,
    Finding,
    Lineage,
    Manifestation,
    Requirement,
    Stated,
)
from xuncha.findings.permissions import POLICY, feedbacks_visible_to, findings_visible_to
from xuncha.findings.workflow import FindingState
from xuncha.organisation.models import Unit
from xuncha.organisation.permissions import units_visible_to
from xuncha.rulebook.models import Category, Scheme
from xuncha.rulebook.queries import active_schemes
from xuncha.security.models import User
from xuncha.security.policy import is_excluded, keeps_the_ledger, part_in_sight


@dataclass(frozen=True)
class Code:
    """The category of a finding in one scheme, null where it has none, and the words that speak for it."""

    scheme: Scheme
    category: Category | None
    reasons: Sequence[str] = ()


@dataclass(frozen=True)
class Seen:
    """One finding as the actor may see it.

    ``units`` are the addressees the actor may know of: the office all, a unit only itself. What a unit may not know is
    empty for it: ``attributions``, ``former`` and ``later``, reasons of ``codes``; of a joint finding also ``stated``
    and ``requirements``. ``former_numbers`` are those a unit knew it by.
    """

    finding: Finding
    is_whole: bool
    may_edit: bool
    facts: Sequence[Manifestation]
    codes: Sequence[Code]
    units: Sequence[Unit]
    stated: Stated | None = None
    attributions: Sequence[Attribution] = ()
    feedback: Feedback | None = None
    requirements: Sequence[Requirement] = ()
    former: Sequence[Lineage] = ()
    later: Sequence[Lineage] = ()
    former_numbers: Sequence[str] = field(default_factory=tuple)


def finding_seen(actor: User, key: int) -> Seen | None:
    """The finding with what hangs on it, in a number of queries that does not grow; null: out of sight."""
    whole = POLICY.may(actor, "see_history")
    rows = findings_visible_to(actor).select_related(
        "round__term", "unit__sector", "category", "changed_by", "created_by", "stated", "feedback"
    )
    rows = rows.prefetch_related(
        Prefetch("manifestations", Manifestation.objects.order_by("order", "id")),
        Prefetch("classifications", Classification.objects.select_related("category")),
    )
    finding = rows.filter(pk=key).first()
    if finding is None:
        return None
    stated: Stated | None = getattr(finding, "stated", None)
    facts = list(finding.manifestations.all())
    if not whole:
        return _of_a_unit(actor, finding, facts, stated)
    lineage = Lineage.objects.order_by("kind", "predecessor__number_key", "successor__number_key")
    if is_excluded(actor):
        seen = findings_visible_to(actor).values("pk")
        lineage = lineage.filter(predecessor__in=seen, successor__in=seen)
    return Seen(
        finding=finding,
        is_whole=True,
        may_edit=keeps_the_ledger(actor),
        facts=facts,
        codes=_codes(finding, with_reasons=True),
        units=list(units_visible_to(actor).filter(addressed__finding=finding).order_by("order", "id")),
        stated=stated,
        attributions=list(
            Attribution.objects.filter(part_in_sight(actor, round="finding__round"), finding=finding)
            .select_related("unit", "by")
            .order_by("unit__order", "unit_id")
        ),
        feedback=finding.feedback,
        requirements=list(Requirement.objects.filter(feedback=finding.feedback_id)) if finding.feedback_id else (),
        former=list(lineage.filter(successor=finding).select_related("predecessor")),
        later=list(lineage.filter(predecessor=finding).select_related("successor")),
    )


def _of_a_unit(actor: User, finding: Finding, facts: Sequence[Manifestation], stated: Stated | None) -> Seen:
    joint = finding.unit_id is None
    own = Addressee.objects.filter(part_in_sight(actor, round="finding__round"))
    feedback = feedbacks_visible_to(actor).filter(pk=finding.feedback_id).first() if finding.feedback_id else None
    known = Finding.objects.filter(
        successions__successor=finding,
        state=FindingState.REPLACED,
        feedback__issued_at__isnull=False,
        pk__in=own.values("finding"),
    )
    return Seen(
        finding=finding,
        is_whole=False,
        may_edit=False,
        facts=facts,
        codes=_codes(finding, with_reasons=False),
        units=list(Unit.objects.filter(addressed__in=own.filter(finding=finding)).order_by("order", "id")),
        stated=None if joint else stated,
        feedback=feedback,
        requirements=list(Requirement.objects.filter(feedback=feedback)) if feedback is not None and not joint else (),
        former_numbers=list(known.order_by("number_key").values_list("number", flat=True)),
    )


def _codes(finding: Finding, *, with_reasons: bool) -> list[Code]:
    given = {code.scheme_id: code for code in finding.classifications.all()}
    codes = []
    for scheme in active_schemes():
        if scheme.is_leading:
            codes.append(Code(scheme, finding.category, finding.category_reasons if with_reasons else ()))
        else:
            code = given.get(scheme.pk)
            codes.append(Code(scheme, code.category if code else None, code.reasons if code and with_reasons else ()))
    return codes


def findings_by_number(actor: User, numbers: Iterable[str], keys: Iterable[int] = ()) -> list[Finding]:
    """Findings by the numbers people write, or by key, with facts, in the order of numbers. Unknown ones are absent."""
    asked = [number for number in numbers if number]
    rows = findings_visible_to(actor).select_related("round__term", "unit", "category")
    rows = rows.prefetch_related(Prefetch("manifestations", Manifestation.objects.order_by("order", "id")))
    found = {finding.pk: finding for finding in rows.filter(number__in=asked)} if asked else {}
    keys = [key for key in keys if key not in found]
    if keys:
        found |= {finding.pk: finding for finding in rows.filter(pk__in=keys)}
    return sorted(found.values(), key=lambda finding: finding.number_key)
