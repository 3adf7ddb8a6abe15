"""Refusals of an action. The wording for people is made at the edge from ``code`` and the data."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An action that was not done; nothing was changed.

    ``code`` is stable and names the reason; ``data`` holds what the sentence for people needs.
    """

    def __init__(self, code: str, **data: Any) -> None:
        self.code, self.data = code, data
        super().__init__(code)


class NotPermitted(Refused):
    """The actor has no right to the act."""


class IllegalTransition(Refused):
    """The thing is in a state from which the act is not possible."""


class Conflict(Refused):
    """Somebody else changed the thing since the actor saw it; ``data["current"]`` holds what it is now."""


class Invalid(Refused):
    """What was typed cannot be used; ``data["faults"]`` maps field to sentence."""
