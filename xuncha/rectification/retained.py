"""The trail of rectification as a record with a term, as `security.retention` knows it."""

from __future__ import annotations

from typing import Final

from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from xuncha.rounds.retained import TrailOfRounds, way_to_round


class RectificationTrail(TrailOfRounds):
    """留痕内容（整改）: what was handed over, answered, planned, reported and judged.

    All models of this stage belong to it that name a round, which the office's own rules do not; while rectification of
    the round goes on nothing is due.
    """

    code = "rectification_trail"
    label = _("Trail of rectification")

    @property
    def models(self) -> tuple[type[Model], ...]:  # type: ignore[override]
        models = apps.get_app_config("rectification").get_models()
        return tuple(model for model in models if way_to_round(model))


RECTIFICATION_TRAIL: Final = RectificationTrail()
