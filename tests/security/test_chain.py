"""Whatever is done to the trail behind its back, the check names the first entry that does not hold."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError, InternalError

from xuncha.security import anchors, chain, payloads, trail, triggers
from xuncha.security.models import Anchor, ObjectKey, TrailEntry, TrailHead, User


@contextlib.contextmanager
def unguarded() -> Iterator[None]:
    """What an attacker does who owns the database: take the triggers away first."""
    for statement in triggers.lifting(connection.vendor):
        _sql(statement)
    yield
    for statement in triggers.laying(connection.vendor):
        _sql(statement)


@pytest.fixture(autouse=True, params=[10_000, 3], ids=["in one stretch", "in stretches of three"])
def _stretches(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """However the trail is parted for the check, it finds the same."""
    monkeypatch.setattr(chain, "STRETCH", request.param)


@pytest.fixture
def ten(staff: User, health: Any) -> list[TrailEntry]:
    """Ten entries of one object."""
    return [
        trail.record(actor=staff, act="rename_unit", thing=health, before={"n": i}, after={"n": i + 1}, reason="更名")
        for i in range(10)
    ]


def _sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)


def test_an_untouched_trail_holds(ten: list[TrailEntry]) -> None:
    assert chain.verify() == chain.Verdict(ten[-1].seq)
    assert [entry.seq for entry in ten] == list(range(ten[0].seq, ten[0].seq + 10))


def test_what_an_entry_tells_is_sealed_in_the_database_and_opens_again(ten: list[TrailEntry]) -> None:
    entry = TrailEntry.objects.get(pk=ten[3].pk)
    assert "更名".encode() not in bytes(entry.payload)
    assert (entry.before, entry.after, entry.reason, entry.role) == ({"n": 3}, {"n": 4}, "更名", "office_staff")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE security_trailentry SET act = 'x'",
        "DELETE FROM security_trailentry",
        "UPDATE security_trailhead SET seq = 1",
        "DELETE FROM security_trailhead",
        "DELETE FROM security_objectkey",
    ],
)
def test_the_database_refuses_to_change_the_trail(ten: list[TrailEntry], statement: str) -> None:
    with pytest.raises((IntegrityError, InternalError, DatabaseError), match=triggers.WORDS), transaction.atomic():
        _sql(statement)
    assert chain.verify().holds


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("act", "look_at"),
        ("actor_id", None),
        ("role", "reviewer"),
        ("address", "10.0.0.9"),
        ("object_id", 77),
        ("at", datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)),
        ("commitment", bytes(32)),
        ("link", bytes(32)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_changed_field_is_found_where_it_was_changed(ten: list[TrailEntry], column: str, value: Any) -> None:
    with unguarded():
        TrailEntry.objects.filter(pk=ten[4].pk).update(**{column: value})
    assert (chain.verify().broken, chain.verify().code) == (ten[4].seq, "link")


def test_changed_words_are_found(ten: list[TrailEntry]) -> None:
    payload = bytearray(ten[4].payload)
    payload[-1] ^= 1
    with unguarded():
        TrailEntry.objects.filter(pk=ten[4].pk).update(payload=bytes(payload))
    assert (chain.verify().broken, chain.verify().code) == (ten[4].seq, "payload")


def test_words_sealed_anew_under_the_right_key_are_found_by_their_commitment(ten: list[TrailEntry]) -> None:
    key = payloads.unwrapped(bytes(ten[4].key.wrapped or b""))
    payload, _ = payloads.laid_down(ten[4].seq, {"before": None, "after": {"n": 99}}, key, "sm3")
    with unguarded():
        TrailEntry.objects.filter(pk=ten[4].pk).update(payload=payload)
    assert (chain.verify().broken, chain.verify().code) == (ten[4].seq, "payload")


def test_a_deleted_entry_leaves_a_gap(ten: list[TrailEntry]) -> None:
    with unguarded():
        TrailEntry.objects.filter(pk=ten[4].pk).delete()
    assert (chain.verify().broken, chain.verify().code) == (ten[4].seq, "gap")


def test_a_deleted_entry_with_the_rest_moved_up_is_found(ten: list[TrailEntry]) -> None:
    with unguarded():
        TrailEntry.objects.filter(pk=ten[4].pk).delete()
        for entry in ten[5:]:
            TrailEntry.objects.filter(pk=entry.pk).update(seq=entry.seq - 1)
        TrailHead.objects.update(seq=ten[-1].seq - 1)
    assert (chain.verify().broken, chain.verify().code) == (ten[4].seq, "link")


def test_swapped_entries_are_found(ten: list[TrailEntry]) -> None:
    one, other = ten[4].seq, ten[6].seq
    with unguarded():
        TrailEntry.objects.filter(seq=one).update(seq=-1)
        TrailEntry.objects.filter(seq=other).update(seq=one)
        TrailEntry.objects.filter(seq=-1).update(seq=other)
    assert chain.verify().broken == one


def test_a_cut_tail_is_found_by_the_head(ten: list[TrailEntry]) -> None:
    with unguarded():
        TrailEntry.objects.filter(seq__gt=ten[6].seq).delete()
    assert (chain.verify().broken, chain.verify().code) == (ten[7].seq, "head")


def _remake_from(place: int, ten: list[TrailEntry]) -> None:
    """Change an entry and compute every link after it anew, as one can who has the database and this program."""
    link = bytes(ten[place - 1].link)
    for entry in ten[place:]:
        entry.act = "nothing_at_all"
        link = chain.link_of(link, entry)
        TrailEntry.objects.filter(pk=entry.pk).update(act=entry.act, link=link)
    TrailHead.objects.update(link=link)


def test_a_tail_made_anew_holds_by_itself_and_is_found_against_an_anchor(ten: list[TrailEntry]) -> None:
    anchor = anchors.drop_anchor()
    assert anchor is not None
    with unguarded():
        _remake_from(5, ten)
    assert chain.verify().holds
    verdict = chain.verify(anchors.links([anchor.line]))
    assert (verdict.broken, verdict.code) == (ten[-1].seq, "anchor")


def test_an_old_database_put_back_is_found_against_an_anchor(ten: list[TrailEntry]) -> None:
    anchor = anchors.drop_anchor()
    assert anchor is not None
    with unguarded():
        TrailEntry.objects.filter(seq__gt=ten[6].seq).delete()
        TrailHead.objects.update(seq=ten[6].seq, link=ten[6].link)
        Anchor.objects.all().delete()
    assert chain.verify().holds
    verdict = chain.verify(anchors.links([anchor.line]))
    assert (verdict.broken, verdict.code) == (ten[7].seq, "cut")


def test_an_anchor_of_another_key_or_with_other_words_is_refused(ten: list[TrailEntry]) -> None:
    anchor = anchors.drop_anchor()
    assert anchor is not None
    parts = anchor.line.split()
    faulty = {
        "form": " ".join(parts[:5]),
        "signature": " ".join([*parts[:2], str(int(parts[2]) + 1), *parts[3:]]),
        "key": " ".join([*parts[:5], "00" * 32, parts[6]]),
    }
    for code, line in faulty.items():
        with pytest.raises(anchors.FaultyAnchor) as refused:
            anchors.read_anchor(line)
        assert refused.value.code == code


def test_an_anchor_is_dropped_only_where_something_was_written_since(ten: list[TrailEntry]) -> None:
    assert anchors.drop_anchor() is not None
    assert anchors.drop_anchor() is None


def test_a_destroyed_key_leaves_a_chain_that_holds_and_words_that_nobody_reads(ten: list[TrailEntry]) -> None:
    ObjectKey.objects.filter(pk=ten[0].key_id).update(wrapped=None)
    verdict = chain.verify()
    assert (verdict.holds, verdict.unread) == (True, 10)
    assert TrailEntry.objects.get(pk=ten[0].pk).before is None
    with pytest.raises((IntegrityError, InternalError, DatabaseError), match=triggers.WORDS), transaction.atomic():
        ObjectKey.objects.filter(pk=ten[0].key_id).update(wrapped=b"x")


def test_an_object_whose_key_was_destroyed_gets_a_new_one_for_what_comes_after(
    ten: list[TrailEntry], staff: User, health: Any
) -> None:
    ObjectKey.objects.filter(pk=ten[0].key_id).update(wrapped=None)
    assert trail.record(actor=staff, act="rename_unit", thing=health, after={"n": 11}).key_id != ten[0].key_id
    assert chain.verify().holds


@pytest.mark.parametrize("digest", ["sm3", "sha256"])
def test_the_digest_is_a_setting_and_may_change_on_the_way(
    ten: list[TrailEntry], staff: User, health: Any, settings: Any, digest: str
) -> None:
    settings.TRAIL_DIGEST = digest
    trail.record(actor=staff, act="rename_unit", thing=health)
    assert chain.verify().holds


def test_a_sealed_value_enters_as_a_keyed_digest_and_only_tells_whether_it_changed(staff: User, health: Any) -> None:
    before, same, after = trail.Sealed("张某"), trail.Sealed("张某"), trail.Sealed("李某")
    entry = trail.record(actor=staff, act="x", thing=health, before={"name": before}, after={"name": after})
    told = TrailEntry.objects.get(pk=entry.pk)
    assert "张" not in str(told.before) and str(told.before["name"]).startswith("hmac:")  # type: ignore[index]
    assert (str(before) == str(same), str(before) == str(after)) == (True, False)
