"""A finding told whole, with all that hangs on it, and put back from what was told.

What an action changes goes through `change`: the trail then holds, field by field, what was before and after, and any
change can be taken back with `put`. Beside the fields of the finding itself the names are: ``facts`` (list of
``{"text", "start", "end", "page"}``), ``codes`` (scheme to category, keys as text), ``code_reasons`` (scheme to list of
words), ``units`` (addressees), ``seen_at`` (list of ``{"unit", "note"}``), and the fields of `Stated`, whose number
is called ``stated_number``.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone

from xuncha.findings.actions import keeping
from xuncha.findings.models import Addressee, Attribution, Classification, Finding, Manifestation, Stated
from xuncha.security import trail
from xuncha.security.models import TrailEntry, User

STATED: Final = ("department", "person", "due_words", "progress", "measures", "stated_number", "remark")
NUMBERED: Final = ("serial", "number_key")
OWN: Final = (*keeping.TOLD, "category_reasons")
HANGING: Final = ("facts", "codes", "code_reasons", "units", "seen_at", *STATED)
# Changes of these change what a finding is found by.
_SEARCHED: Final = frozenset(
    {"statement", "number", "facts", "stated_leader", "stated_status", *STATED} - {"due_words", "remark"}
)
_PIECE: Final = ("text", "start", "end", "page")


def whole(finding: Finding) -> dict[str, Any]:
    """All that a finding is, as the trail holds it: dates in ISO form, other things by key."""
    stated: Stated | None = Stated.objects.filter(finding=finding).first()
    codes = list(Classification.objects.filter(finding=finding).order_by("scheme_id"))
    return trail.plain(
        {
            **{name: getattr(finding, name) for name in (*OWN, *NUMBERED)},
            "facts": list(Manifestation.objects.filter(finding=finding).order_by("order", "id").values(*_PIECE)),
            "codes": {str(code.scheme_id): code.category_id for code in codes},
            "code_reasons": {str(code.scheme_id): code.reasons for code in codes if code.reasons},
            "units": list(
                Addressee.objects.filter(finding=finding).order_by("unit_id").values_list("unit_id", flat=True)
            ),
            "seen_at": [
                {"unit": note.unit_id, "note": note.note}
                for note in Attribution.objects.filter(finding=finding).order_by("unit_id")
            ],
            **{name: _of_stated(stated, name) for name in STATED},
        }
    )


def _of_stated(stated: Stated | None, name: str) -> Any:
    if stated is None:
        return [] if name == "measures" else ""
    return getattr(stated, name.removeprefix("stated_"))


def change(
    finding: Finding,
    values: Mapping[str, Any],
    *,
    actor: User,
    act: str,
    batch: uuid.UUID | None = None,
    reason: str = "",
) -> TrailEntry | None:
    """Make the finding what ``values`` say, and tell the trail what changed; null where nothing did.

    Inside the caller's transaction, with the finding held. ``reason`` stands in the trail beside what changed.
    """
    before = whole(finding)
    after = {name: value for name, value in trail.plain(values).items() if before[name] != value}
    if not after:
        return None
    put(finding, after, actor=actor)
    if _SEARCHED & after.keys():
        keeping.index([finding.pk])
    was = {name: before[name] for name in after}
    return trail.record(actor=actor, act=act, thing=finding, before=was, after=after, reason=reason, batch=batch)


def put(finding: Finding, values: Mapping[str, Any], *, actor: User) -> None:
    """Set what ``values`` name, as `whole` tells it, and count the version up; neither trail nor index."""
    own = [name for name in values if name in OWN or name in NUMBERED]
    for name in own:
        setattr(finding, name, _date(values[name]) if name == "stated_due" else values[name])
    finding.changed_by, finding.changed_at = actor, timezone.now()
    finding.version += 1
    fields = [name.removesuffix("_id") for name in own]
    finding.save(update_fields=[*fields, "changed_by", "changed_at", "version"])
    if "facts" in values:
        Manifestation.objects.filter(finding=finding).delete()
        Manifestation.objects.bulk_create(
            Manifestation(finding=finding, order=order, **{name: fact.get(name) for name in _PIECE})
            for order, fact in enumerate(values["facts"], start=1)
        )
    if "codes" in values or "code_reasons" in values:
        _put_codes(finding, values)
    if "units" in values:
        Addressee.objects.filter(finding=finding).exclude(unit__in=values["units"]).delete()
        Addressee.objects.bulk_create(
            (Addressee(finding=finding, unit_id=unit) for unit in values["units"]), ignore_conflicts=True
        )
    if "seen_at" in values:
        _put_notes(finding, values["seen_at"], actor)
    stated = {name.removeprefix("stated_"): values[name] for name in STATED if name in values}
    if stated:
        Stated.objects.update_or_create(finding=finding, defaults=stated)


def _date(value: Any) -> Any:
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


def _put_codes(finding: Finding, values: Mapping[str, Any]) -> None:
    held = list(Classification.objects.filter(finding=finding))
    codes = values.get("codes", {str(code.scheme_id): code.category_id for code in held})
    reasons = values.get("code_reasons", {str(code.scheme_id): code.reasons for code in held})
    Classification.objects.filter(finding=finding).delete()
    Classification.objects.bulk_create(
        Classification(finding=finding, scheme_id=int(key), category_id=code, reasons=reasons.get(key, []))
        for key, code in codes.items()
    )


def _put_notes(finding: Finding, notes: list[Mapping[str, Any]], actor: User) -> None:
    held = {note.unit_id: note for note in Attribution.objects.filter(finding=finding)}
    wanted = {int(note["unit"]): note["note"] for note in notes}
    Attribution.objects.filter(finding=finding).exclude(unit__in=wanted).delete()
    for unit, words in wanted.items():
        known = held.get(unit)
        if known is None:
            Attribution.objects.create(finding=finding, unit_id=unit, note=words, by=actor)
        elif known.note != words:
            known.note, known.by, known.at = words, actor, timezone.now()
            known.save(update_fields=["note", "by", "at"])
