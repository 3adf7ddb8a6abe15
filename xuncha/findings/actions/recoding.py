"""A category scheme changes, and the findings move with it: in one transaction, or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from xuncha.findings.models import Classification, Draft, Finding
from xuncha.findings.permissions import POLICY
from xuncha.findings.workflow import PaperState
from xuncha.rulebook import actions as rulebook
from xuncha.rulebook.models import Scheme
from xuncha.rulebook.queries import Wanted
from xuncha.security import trail
from xuncha.security.models import User

_PART: Final = 2000
_UNDER_REVIEW: Final = (PaperState.REVIEW, PaperState.WAITING, PaperState.READING)


@dataclass(frozen=True, slots=True)
class Recoded:
    """A scheme after its change, and how many findings moved with it; ``batch`` holds all of it together."""

    scheme: Scheme
    moved: int
    batch: uuid.UUID


@transaction.atomic
def recode(scheme: Scheme, *, wanted: Sequence[Wanted], actor: User, version: int) -> Recoded:
    """Change a scheme's categories and move the findings of those that became another.

    Drafts under review move too. Errors: as of `rulebook.actions.change_scheme`.
    """
    POLICY.require(actor, "recode_findings")
    batch = uuid.uuid4()
    scheme, became = rulebook.change_scheme(scheme, wanted=wanted, actor=actor, version=version, batch=batch)
    moved = _move_leading(became, actor, batch) if scheme.is_leading else _move_further(scheme, became, actor, batch)
    _move_drafts(scheme, became)
    return Recoded(scheme, moved, batch)


def _move_leading(became: Mapping[int, int], actor: User, batch: uuid.UUID) -> int:
    moved = 0
    now = timezone.now()
    for old, new in became.items():
        while keys := list(Finding.objects.filter(category=old).order_by("pk").values_list("pk", flat=True)[:_PART]):
            Finding.objects.filter(pk__in=keys).update(
                category=new, changed_by=actor, changed_at=now, version=F("version") + 1
            )
            changes: list[trail.Change] = [
                (Finding(pk=key), {"category_id": old}, {"category_id": new}) for key in keys
            ]
            trail.record_many(actor=actor, act="recode_findings", changes=changes, batch=batch)
            moved += len(keys)
    return moved


def _move_further(scheme: Scheme, became: Mapping[int, int], actor: User, batch: uuid.UUID) -> int:
    moved = 0
    name = f"codes.{scheme.pk}"
    now = timezone.now()
    for old, new in became.items():
        rows = Classification.objects.filter(scheme=scheme, category=old)
        while keys := list(rows.order_by("pk").values_list("pk", "finding_id")[:_PART]):
            Classification.objects.filter(pk__in=[key for key, _ in keys]).update(category=new)
            Finding.objects.filter(pk__in=[finding for _, finding in keys]).update(
                changed_by=actor, changed_at=now, version=F("version") + 1
            )
            changes: list[trail.Change] = [(Finding(pk=finding), {name: old}, {name: new}) for _, finding in keys]
            trail.record_many(actor=actor, act="recode_findings", changes=changes, batch=batch)
            moved += len(keys)
    return moved


def _move_drafts(scheme: Scheme, became: Mapping[int, int]) -> None:
    """What still waits for confirmation would else enter with a category that nothing new is given."""
    if not became:
        return
    drafts = Draft.objects.filter(paper__state__in=_UNDER_REVIEW)
    if scheme.is_leading:
        for old, new in became.items():
            drafts.filter(category=old).update(category=new, version=F("version") + 1)
        return
    key = str(scheme.pk)
    changed = []
    for draft in drafts.exclude(codes={}).only("id", "codes", "version").iterator(chunk_size=_PART):
        code = draft.codes.get(key)
        if code in became:
            draft.codes = {**draft.codes, key: became[code]}
            draft.version += 1
            changed.append(draft)
    Draft.objects.bulk_update(changed, ["codes", "version"], batch_size=500)


@transaction.atomic
def change_leading_scheme(scheme: Scheme, *, actor: User, version: int) -> Recoded:
    """主方案: lists, pictures and counts go by another scheme from now on; no finding loses a code.

    The codes of the old one stand in `Classification` afterwards; a finding without a code in the new one has none.
    Only which scheme leads is told in the trail: the codes stay what they were.
    """
    POLICY.require(actor, "recode_findings")
    batch = uuid.uuid4()
    scheme, before = rulebook.lead(scheme, actor=actor, version=version, batch=batch)
    last, moved, now = 0, 0, timezone.now()
    while rows := list(Finding.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "category_id")[:_PART]):
        keys = [key for key, _ in rows]
        last = keys[-1]
        of_new = Classification.objects.filter(scheme=scheme, finding__in=keys)
        codes = dict(of_new.values_list("finding_id", "category_id"))
        of_new.delete()
        Classification.objects.bulk_create(
            [Classification(finding_id=key, scheme=before, category_id=code) for key, code in rows if code is not None],
            batch_size=500,
        )
        by_code: dict[int | None, list[int]] = {}
        for key, code in rows:
            if code != codes.get(key):
                by_code.setdefault(codes.get(key), []).append(key)
        for new, members in by_code.items():
            Finding.objects.filter(pk__in=members).update(
                category=new, category_reasons=[], changed_by=actor, changed_at=now, version=F("version") + 1
            )
            moved += len(members)
    _swap_drafts(scheme, before)
    return Recoded(scheme, moved, batch)


def _swap_drafts(scheme: Scheme, before: Scheme) -> None:
    changed = []
    for draft in Draft.objects.filter(paper__state__in=_UNDER_REVIEW).only("id", "codes", "category_id", "version"):
        codes = dict(draft.codes)
        new = codes.pop(str(scheme.pk), None)
        if draft.category_id is not None:
            codes[str(before.pk)] = draft.category_id
        draft.codes, draft.category_id = codes, new
        draft.version += 1
        changed.append(draft)
    Draft.objects.bulk_update(changed, ["codes", "category", "version"], batch_size=500)
