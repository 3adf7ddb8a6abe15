"""What is handed over to a unit, by when it must do what, and what it answers."""

from xuncha.rectification.models.claim import Claim, ClaimStep
from xuncha.rectification.models.handing import DueDate, Duty, HandingOver

__all__ = ["Claim", "ClaimStep", "DueDate", "Duty", "HandingOver"]
