"""The folded texts that findings were searched in, to show where a word was found."""

from __future__ import annotations

from collections.abc import Sequence

from xuncha.findings.models import Finding, SearchText
from xuncha.security.models import User
from xuncha.security.policy import reads_the_ledger


def searched_texts(actor: User, rows: Sequence[Finding]) -> dict[int, str]:
    """Key to text, of the findings of one page; to a unit none of joint ones, of which it is not told all."""
    reads = reads_the_ledger(actor)
    keys = [row.pk for row in rows if reads or row.unit_id is not None]
    return dict(SearchText.objects.filter(finding__in=keys).values_list("finding_id", "text"))
