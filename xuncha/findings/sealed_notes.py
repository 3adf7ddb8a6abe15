"""Sealed notes of findings, as `security.opening` knows them."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from xuncha.findings.models import Finding, SealedNote
from xuncha.findings.permissions import sealed_notes_visible_to
from xuncha.security.models import User
from xuncha.security.opening.kinds import SealedKind, Thing


class SealedNotes(SealedKind):
    """密注 of findings: the office asks, its head decides.

    Source: domain guide section 7: sealed values are opened by approval with a reason; the numbers are our own.
    """

    code = "finding_note"
    label = _("Sealed note of a finding")

    def in_sight(self, actor: User) -> QuerySet[Any]:
        return sealed_notes_visible_to(actor).filter(destroyed_at__isnull=True).values("pk")

    def number(self, key: int) -> str:
        note = SealedNote.objects.select_related("finding").only("serial", "finding__number").get(pk=key)
        return f"{note.finding.number}#{note.serial}"

    def thing(self, key: int) -> Thing:
        return Finding._meta.label_lower, SealedNote.objects.values_list("finding_id", flat=True).get(pk=key)

    def opened(self, key: int) -> str:
        return str(SealedNote.objects.get(pk=key).text)


SEALED_NOTES: Final = SealedNotes()
