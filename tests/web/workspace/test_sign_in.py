"""Coming in, failing to, leaving, and being refused stand on the trail, with the address."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.cast import PASSWORD
from xuncha.security.models import TrailEntry, User


def _newest() -> TrailEntry:
    return TrailEntry.objects.order_by("-seq")[0]


def test_a_sign_in_and_a_sign_out_are_entries_with_role_and_address(client: Client, staff: User) -> None:
    answer = client.post(reverse("sign_in"), {"username": "staff", "password": PASSWORD}, REMOTE_ADDR="10.1.2.3")
    assert answer.status_code == 302
    entry = _newest()
    assert (entry.act, entry.actor, entry.role) == ("sign_in", staff, "office_staff")
    assert (entry.way, entry.address) == ("web", "10.1.2.3")
    client.post(reverse("sign_out"))
    assert (_newest().act, _newest().actor) == ("sign_out", staff)


def test_a_failed_sign_in_is_an_entry_that_does_not_hold_what_was_typed(client: Client, staff: User) -> None:
    client.post(reverse("sign_in"), {"username": "my-secret-password", "password": "x"})
    entry = _newest()
    assert (entry.act, entry.actor) == ("fail_sign_in", None)
    assert "my-secret-password" not in str(entry.after)


def test_a_refusal_is_an_entry_of_whoever_tried(client: Client, staff: User, reviewer: User, health: Any) -> None:
    client.force_login(reviewer)
    before = TrailEntry.objects.count()
    answer = client.post(reverse("unit_edit", args=[health.pk]), {"name": "改名"})
    assert answer.status_code == 403
    entry = _newest()
    assert TrailEntry.objects.count() == before + 1
    assert (entry.act, entry.actor) == ("refuse", reviewer)
    assert entry.after is not None and entry.after["place"].startswith("POST ")
