"""封存数字: numbers for publication are frozen with the rows they were counted from, and signed."""

from __future__ import annotations

from datetime import UTC

from django.db import transaction
from django.utils import timezone

from xuncha.rectification import freezing
from xuncha.rectification.models import Snapshot
from xuncha.rectification.permissions import POLICY
from xuncha.rectification.queries.figures import EARLY, facts, frozen_rows
from xuncha.rounds.models import Round
from xuncha.security import trail
from xuncha.security.errors import NotPermitted
from xuncha.security.models import TrailHead, User
from xuncha.security.policy import sees_all_parts


@transaction.atomic
def freeze_figures(round: Round, *, actor: User) -> Snapshot:
    """Freeze how a round stands now. Errors: `NotPermitted`, also for whom a part is hidden from by recusal."""
    POLICY.require(actor, "freeze_figures")
    if not sees_all_parts(actor):
        raise NotPermitted("not_permitted", act="freeze_figures")
    held = Round.objects.select_for_update().get(pk=round.pk)
    now = timezone.localtime()
    rows = list(frozen_rows(actor, held, now.date()))
    reported = facts(actor, held, now.date())
    figures = freezing.counted(rows, EARLY)
    figures |= {"recovered_fen": reported.recovered_fen, "rules_made": reported.rules_made}
    kept = freezing.packed(rows)
    day = f"{now:%Y-%m%d}-"
    number = f"{day}{Snapshot.objects.filter(number__startswith=day).count() + 1:02}"
    seq = TrailHead.objects.filter(pk=1).values_list("seq", flat=True).first() or 0
    told = freezing.digest(figures, kept)
    snapshot = Snapshot.objects.create(
        round=held,
        number=number,
        at=now,
        figures=figures,
        rows=kept,
        line=freezing.signed(number, told, seq, f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),
        by=actor,
    )
    trail.record(actor=actor, act="freeze_figures", thing=snapshot, after={"number": number, "digest": told})
    return snapshot
