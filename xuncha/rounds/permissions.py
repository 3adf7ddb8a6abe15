"""Who sees rounds, and who may plan them."""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet

from xuncha.rounds.models import Round, Term
from xuncha.security.models import User
from xuncha.security.policy import Policy, excluded, is_excluded, reads_the_ledger
from xuncha.security.roles import Scope


class RoundsPolicy(Policy):
    """The office plans terms and rounds; reviewers read them. A unit learns of a round by its feedback."""

    office_acts = frozenset({"add_term", "edit_term", "add_round", "edit_round", "choose_units"})
    reading_acts = frozenset({"see_rounds"})


POLICY: Final = RoundsPolicy()


def rounds_visible_to(actor: User) -> QuerySet[Round]:
    """The rounds the actor may open; which units a round inspects is the office's knowledge until it is fed back."""
    if not reads_the_ledger(actor):
        return Round.objects.none()
    rows = Round.objects.select_related("term")
    return rows.exclude(pk__in=excluded(actor, Scope.ROUND)) if is_excluded(actor) else rows


def terms_visible_to(actor: User) -> QuerySet[Term]:
    """The terms the actor may open."""
    return Term.objects.all() if reads_the_ledger(actor) else Term.objects.none()
