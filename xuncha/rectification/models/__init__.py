"""What is handed over to a unit, by when it must do what, what it answers, and how it puts things right."""

from xuncha.rectification.models.claim import Claim, ClaimStep
from xuncha.rectification.models.handing import DueDate, Duty, HandingOver, RoundTime
from xuncha.rectification.models.rectification import (
    ClosureStep,
    Evidence,
    Measure,
    PeopleHandled,
    Plan,
    ProgressEntry,
    Rectification,
)

__all__ = [
    "Claim",
    "ClaimStep",
    "ClosureStep",
    "DueDate",
    "Duty",
    "Evidence",
    "HandingOver",
    "Measure",
    "PeopleHandled",
    "Plan",
    "ProgressEntry",
    "Rectification",
    "RoundTime",
]
