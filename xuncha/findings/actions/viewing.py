"""Saved views and the choice of columns: each person's own, so neither states nor the trail know of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.db.models import Max

from xuncha.findings.models import ListSetting, SavedView
from xuncha.findings.permissions import POLICY
from xuncha.security.errors import Conflict, Invalid
from xuncha.security.models import User

MOST_VIEWS: Final = 40
LONGEST_NAME: Final = 40
LONGEST_QUERY: Final = 1000


@transaction.atomic
def save_view(*, name: str, query: str, actor: User, is_shared: bool = False) -> SavedView:
    """保存为视图: the question by a name; an own view of that name takes the new question.

    Errors: `Invalid` with faults; `NotPermitted` when the actor may not share.
    """
    name = name.strip()
    if is_shared:
        POLICY.require(actor, "share_view")
    view = SavedView.objects.filter(owner=actor, name=name).first()
    faults = _faults(name, actor, is_shared, view)
    if len(query) > LONGEST_QUERY:
        faults["name"] = ("query_too_long", LONGEST_QUERY)
    own = SavedView.objects.filter(owner=actor)
    if view is None and own.count() >= MOST_VIEWS:
        faults["name"] = ("too_many_views", MOST_VIEWS)
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    if view is None:
        last = own.aggregate(last=Max("order"))["last"]
        view = SavedView(owner=actor, name=name, order=0 if last is None else last + 1)
    view.query, view.is_shared = query, is_shared
    view.save()
    return view


def _faults(name: str, actor: User, is_shared: bool, view: SavedView | None) -> dict[str, tuple[str, int]]:
    if not name:
        return {"name": ("required", 0)}
    if len(name) > LONGEST_NAME:
        return {"name": ("too_long", LONGEST_NAME)}
    shared = SavedView.objects.filter(name=name, is_shared=True)
    if view is not None:
        shared = shared.exclude(pk=view.pk)
    if is_shared and shared.exists():
        return {"name": ("shared_name_taken", 0)}
    return {}


def _own(key: int, actor: User) -> SavedView:
    view = SavedView.objects.select_for_update().filter(pk=key, owner=actor).first()
    if view is None:
        raise Conflict("view_gone", current=None)
    return view


@transaction.atomic
def change_view(key: int, *, name: str, is_shared: bool, actor: User) -> SavedView:
    """改名、共享: of an own view. Errors: `Invalid`; `Conflict` when it is gone; `NotPermitted`."""
    view = _own(key, actor)
    name = name.strip()
    if is_shared and not view.is_shared:
        POLICY.require(actor, "share_view")
    faults = _faults(name, actor, is_shared, view)
    if not faults and SavedView.objects.filter(owner=actor, name=name).exclude(pk=key).exists():
        faults = {"name": ("name_taken", 0)}
    if faults:
        raise Invalid("faulty_fields", faults=faults)
    view.name, view.is_shared = name, is_shared
    view.save(update_fields=["name", "is_shared"])
    return view


@transaction.atomic
def move_view(key: int, *, step: int, actor: User) -> None:
    """前移、后移: an own view one place to the left (step -1) or right."""
    views = list(SavedView.objects.select_for_update().filter(owner=actor).order_by("order", "id"))
    at = next((i for i, view in enumerate(views) if view.pk == key), None)
    if at is None:
        raise Conflict("view_gone", current=None)
    to = min(max(at + step, 0), len(views) - 1)
    views.insert(to, views.pop(at))
    for order, view in enumerate(views):
        view.order = order
    SavedView.objects.bulk_update(views, ["order"])


@transaction.atomic
def delete_view(key: int, *, actor: User) -> None:
    """删除: an own view; the findings stay."""
    _own(key, actor).delete()


@transaction.atomic
def set_list(*, page: str, columns: Sequence[str] | None, density: str | None, actor: User) -> ListSetting:
    """列、行距: what a list shows this person; null leaves as it is."""
    setting, _ = ListSetting.objects.get_or_create(user=actor, page=page)
    if columns is not None:
        setting.columns = list(columns)
    if density is not None:
        setting.density = density
    setting.save()
    return setting
