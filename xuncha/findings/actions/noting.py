"""Sealed notes: written once, read by nobody without an approval."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.db.models import Max

from xuncha.findings.models import Finding, SealedNote
from xuncha.findings.permissions import POLICY, findings_visible_to
from xuncha.security import trail
from xuncha.security.errors import Invalid, NotPermitted
from xuncha.security.models import User

LONGEST: Final = 2000


@transaction.atomic
def add_sealed_note(key: int, *, text: str, actor: User) -> SealedNote:
    """加密注: one more note under seal; on the trail stands only that, and a keyed digest of its words.

    Errors: `NotPermitted`, also out of sight; `Invalid` with faults.
    """
    POLICY.require(actor, "add_sealed_note")
    # Held, so that two notes at once take two numbers.
    finding = findings_visible_to(actor).select_for_update(of=("self",)).filter(pk=key).first()
    if finding is None:
        raise NotPermitted("not_permitted", act="add_sealed_note")
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise Invalid("faulty_fields", faults={"text": ("too_long", LONGEST) if text else ("required", 0)})
    last = SealedNote.objects.filter(finding=finding).aggregate(last=Max("serial"))["last"]
    note = SealedNote(finding=finding, serial=(last or 0) + 1, text=text, by=actor)
    note.save()
    trail.record(
        actor=actor,
        act="add_sealed_note",
        thing=Finding(pk=finding.pk),
        after={"sealed": f"{finding.number}#{note.serial}", "digest": trail.Sealed(text)},
    )
    return note
