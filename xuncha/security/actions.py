"""What a person does to the own account."""

from __future__ import annotations

from django.db import transaction

from xuncha.security import trail
from xuncha.security.models import User


@transaction.atomic
def choose_language(language: str, *, actor: User) -> User:
    """The language in which pages are shown to the actor from now on, on every machine."""
    if actor.language != language:
        before = actor.language
        actor.language = language
        actor.save(update_fields=["language"])
        trail.record(
            actor=actor, act="choose_language", thing=actor, before={"language": before}, after={"language": language}
        )
    return actor
