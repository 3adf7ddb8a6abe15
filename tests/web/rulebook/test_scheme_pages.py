"""A scheme is changed in the browser: the preview tells what moves, and only then it moves."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.test import Client

from xuncha.findings.models import Finding
from xuncha.rulebook.models import Category


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def table(category: Category, **states: str) -> dict[str, Any]:
    """The fields of the edit page as it comes, with some states changed, by code."""
    rows = list(Category.objects.filter(scheme=category.scheme).order_by("order"))
    data: dict[str, Any] = {"rows": len(rows), "version": category.scheme.version}
    for i, row in enumerate(rows):
        data |= {f"code-{i}": row.code, f"name-{i}": row.name, f"letter-{i}": row.letter, f"name_en-{i}": row.name_en}
        data |= {f"group-{i}": row.group, f"order-{i}": i + 1, f"state-{i}": states.get(row.code, "use")}
    return data


def test_the_preview_tells_what_moves_and_applying_moves_it(make_finding: Any, category: Category, staff: Any) -> None:
    make_finding()
    client = client_of(staff)
    place = f"/schemes/{category.scheme_id}/"
    shown = client.post(f"{place}edit/", table(category, **{category.code: "became:duty.style"}))
    assert (shown.status_code, shown.context["moved"]) == (200, 1)
    assert Finding.objects.get().category_id == category.pk
    done = client.post(f"{place}apply/", {"payload": shown.context["payload"]})
    assert done.status_code == 302
    assert Finding.objects.get().category == Category.objects.get(code="duty.style")


def test_the_second_of_two_sees_the_effect_anew(make_finding: Any, category: Category, staff: Any, head: Any) -> None:
    first, second = client_of(staff), client_of(head)
    place = f"/schemes/{category.scheme_id}/"
    mine = first.post(f"{place}edit/", table(category, **{category.code: "became:duty.style"})).context["payload"]
    theirs = second.post(f"{place}edit/", table(category, **{"duty.risk": "retired"})).context["payload"]
    assert first.post(f"{place}apply/", {"payload": mine}).status_code == 302
    answer = second.post(f"{place}apply/", {"payload": theirs})
    assert answer.status_code == 409
    assert Category.objects.get(code="duty.risk").retired_on is None
    assert second.post(f"{place}apply/", {"payload": answer.context["payload"]}).status_code == 302
    assert Category.objects.get(code="duty.risk").retired_on is not None


def test_what_was_typed_is_kept_when_it_is_wrong(category: Category, staff: Any) -> None:
    data = table(category) | {"name-0": "", "name-1": "我写的名称"}
    answer = client_of(staff).post(f"/schemes/{category.scheme_id}/edit/", data)
    assert answer.status_code == 422
    assert "我写的名称" in answer.content.decode()


def test_a_payload_of_another_hand_is_refused(category: Category, staff: Any) -> None:
    client_of(staff).post(f"/schemes/{category.scheme_id}/apply/", {"payload": "W10:1:x"})
    assert not Category.objects.filter(scheme=category.scheme, retired_on__isnull=False).exists()


def test_a_downloaded_file_changes_nothing(category: Category, staff: Any) -> None:
    client = client_of(staff)
    place = f"/schemes/{category.scheme_id}/file/"
    for ending in ("toml", "csv", "xlsx"):
        file = BytesIO(b"".join(client.get(f"{place}{ending}/").streaming_content))  # type: ignore[attr-defined]
        file.name = f"方案.{ending}"
        assert client.post(place, {"file": file}).context["lines"] == []


def test_a_wrong_file_is_a_sentence(category: Category, staff: Any) -> None:
    client = client_of(staff)
    for name, content in (
        ("a.exe", b"MZ"),
        ("a.toml", b"[[x"),
        ("a.xlsx", b"not a zip"),
        ("a.csv", b""),
        ("b.csv", b"x,y\n1,2"),
    ):
        file = BytesIO(content)
        file.name = name
        answer = client.post(f"/schemes/{category.scheme_id}/file/", {"file": file})
        assert answer.status_code == 422, name
        assert name in answer.context["problem"] or name == "a.csv", name
