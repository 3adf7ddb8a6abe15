"""The trail says who did what to which thing, with what it was before and after."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal
from typing import Any

from xuncha.security import trail
from xuncha.security.models import User


def test_an_entry_names_the_thing_and_what_changed(staff: User, health: Any) -> None:
    trail.record(actor=staff, act="rename_unit", thing=health, before={"name": "旧"}, after={"name": "新"})
    entry = trail.history_of(health).get()
    assert (entry.actor, entry.act, entry.object_kind, entry.object_id) == (
        staff,
        "rename_unit",
        "organisation.unit",
        health.pk,
    )
    assert (entry.before, entry.after) == ({"name": "旧"}, {"name": "新"})


def test_what_one_act_did_to_many_things_stays_together_and_costs_as_many_queries_as_one(
    staff: User, health: Any, education: Any, django_assert_num_queries: Any
) -> None:
    batch = uuid.uuid4()
    trail.record(actor=staff, act="first", thing=staff)
    # The head held, the objects' keys asked for and made, the entries, the head moved on.
    with django_assert_num_queries(5):
        trail.record_many(
            actor=staff,
            act="close",
            batch=batch,
            changes=[(unit, None, {"closed": True}) for unit in (health, education)],
        )
    assert [entry.object_id for entry in trail.batch_entries(batch)] == [health.pk, education.pk]


def test_history_is_newest_first(staff: User, health: Any) -> None:
    for act in ("first", "second"):
        trail.record(actor=staff, act=act, thing=health)
    assert [entry.act for entry in trail.history_of(health)] == ["second", "first"]


def test_values_are_kept_as_json_can_hold_them(health: Any) -> None:
    values = {
        "on": datetime.date(2026, 11, 25),
        "yuan": Decimal("1.20"),
        "unit": health,
        "all": {3},
        "of": {"a": (1, None)},
    }
    assert trail.plain(values) == {
        "on": "2026-11-25",
        "yuan": "1.20",
        "unit": health.pk,
        "all": [3],
        "of": {"a": [1, None]},
    }
