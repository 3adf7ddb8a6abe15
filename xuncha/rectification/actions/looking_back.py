"""回头看: items that were closed are drawn by lot and looked at again; what relapsed is reopened."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from xuncha.rectification.actions.closing import take_step
from xuncha.rectification.drawing_lots import digest, draw, lot
from xuncha.rectification.models import LookBack, LookedBack, Rectification
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries.looking_back import candidates, visible_to
from xuncha.rectification.workflow import ClosureAct, ClosureState, LookBackResult
from xuncha.rounds.models import Round
from xuncha.security import chain, trail
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, NotPermitted
from xuncha.security.models import User
from xuncha.security.policy import sees_all_parts, units_acted_for

MOST: Final = 200
LONGEST: Final = 2000


@transaction.atomic
def draw_look_back(round: Round, *, number: int, actor: User) -> LookBack:
    """抽取: so many of the closed items of a round.

    Errors: `NotPermitted`; `Invalid` for a number that cannot be drawn; `IllegalTransition` where nothing is closed.
    """
    POLICY.require(actor, "look_back")
    if not sees_all_parts(actor):
        # A pot without what one may not see is another pot.
        raise NotPermitted("not_permitted", act="look_back")
    if not 0 < number <= MOST:
        raise Invalid("faulty_fields", faults={"number": "out_of_range"})
    pot = candidates(round)
    if not pot:
        raise IllegalTransition("nothing_closed", act="look_back", state="")
    seed = chain.head()[1].hex()
    made = LookBack.objects.create(round=round, seed=seed, candidates=len(pot), pot=digest(pot), by=actor)
    drawn = draw(seed, pot, number)
    LookedBack.objects.bulk_create(
        LookedBack(look_back=made, item_id=pot[name], name=name, lot=lot(seed, name)) for name in drawn
    )
    told = {"seed": seed, "candidates": len(pot), "pot": made.pot, "drawn": drawn}
    trail.record(actor=actor, act="draw_look_back", thing=made, after=told)
    return made


@transaction.atomic
def record_look_back(looked: LookedBack, *, result: str, words: str, actor: User) -> LookedBack:
    """登记抽查结果, once. What relapsed is reopened with the same words.

    Errors: `NotPermitted`, also for whoever acts for the unit; `Conflict` when it was recorded already; `Invalid`;
    what `closing.take_step` says of reopening.
    """
    POLICY.require(actor, "look_back")
    held = LookedBack.objects.select_for_update().filter(look_back__in=visible_to(actor), pk=looked.pk).first()
    if held is None:
        raise NotPermitted("not_permitted", act="look_back")
    if held.result:
        raise Conflict("looked_at_already", current=held)
    words = words.strip()
    faults: dict[str, str] = {}
    if result not in LookBackResult.values:
        faults["result"] = "unknown"
    if not words:
        faults["words"] = "required"
    elif len(words) > LONGEST:
        faults["words"] = "too_long"
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    item = Rectification.objects.get(pk=held.item_id)
    if units_acted_for(actor).filter(scope_id=item.unit_id).exists():
        raise NotPermitted("not_for_oneself", act="look_back")
    held.result, held.words, held.by, held.on = result, words, actor, timezone.localdate()
    held.save()
    trail.record(actor=actor, act="record_look_back", thing=held, after={"result": result, "words": words})
    if result == LookBackResult.RELAPSED and item.closure == ClosureState.CLOSED:
        take_step({item.pk: item.version}, act=ClosureAct.REOPEN, words=words, actor=actor)
    return held
