"""The folded texts that findings were searched in, to show where a word was found."""

from __future__ import annotations

from collections.abc import Sequence

from xuncha.findings.models import SearchText


def searched_texts(keys: Sequence[int]) -> dict[int, str]:
    """Key to text, of the findings of one page."""
    return dict(SearchText.objects.filter(finding__in=keys).values_list("finding_id", "text"))
