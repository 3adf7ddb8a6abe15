"""What is handed over to a unit, by when it must do what, what it answers, and how it puts things right."""

from xuncha.rectification.models.claim import Claim, ClaimStep
from xuncha.rectification.models.clock import ClockRequest
from xuncha.rectification.models.handing import DueDate, Duty, HandingOver, RoundTime
from xuncha.rectification.models.letters import Letter, LetterKind, LetterReply
from xuncha.rectification.models.look_back import LookBack, LookedBack
from xuncha.rectification.models.paper_flag import PaperFlag
from xuncha.rectification.models.plan_review import PlanDraft, PlanMark, PlanOpinion, ReviewParty, ReviewRule
from xuncha.rectification.models.rectification import (
    ClosureStep,
    Evidence,
    Measure,
    PeopleHandled,
    Plan,
    ProgressEntry,
    Rectification,
    SiteCheck,
)
from xuncha.rectification.models.snapshot import Snapshot
from xuncha.rectification.models.watch import Sweep, Warned

__all__ = [
    "Claim",
    "ClaimStep",
    "ClockRequest",
    "ClosureStep",
    "DueDate",
    "Duty",
    "Evidence",
    "HandingOver",
    "Letter",
    "LetterKind",
    "LetterReply",
    "LookBack",
    "LookedBack",
    "Measure",
    "PaperFlag",
    "PeopleHandled",
    "Plan",
    "PlanDraft",
    "PlanMark",
    "PlanOpinion",
    "ProgressEntry",
    "Rectification",
    "ReviewParty",
    "ReviewRule",
    "RoundTime",
    "SiteCheck",
    "Snapshot",
    "Sweep",
    "Warned",
]
