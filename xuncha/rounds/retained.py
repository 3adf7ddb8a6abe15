"""The trail of teams and recusals as a record with a term, and which rounds are in work, so that nothing goes."""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db.models import ForeignKey, Model, Q, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from xuncha.rounds.models import Membership, Recusal, Round, Team
from xuncha.security.retention.trails import TrailKind


def open_rounds() -> QuerySet[Round]:
    """Rounds in work: not fed back, or only to be, or those of which a later stage says so (``ROUNDS_IN_WORK``)."""
    in_work = Q(feedback_on__isnull=True) | Q(feedback_on__gte=timezone.localdate())
    for name in settings.ROUNDS_IN_WORK:
        in_work |= Q(pk__in=import_string(name)())
    return Round.objects.filter(in_work)


@lru_cache
def way_to_round(model: type[Model]) -> str:
    """How an object of the model names its round, by foreign keys that it always has: ``finding__round``. The shortest;
    empty where it belongs to none.
    """
    ways: list[tuple[str, type[Model]]] = [("", model)]
    seen = {model}
    for way, here in ways:
        for key in here._meta.get_fields():
            if not isinstance(key, ForeignKey) or key.null or key.related_model in seen:
                continue
            further = f"{way}__{key.name}".removeprefix("__")
            if key.related_model is Round:
                return further
            seen.add(key.related_model)
            ways.append((further, key.related_model))
    return ""


class TrailOfRounds(TrailKind):
    """What the trail tells of objects that belong to a round: never due while the round is in work."""

    models: tuple[type[Model], ...] = ()

    @property
    def objects(self) -> tuple[str, ...]:  # type: ignore[override]
        return tuple(model._meta.label_lower for model in self.models)

    def due(self, event: str, before: datetime.datetime) -> QuerySet[Any]:
        rows = super().due(event, before)
        for model in self.models:
            rows = rows.exclude(object_kind=model._meta.label_lower, object_id__in=self.in_work(model).values("pk"))
        return rows

    def in_work(self, model: type[Model]) -> QuerySet[Any]:
        """The objects with which somebody works still."""
        return model._default_manager.filter(**{f"{way_to_round(model)}__in": open_rounds()}).order_by()


class TeamTrail(TrailOfRounds):
    """留痕内容（巡察组与回避）: who was in which team, who kept off what and why. A recusal that runs is never due."""

    code = "team_trail"
    label = _("Trail of teams and recusals")
    models = (Team, Membership, Recusal)

    def in_work(self, model: type[Model]) -> QuerySet[Any]:
        if model is Recusal:
            return Recusal.objects.running(timezone.localdate()).order_by()
        return super().in_work(model)


TEAM_TRAIL: Final = TeamTrail()
