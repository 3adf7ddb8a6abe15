"""What a round is called."""

from __future__ import annotations

from typing import Protocol

from django.utils.translation import gettext as _

from xuncha.documents.values.numbering import to_chinese
from xuncha.web.language import is_chinese


class _Term(Protocol):
    number: int


class _Round(Protocol):
    number: int

    @property
    def term(self) -> _Term: ...


def count_word(number: int) -> str:
    """The number as an ordinal needs it in the language of the page: 十四 in Chinese, 14 in English."""
    return to_chinese(number) if is_chinese() else str(number)


def term_name(term: _Term) -> str:
    """十四届."""
    return _("Term %(term)s") % {"term": count_word(term.number)}


def round_name(round: _Round) -> str:
    """十四届第八轮; the term comes loaded."""
    return _("Term %(term)s, round %(round)s") % {
        "term": count_word(round.term.number),
        "round": count_word(round.number),
    }
