"""督办: the office presses a unit by letters that escalate, and the unit answers."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from xuncha.rectification.models import Letter, LetterKind, LetterReply
from xuncha.rectification.permissions import POLICY, judges_own, letters_visible_to, rectifications_visible_to
from xuncha.rectification.workflow import ClosureState
from xuncha.security import trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import User

LONGEST: Final = 4000
MOST: Final = 100
"""Items in one letter."""


@transaction.atomic
def send_letter(
    items: Sequence[int], *, kind: LetterKind, demand: str, reply_by: datetime.date | None, seen: int, actor: User
) -> Letter:
    """发督办文书 to one unit about items of it, none of which is closed.

    ``seen``: the key of the last letter when the actor looked. Errors: `NotPermitted`, also for a unit one acts for;
    `Conflict` where one of the items got another letter since; `IllegalTransition` for one that is closed; `Invalid` by
    field.
    """
    POLICY.require(actor, "send_letters")
    demand, today = demand.strip(), timezone.localdate()
    faults: dict[str, str] = {}
    if not 0 < len(items) <= MOST:
        faults["items"] = "choose_parts"
    if not kind.is_active:
        faults["kind"] = "unknown"
    if not demand:
        faults["demand"] = "required"
    elif len(demand) > LONGEST:
        faults["demand"] = "too_long"
    if reply_by is None:
        faults["reply_by"] = "required"
    elif reply_by < today:
        faults["reply_by"] = "lies_behind"
    if faults or reply_by is None:
        raise Invalid("faulty_fields", faults=faults)
    found = list(rectifications_visible_to(actor).select_for_update(of=("self",)).filter(pk__in=items))
    if len(found) != len(set(items)):
        raise NotPermitted("not_permitted", act="send_letters")
    first = found[0]
    if len({(item.unit_id, item.round_id) for item in found}) > 1:
        raise Invalid("faulty_fields", faults={"items": "one_unit_a_letter"})
    if judges_own(actor, [first.unit_id]):
        raise NotPermitted("not_for_oneself", act="send_letters")
    if any(item.closure == ClosureState.CLOSED for item in found):
        raise IllegalTransition("item_is_closed", act="send_letters", state=ClosureState.CLOSED)
    if Letter.objects.filter(items__in=found, pk__gt=seen).exists():
        raise Conflict("letter_sent", items=[item.pk for item in found])
    letter = _numbered(
        Letter(
            kind=kind,
            year=today.year,
            round_id=first.round_id,
            unit_id=first.unit_id,
            dated_on=today,
            demand=demand,
            reply_by=reply_by,
            by=actor,
        )
    )
    letter.items.set(found)
    told = {"number": letter.number, "unit": letter.unit_id, "demand": demand, "reply_by": reply_by}
    told["items"] = sorted(item.pk for item in found)
    trail.record(actor=actor, act="send_letter", thing=letter, after=told, batch=uuid.uuid4())
    return letter


def _numbered(letter: Letter) -> Letter:
    """Saved under the next number of its kind and year; of two who write at once the second takes the number after."""
    for _ in range(5):
        last = Letter.objects.filter(kind=letter.kind, year=letter.year).aggregate(last=Max("serial"))["last"] or 0
        letter.serial = last + 1
        try:
            with transaction.atomic():
                letter.save()
        except IntegrityError:
            continue
        return letter
    raise Conflict("letter_sent", items=[])


@transaction.atomic
def reply_to_letter(letter: Letter, *, words: str, seen: int, actor: User) -> LetterReply:
    """回复督办: the unit's answer; a later one adds to it. ``seen``: how many answers there were when one looked.

    Errors: `NotPermitted`; `Conflict` when somebody of the unit answered meanwhile; `Invalid`.
    """
    held = letters_visible_to(actor).select_for_update(of=("self",)).filter(pk=letter.pk).first()
    if held is None:
        raise NotPermitted("not_permitted", act="reply_to_letter")
    POLICY.require(actor, "reply_to_letter", held)
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise Invalid("faulty_fields", faults={"words": "too_long" if words else "required"})
    if held.replies.count() != seen:
        raise Conflict("letter_answered", current=held)
    reply = LetterReply.objects.create(letter=held, words=words, by=actor)
    if held.replied_on is None:
        held.replied_on = timezone.localdate()
        held.save(update_fields=["replied_on"])
    trail.record(actor=actor, act="reply_to_letter", thing=held, after={"answer": words})
    return reply
