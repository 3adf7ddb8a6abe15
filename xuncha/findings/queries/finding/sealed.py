"""Sealed notes beside a finding: that they are there, never what they say."""

from __future__ import annotations

from django.db.models import QuerySet

from xuncha.findings.models import Finding, SealedNote
from xuncha.findings.permissions import sealed_notes_visible_to
from xuncha.security.models import User


def sealed_notes(actor: User, finding: Finding) -> QuerySet[SealedNote]:
    """The notes of a finding with who wrote them, the text left where it is; nothing for whoever may not know."""
    return sealed_notes_visible_to(actor).filter(finding=finding).select_related("by").defer("text").order_by("serial")
